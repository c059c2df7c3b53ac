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

/** ms after its grant in which an attempt has to leave. */
const LEAVES_WITHIN = 200

/** When an attempt has to leave. */
export interface Departure {
  readonly clock: Pick<Clock, 'now'>
  /** Since when the attempt may count. */
  readonly since: number
  /** ms after that in which it has to leave; default 200. */
  readonly within?: number
  /** Hears how many ms after that it was asked for its lateness. */
  readonly onAsked?: (ms: number) => void
}

class TimedPermit extends Permit {
  readonly #departure: Departure

  constructor(onSettled: OnSettled, departure: Departure) {
    super(onSettled)
    this.#departure = departure
  }

  isLate(): boolean {
    const { clock, since, within = LEAVES_WITHIN, onAsked } = this.#departure
    const ms = clock.now() - since
    onAsked?.(ms)
    return ms > within
  }
}

/** A permit that tells its first outcome, and no later one. */
export const permit = (onSettled: OnSettled): LimitPermit => new Permit(onSettled)

/** A permit of an attempt that has to leave in time. */
export const timedPermit = (onSettled: OnSettled, departure: Departure): LimitPermit =>
  new TimedPermit(onSettled, departure)
