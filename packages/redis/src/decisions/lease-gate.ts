/** ms before the end of a lease from which on nothing is sent. */
const MARGIN = 2000

/**
 * Whether this process may act for the conversations that it owns, towards those who know no leases. It is asked before every send,
 * since a timer runs too late in a process that was blocked. Pure: times are those of a monotonic clock.
 */
export class LeaseGate {
  readonly #ttl: number
  #validUntil = -Infinity

  /** @param ttl ms of a lease */
  constructor(ttl: number) {
    this.#ttl = ttl
  }

  /** A renewal that began at `startedAt` was confirmed. */
  renewed(startedAt: number): void {
    this.#validUntil = Math.max(this.#validUntil, startedAt + this.#ttl - MARGIN)
  }

  /** Until when it may act. */
  get validUntil(): number {
    return this.#validUntil
  }

  isValid(now: number): boolean {
    return now < this.#validUntil
  }
}
