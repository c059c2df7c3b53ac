import type { WriteAhead } from './tracked-event.js'

/** ms that the store may take to record an event that is about to be dispatched. */
const RECORDED = 5000

/** Which changes are worth storing, which of them the store has, and whether an event waits for it. */
export class StoreRevisions {
  /** Counts changes. The first: that there is nothing yet is worth storing as well. */
  current = 1
  #stored = 0
  #works = true

  /** Requests a record with the next write. */
  ask(now: number): Exclude<WriteAhead, string> {
    this.current += 1
    return { revision: this.current, askedAt: now }
  }

  /** The store has everything up to a revision. */
  store(revision: number): void {
    this.#stored = Math.max(this.#stored, revision)
    this.#works = true
  }

  /** The store does not work: no event waits for it until a write has succeeded. */
  fail(): void {
    this.#works = false
  }

  /** Whether nothing has to be recorded first, or can be. */
  isNeedless(writeAhead: WriteAhead): boolean {
    return writeAhead === 'needless' || !this.#works
  }

  has({ revision }: Exclude<WriteAhead, string>): boolean {
    return revision <= this.#stored
  }

  /** Monotonic ms until when a record is waited for; `Infinity` where nothing is. */
  waitsUntil(writeAhead: WriteAhead): number {
    if (!this.#works || typeof writeAhead === 'string' || this.has(writeAhead)) return Infinity
    return writeAhead.askedAt + RECORDED
  }
}
