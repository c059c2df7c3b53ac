import type { Clock, Socket, SocketClose, SocketEvents, SocketOptions, Transport } from '@qqkit/core'

import type { SessionJudge } from './session-judge.js'

interface Frame {
  readonly op?: unknown
  readonly t?: unknown
  readonly s?: unknown
  readonly d?: unknown
}

const read = (data: string | Uint8Array, most: number): Frame | null => {
  if (data.length > most) return null
  try {
    const frame: unknown = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data))
    return typeof frame === 'object' && frame !== null ? frame : null
  } catch {
    return null
  }
}

/**
 * Sees everything that passes between a client and its sockets, from the client's side: how many it has, what reaches it,
 * and what it says. What was on its way when the client let go never reached it.
 */
export class Witness implements Transport {
  live = 0
  most = 0
  /** When each socket was opened, in monotonic ms. */
  readonly opened: number[] = []
  /** Texts of the messages that reached the client, each when it did so first. */
  readonly arrived: Set<string> = new Set()
  /** The highest number among them; -1 before any. */
  newest = -1
  readonly #inner: Transport
  readonly #clock: Clock
  readonly #judge: SessionJudge

  constructor(inner: Transport, clock: Clock, judge: SessionJudge) {
    this.#inner = inner
    this.#clock = clock
    this.#judge = judge
  }

  open(url: string, events: SocketEvents, options: SocketOptions): Socket {
    this.opened.push(this.#clock.now())
    this.live += 1
    this.most = Math.max(this.most, this.live)
    this.#judge.opened()
    let gone = false
    const go = (close: SocketClose | null): void => {
      if (gone) return
      gone = true
      this.live -= 1
      this.#judge.ended(close)
    }
    const inner = this.#inner.open(
      url,
      {
        onOpen: () => events.onOpen(),
        onMessage: (data) => {
          if (!gone) this.#onMessage(data, options.maxPayload)
          events.onMessage(data)
        },
        onActivity: () => events.onActivity(),
        onClose: (close) => {
          go(close)
          events.onClose(close)
        },
      },
      options,
    )
    return {
      send: (text) => {
        if (!gone) this.#judge.sent(JSON.parse(text) as Frame)
        inner.send(text)
      },
      close: (code, reason) => {
        this.#judge.closing()
        inner.close(code, reason)
      },
      terminate: () => {
        go(null)
        inner.terminate()
      },
    }
  }

  #onMessage(data: string | Uint8Array, maxPayload: number): void {
    const frame = read(data, maxPayload)
    if (frame === null) return this.#judge.unreadable()
    this.#judge.received(frame)
    if (frame.op !== 0 || frame.t !== 'C2C_MESSAGE_CREATE') return
    const { content } = frame.d as { readonly content: string }
    this.arrived.add(content)
    this.newest = Math.max(this.newest, Number(content))
  }
}
