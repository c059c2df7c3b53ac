import type { Clock } from '@qqkit/core'

/** The time that closing may take in all, shared by everything that it waits for. */
export class CloseBudget {
  readonly #clock: Clock
  readonly #whole: number
  /** Monotonic ms. */
  #endsAt: number | null = null

  /** @param whole in ms */
  constructor(clock: Clock, whole: number) {
    this.#clock = clock
    this.#whole = whole
  }

  /** ms that are left; from the first call on the clock is ticking. None with a clock that does not work. */
  left(): number {
    try {
      const now = this.#clock.now()
      this.#endsAt ??= now + this.#whole
      return Math.max(0, this.#endsAt - now)
    } catch {
      return 0
    }
  }
}
