import type { CancelTimer, Clock } from '@qqkit/core'
import { LinkedQueue, type Linked } from '@qqkit/core/internal'

/** Something that has to be over in time. */
export interface Timed<T> extends Linked<T> {
  /** When it began, in ms of the clock; kept by the {@link Deadlines} it is under. */
  startedAt: number
}

/** One deadline for many: all have the same time, so whoever began first is due first, and one timer is enough. */
export class Deadlines<T extends Timed<T>> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #onTimeUp: (one: T) => void
  readonly #line = new LinkedQueue<T>()
  #cancel: CancelTimer | null = null

  /**
   * @param ms how long each may take
   * @param onTimeUp called with each whose time is up, once it has left
   */
  constructor(clock: Clock, ms: number, onTimeUp: (one: T) => void) {
    this.#clock = clock
    this.#ms = ms
    this.#onTimeUp = onTimeUp
  }

  begin(one: T): void {
    one.startedAt = this.#clock.now()
    this.#line.push(one)
    if (this.#line.length === 1) this.#arm(this.#ms)
  }

  /** Ends one that is under this deadline. */
  end(one: T): void {
    this.#line.remove(one)
    // A timer for nobody would keep the process.
    if (this.#line.length === 0) this.#disarm()
  }

  /** Ends all that are under this deadline. */
  endAll(): readonly T[] {
    const all: T[] = []
    for (let one = this.#line.shift(); one; one = this.#line.shift()) all.push(one)
    this.#disarm()
    return all
  }

  #arm(ms: number): void {
    this.#disarm()
    this.#cancel = this.#clock.setTimer(ms, () => this.#onTimer())
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  /** The one for whom the timer was set may be gone, and whoever is first now may have time left. */
  #onTimer(): void {
    const now = this.#clock.now()
    for (let { first } = this.#line; first; { first } = this.#line) {
      const left = first.startedAt + this.#ms - now
      if (left > 0) {
        this.#arm(left)
        return
      }
      this.end(first)
      this.#onTimeUp(first)
    }
  }
}
