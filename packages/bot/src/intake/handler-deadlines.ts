import type { Clock } from '@qqkit/core'

import { Deadlines, type Timed } from './deadlines.js'

/** Something under the deadline of handlers. */
export interface Watched<T extends Timed<T>> extends Timed<T> {
  /** The stretch in which it is; kept by the {@link HandlerDeadlines}, like `slow`. */
  under: Deadlines<T> | null
  /** Whether it was told that it is slow. */
  slow: boolean
}

/** What the deadlines tell. */
export interface HandlerDeadlinesInit<T> {
  readonly clock: Clock
  /** How long each may take, in ms. */
  readonly ms: number
  /** After how long one is slow, in ms. */
  readonly slowAfter: number
  readonly onSlow: (one: T) => void
  /** Called with each whose time is up, once it has left. */
  readonly onTimeUp: (one: T) => void
}

/** The deadline of handlers in two stretches: first until one is slow, which is told once, then until its time is up. */
export class HandlerDeadlines<T extends Watched<T>> {
  readonly #quick: Deadlines<T>
  /** `null` where nobody gets as far. */
  readonly #slow: Deadlines<T> | null

  constructor({ clock, ms, slowAfter, onSlow, onTimeUp }: HandlerDeadlinesInit<T>) {
    const left = ms - slowAfter
    const slow = left > 0 ? new Deadlines<T>(clock, left, onTimeUp) : null
    this.#slow = slow
    this.#quick = slow
      ? new Deadlines<T>(clock, slowAfter, (one) => {
          this.#begin(slow, one)
          if (one.slow) return
          one.slow = true
          onSlow(one)
        })
      : new Deadlines<T>(clock, ms, onTimeUp)
  }

  begin(one: T): void {
    this.#begin(this.#quick, one)
  }

  /** Ends one that is under this deadline. */
  end(one: T): void {
    one.under?.end(one)
    one.under = null
  }

  /** Ends all that are under this deadline. */
  endAll(): readonly T[] {
    return [...this.#quick.endAll(), ...(this.#slow?.endAll() ?? [])]
  }

  #begin(stretch: Deadlines<T>, one: T): void {
    one.under = stretch
    stretch.begin(one)
  }
}
