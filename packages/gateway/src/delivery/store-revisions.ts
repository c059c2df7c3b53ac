import type { Note } from './tracked-event.js'

/** ms that the store may take to record an event that is about to be dispatched. */
const NOTED = 5000

/** Which changes are worth storing, which of them the store has, and whether an event waits for it. */
export class StoreRevisions {
  /** Counts changes. The first: that there is nothing yet is worth storing as well. */
  current = 1
  #stored = 0
  #works = true

  /** Requests a record with the next write. */
  ask(now: number): Exclude<Note, string> {
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
  isNeedless(note: Note): boolean {
    return note === 'needless' || !this.#works
  }

  has({ revision }: Exclude<Note, string>): boolean {
    return revision <= this.#stored
  }

  /** Monotonic ms until when a note is waited for; `Infinity` where nothing is. */
  waitsUntil(note: Note): number {
    if (!this.#works || typeof note === 'string' || this.has(note)) return Infinity
    return note.askedAt + NOTED
  }
}
