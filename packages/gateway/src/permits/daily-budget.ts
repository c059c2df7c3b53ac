import type { SessionStartLimit } from '@qqkit/core'

/** An empty budget that claims to be reset already contradicts itself: a moment, then it is believed. */
const SHORTEST_RESET = 1000

/** How long a budget lasts when the platform does not say (§3.1). */
const DAY = 24 * 3_600_000

/** Once this part of the budget is gone the rest is spread over the time to the reset, so that it lasts; … */
const SPREAD_BELOW = 0.5

/** … except for this part of the time: it may be used at once, so that many shards need not start one by one. */
const AT_ONCE = 0.1

/** The session starts left for the day, as far as this process knows (§3.1). Not limited before the platform has spoken. */
export class DailyBudget {
  #total = Infinity
  #remaining = Infinity
  #resetAt = Infinity
  #held = 0
  /** While the budget is spread: nothing is allowed before. What was used up before that is no debt. */
  #notBefore: number | null = null

  /** What the platform says counts, except that it cannot know yet of the permits that are out. */
  update(limit: SessionStartLimit, now: number): void {
    // A total of 0 would never allow anything, not even after the reset.
    this.#total = Math.max(1, limit.total)
    this.#remaining = limit.remaining - this.#held
    this.#resetAt =
      now + (limit.remaining > 0 ? limit.resetAfter : Math.max(limit.resetAfter, SHORTEST_RESET))
  }

  /** ms until an Identify is allowed. */
  delay(now: number): number {
    if (now >= this.#resetAt) {
      this.#remaining = this.#total - this.#held
      this.#resetAt = now + DAY
    }
    if (this.#remaining <= 0) return this.#resetAt - now
    if (!this.#isSpread() || this.#notBefore === null) return 0
    // Whoever noted it may have had another clock: one pause is the most that anybody has to wait.
    this.#notBefore = Math.min(this.#notBefore, now + this.#pause(now))
    return Math.max(0, this.#notBefore - now)
  }

  /** While it is spread: when the next one is due. */
  get notBefore(): number | null {
    return this.#notBefore
  }

  /** An earlier process knew of this. */
  restore(notBefore: number | null): void {
    this.#notBefore = notBefore
  }

  take(): void {
    this.#remaining -= 1
    this.#held += 1
  }

  giveBack(used: boolean, now: number): void {
    this.#held -= 1
    if (!used) {
      this.#remaining += 1
      return
    }
    if (!this.#isSpread()) {
      this.#notBefore = null
      return
    }
    const left = Math.max(0, this.#resetAt - now)
    if (left < Infinity)
      this.#notBefore = Math.max(this.#notBefore ?? -Infinity, now - left * AT_ONCE) + this.#pause(now)
  }

  #pause(now: number): number {
    return Math.ceil(Math.max(0, this.#resetAt - now) / Math.max(1, this.#remaining))
  }

  #isSpread(): boolean {
    return this.#remaining < this.#total * SPREAD_BELOW
  }
}
