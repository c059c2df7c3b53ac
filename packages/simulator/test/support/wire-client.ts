import type { Simulator } from '../../src/index.js'

/** A received frame. */
export interface Frame {
  readonly op?: number
  readonly s?: number
  readonly t?: string
  readonly id?: string
  readonly d?: unknown
}

/** How a connection ended. */
export interface Ended {
  readonly code: number
  readonly reason: string
}

/** A raw gateway client, so that tests see the wire and nothing else. */
export interface WireSocket {
  readonly frames: readonly Frame[]
  /** Messages that are no JSON objects. */
  readonly rubbish: readonly (string | Uint8Array)[]
  /** The handshake was completed. */
  readonly opened: boolean
  readonly ended: Ended | null
  send(frame: unknown): void
  sendText(text: string): void
  close(code: number): void
  terminate(): void
  /** The first frame, received or awaited, for which `test` holds. */
  until(test: (frame: Frame) => boolean): Promise<Frame>
  untilEnd(): Promise<Ended>
}

/** An answer of the platform. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON; `null` when it is none. */
  readonly json: Readonly<Record<string, unknown>> | null
}

/** The parts of a call. */
export interface WireCall {
  readonly method?: string
  /** Sent as JSON unless it is text or bytes. */
  readonly body?: unknown
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A client of a simulator, over sockets or in memory. */
export interface WireClient {
  readonly sim: Simulator
  /** @throws when the connection breaks */
  call(path: string, call?: WireCall): Promise<WireAnswer>
  /** Starts a handshake. Messages over `maxPayload` bytes end the connection. */
  dial(options?: { readonly maxPayload?: number }): WireSocket
  /** Starts a handshake and waits for its outcome. */
  open(): Promise<WireSocket>
  /** Advances the clock by `ms`. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

/** Collects the frames of a socket and wakes waiting tests. */
export class Inbox implements Pick<
  WireSocket,
  'frames' | 'rubbish' | 'opened' | 'ended' | 'until' | 'untilEnd'
> {
  readonly frames: Frame[] = []
  readonly rubbish: (string | Uint8Array)[] = []
  opened = false
  ended: Ended | null = null
  #wake: (() => void)[] = []

  take(data: string | Uint8Array): void {
    try {
      if (typeof data !== 'string') throw new TypeError('binary')
      this.frames.push(JSON.parse(data) as Frame)
    } catch {
      this.rubbish.push(data)
    }
    this.#stir()
  }

  open(): void {
    this.opened = true
    this.#stir()
  }

  end(ended: Ended): void {
    this.ended = ended
    this.#stir()
  }

  async until(test: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(test)
      if (found) return found
      if (this.ended) throw new Error(`the connection ended with ${this.ended.code} ${this.ended.reason}`)
      await this.#stirred()
    }
  }

  /** Waits until the handshake is over. */
  async untilOpen(): Promise<void> {
    while (!this.opened && !this.ended) await this.#stirred()
  }

  async untilEnd(): Promise<Ended> {
    while (!this.ended) await this.#stirred()
    return this.ended
  }

  async #stirred(): Promise<void> {
    await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
