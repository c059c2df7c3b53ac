import type { Clock } from '@qqkit/core'

/** What a {@link Listener} works with. */
export interface ListenerDeps {
  /** Subscribes; resolves with a function that ends it. */
  readonly listen: (
    onMessage: (message: string, channel: string) => void,
    onEnd: () => void,
  ) => Promise<() => void>
  readonly onMessage: (message: string, channel: string) => void
  /** Called when the connection was lost: the server may be gone. */
  readonly onLoss?: () => void
  /** Called whenever it hears from now on: what was said before is unknown. */
  readonly onOpen?: () => void
  readonly clock: Clock
}

/** ms until it listens again. */
const AGAIN = 1500

/** Hears the messages of channels, and listens again after a loss. */
export class Listener {
  readonly #deps: ListenerDeps
  #end: (() => void) | null = null
  #cancel: (() => void) | null = null
  #closed = false

  constructor(deps: ListenerDeps) {
    this.#deps = deps
    void this.#listen()
  }

  /** Whether a message would be heard now. */
  get isOpen(): boolean {
    return this.#end !== null
  }

  close(): void {
    this.#closed = true
    this.#cancel?.()
    this.#end?.()
    this.#end = null
  }

  async #listen(): Promise<void> {
    const { listen, onMessage, onOpen } = this.#deps
    try {
      const end = await listen(
        (message, channel) => {
          if (!this.#closed) onMessage(message, channel)
        },
        () => this.#again(),
      )
      if (this.#closed) return end()
      this.#end = end
      onOpen?.()
    } catch {
      this.#again()
    }
  }

  #again(): void {
    this.#end = null
    if (this.#closed) return
    this.#deps.onLoss?.()
    this.#cancel?.()
    this.#cancel = this.#deps.clock.setTimer(AGAIN, () => void this.#listen())
  }
}
