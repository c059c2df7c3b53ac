import type { Clock } from '../clock.js'
import type { LimitOutcome, LimitPermit } from '../contracts/limiter.js'

type OnSettled = (outcome: LimitOutcome) => void

class Permit implements LimitPermit {
  readonly granted = true
  #onSettled: OnSettled | null

  constructor(onSettled: OnSettled) {
    this.#onSettled = onSettled
  }

  settle(outcome: LimitOutcome): void {
    const onSettled = this.#onSettled
    this.#onSettled = null
    onSettled?.(outcome)
  }
}

/** ms after the asking or the grant in which an attempt has to leave. */
const LEAVES_WITHIN = 200

class TimedPermit extends Permit {
  readonly #clock: Pick<Clock, 'now'>
  readonly #since: number

  constructor(onSettled: OnSettled, clock: Pick<Clock, 'now'>, since: number) {
    super(onSettled)
    this.#clock = clock
    this.#since = since
  }

  isLate(): boolean {
    return this.#clock.now() - this.#since > LEAVES_WITHIN
  }
}

/** A permit that tells its first outcome, and no later one. */
export const permit = (onSettled: OnSettled): LimitPermit => new Permit(onSettled)

/** A permit of an attempt that counts from `since`: it is late 200 ms after that. */
export const timedPermit = (onSettled: OnSettled, clock: Pick<Clock, 'now'>, since: number): LimitPermit =>
  new TimedPermit(onSettled, clock, since)
