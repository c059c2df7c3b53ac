import type { LimitOutcome, LimitPermit } from '../contracts/limiter.js'

class Permit implements LimitPermit {
  readonly granted = true
  #onSettled: ((outcome: LimitOutcome) => void) | null

  constructor(onSettled: (outcome: LimitOutcome) => void) {
    this.#onSettled = onSettled
  }

  settle(outcome: LimitOutcome): void {
    const onSettled = this.#onSettled
    this.#onSettled = null
    onSettled?.(outcome)
  }
}

/** A permit that tells its first outcome, and no later one. */
export const permit = (onSettled: (outcome: LimitOutcome) => void): LimitPermit => new Permit(onSettled)
