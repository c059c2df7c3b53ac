/** ms before the end of a lease from which on nothing is sent, and the largest part of a short lease. */
const MARGIN = 2000
const SHARE = 0.2

/**
 * Whether this process may act for the conversations that it owns, towards those who know no leases. It is asked before every send,
 * since a timer runs too late in a process that was blocked. Pure: times are those of a monotonic clock.
 */
export class LeaseGate {
  readonly #valid: number
  #validUntil = -Infinity

  /** @param ttl ms of a lease */
  constructor(ttl: number) {
    this.#valid = ttl - Math.min(MARGIN, ttl * SHARE)
  }

  /** A renewal that began at `startedAt` was confirmed. */
  renewed(startedAt: number): void {
    this.#validUntil = Math.max(this.#validUntil, startedAt + this.#valid)
  }

  /** Until when it may act. */
  get validUntil(): number {
    return this.#validUntil
  }

  isValid(now: number): boolean {
    return now < this.#validUntil
  }
}
