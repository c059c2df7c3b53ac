import { setImmediate } from 'node:timers/promises'

import type { Access, Socket, SocketEvents, SocketOptions, Transport } from '@qqkit/core'
import type { Simulator } from '@qqkit/simulator'

/** Turns of the event loop without anything happening, after which nothing is on its way. */
const TURNS = 10
/** After so long, in real ms, what is under way is taken for one of those things that never arrive. */
const LOST = 50

/**
 * Knows what is on its way between a client and a platform on loopback, so that a clock that is moved by hand can wait for
 * it: how fast the machine is then makes no difference.
 */
export class Traffic {
  /** Since when, in real ms: calls and connections, … */
  readonly #pending = new Set<{ readonly since: number }>()
  /** … and frames of the present connection, either way. */
  readonly #frames = { in: [] as number[], out: [] as number[] }
  #stirred = false

  /** Resolves when nothing is on its way any more. */
  async quiet(): Promise<void> {
    for (let still = 0; still < TURNS; still += 1) {
      await setImmediate()
      if (this.#stirred || this.#waits()) still = 0
      this.#stirred = false
    }
  }

  /** Watches what the platform does. */
  watch(sim: Simulator): void {
    sim.subscribe((entry) => {
      this.#stirred = true
      if (entry.kind !== 'frame') return
      if (entry.direction === 'in') this.#frames.in.shift()
      else if (entry.fault === null) this.#frames.out.push(performance.now())
    })
  }

  /** The calls of an access, as traffic. */
  access(inner: Access): Access {
    return {
      token: async (options) => this.#during(inner.token(options)),
      gateway: async (options) => this.#during(inner.gateway(options)),
    }
  }

  /** The sockets of a transport, as traffic. */
  transport(inner: Transport): Transport {
    return {
      open: (url: string, events: SocketEvents, options: SocketOptions): Socket => {
        this.#forgetFrames()
        let done = this.#begin()
        const socket = inner.open(
          url,
          {
            onOpen: () => {
              done()
              events.onOpen()
            },
            onMessage: (data) => {
              this.#frames.out.shift()
              this.#stirred = true
              events.onMessage(data)
            },
            onActivity: () => events.onActivity(),
            onClose: (close) => {
              done()
              this.#forgetFrames()
              events.onClose(close)
            },
          },
          options,
        )
        return {
          send: (text) => {
            this.#frames.in.push(performance.now())
            socket.send(text)
          },
          close: (code, reason) => {
            done()
            done = this.#begin()
            socket.close(code, reason)
          },
          terminate: () => {
            done()
            this.#forgetFrames()
            socket.terminate()
          },
        }
      },
    }
  }

  async #during<T>(work: Promise<T>): Promise<T> {
    const done = this.#begin()
    try {
      return await work
    } finally {
      done()
    }
  }

  #begin(): () => void {
    const item = { since: performance.now() }
    this.#pending.add(item)
    this.#stirred = true
    return () => {
      this.#pending.delete(item)
      this.#stirred = true
    }
  }

  #forgetFrames(): void {
    this.#frames.in.length = 0
    this.#frames.out.length = 0
    this.#stirred = true
  }

  #waits(): boolean {
    const old = performance.now() - LOST
    const { in: sent, out: received } = this.#frames
    for (const frames of [sent, received]) while ((frames[0] ?? Infinity) < old) frames.shift()
    for (const item of this.#pending) if (item.since < old) this.#pending.delete(item)
    return sent.length + received.length + this.#pending.size > 0
  }
}
