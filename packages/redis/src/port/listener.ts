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

/** One subscription, from its question on; `end` is `null` until it hears. */
interface Ear {
  end: (() => void) | null
}

/** Hears the messages of channels, and listens again after a loss. */
export class Listener {
  readonly #deps: ListenerDeps
  /** The subscription that counts; `null` in the pause after a loss, and at the end. */
  #ear: Ear | null = null
  #cancel: (() => void) | null = null

  constructor(deps: ListenerDeps) {
    this.#deps = deps
    void this.#listen()
  }

  /** Whether a message would be heard now. */
  get isOpen(): boolean {
    return this.#ear !== null && this.#ear.end !== null
  }

  close(): void {
    const ear = this.#ear
    this.#ear = null
    this.#cancel?.()
    ear?.end?.()
  }

  async #listen(): Promise<void> {
    const { listen, onMessage, onOpen } = this.#deps
    const ear: Ear = { end: null }
    this.#ear = ear
    try {
      const end = await listen(
        (message, channel) => {
          if (this.#ear === ear) onMessage(message, channel)
        },
        () => this.#lose(ear),
      )
      // Its link may have ended meanwhile.
      if (this.#ear !== ear) return end()
      ear.end = end
      onOpen?.()
    } catch {
      this.#lose(ear)
    }
  }

  #lose(ear: Ear): void {
    if (this.#ear !== ear) return
    this.#ear = null
    this.#cancel = this.#deps.clock.setTimer(AGAIN, () => void this.#listen())
    this.#deps.onLoss?.()
  }
}
