import type { Window } from './windows.js'

/** A target may hold this many places per free place, so that it never takes the last ones. */
const PER_PLACE_LEFT = 4
/** The share of a window that any target may take without restriction. */
const SMALL = 0.04
/** The used share of a window from which targets are slowed down. */
const BUSY = 0.5

/** The places of one target. */
interface Holding {
  readonly count: number
  /** Time of the last grant. */
  readonly last: number
}

/** Shares of a window by target. A target with many places leaves some to others, as long as there are others. */
export class Shares {
  readonly #count: number
  readonly #per: number
  /** Grants, oldest first; those before `#from` have left the window. */
  #grants: { readonly at: number; readonly target: string }[] = []
  #from = 0
  readonly #held = new Map<string, Holding>()

  constructor(limit: { readonly requests: number; readonly windowMs: number }) {
    this.#count = limit.requests
    this.#per = limit.windowMs
  }

  take(now: number, target: string): void {
    this.#expire(now)
    this.#grants.push({ at: now, target })
    this.#held.set(target, { count: (this.#held.get(target)?.count ?? 0) + 1, last: now })
  }

  /** Ends the place taken at `stamp`: it counts from `at` on, or not at all. */
  end(stamp: number, target: string, at: number | null): void {
    const index = this.#grants.findLastIndex((grant) => grant.at === stamp && grant.target === target)
    if (index >= this.#from) {
      this.#grants.splice(index, 1)
      this.#release(target)
    }
    if (at !== null) this.take(at, target)
  }

  /** Whether a target may take one more place, if the window has room. */
  allows(target: string, now: number): boolean {
    return !this.#held.has(target) || this.#readyAt(target, now, 0) <= now
  }

  /** The share as a window of one target. */
  of(target: string): Window {
    return {
      readyAt: (now, ahead) => this.#readyAt(target, now, ahead),
      take: () => {},
      end: () => {},
      idle: (now) => this.allows(target, now),
    }
  }

  #readyAt(target: string, now: number, ahead: number): number {
    this.#expire(now)
    const { count: held, last } = this.#held.get(target) ?? { count: 0, last: -Infinity }
    const used = this.#grants.length - this.#from
    // A target that is alone or small is limited by the window only.
    if (held === used || held < this.#count * SMALL) return now
    const free = this.#count - used
    const beyond = ahead - Math.ceil((free * PER_PLACE_LEFT - held) / (PER_PLACE_LEFT + 1))
    const oldest = this.#grants[this.#from]?.at ?? now
    const roomAt = beyond < 0 ? now : oldest + this.#per * (1 + Math.floor(beyond / this.#count))
    // Spread out: after a burst, all places would expire at the same time and be missing for others until then.
    const pace = used < this.#count * BUSY ? 0 : this.#per / (held + 1)
    return Math.max(roomAt, Math.ceil(last + pace * (ahead + 1)))
  }

  #expire(now: number): void {
    for (
      let grant = this.#grants[this.#from];
      grant && grant.at + this.#per <= now;
      grant = this.#grants[this.#from]
    ) {
      this.#from += 1
      this.#release(grant.target)
    }
    if (this.#from > this.#count) {
      this.#grants = this.#grants.slice(this.#from)
      this.#from = 0
    }
  }

  #release(target: string): void {
    const { count, last } = this.#held.get(target) ?? { count: 0, last: 0 }
    if (count > 1) this.#held.set(target, { count: count - 1, last })
    else this.#held.delete(target)
  }
}
