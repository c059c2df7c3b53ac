/** What one message may wait for its proactive quota, and what it has waited: over all trips that it takes. */
export class QuotaWait {
  readonly #most: number
  #waited = 0

  /** @param most in ms; `Infinity` waits as long as it takes */
  constructor(most: number) {
    this.#most = most
  }

  /** ms that it has waited. */
  get waited(): number {
    return this.#waited
  }

  /** ms that it may still wait. */
  get left(): number {
    return Math.max(0, this.#most - this.#waited)
  }

  add(ms: number): void {
    this.#waited += ms
  }
}
