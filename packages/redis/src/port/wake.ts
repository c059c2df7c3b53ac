import type { CancelTimer, Clock } from '@qqkit/core'

/** A wait that ends early when something happens, also if that was just before. */
export class Wake {
  readonly #clock: Clock
  #pending = false
  #resolve: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Something happened. */
  now(): void {
    if (this.#resolve) this.#resolve()
    else this.#pending = true
  }

  /** Waits until something happens, up to `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#pending)
      await new Promise<void>((resolve) => {
        const cancel: CancelTimer = this.#clock.setTimer(Math.max(0, ms), () => this.#resolve?.())
        this.#resolve = () => {
          this.#resolve = null
          cancel()
          resolve()
        }
      })
    this.#pending = false
  }
}
