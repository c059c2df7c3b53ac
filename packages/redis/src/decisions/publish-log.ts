import type { Fate, NewEvent } from '../queue/event-queue.js'

/** ms, and how many confirmed events are kept, so that they can be published again when the server has lost them. */
const KEEP_MS = 60_000
const KEEP_COUNT = 10_000

interface Entry<E> {
  readonly event: E
  confirmedAt: number
}

/** What to do with a source that was opened again. */
export type Resumption =
  /** The server has everything that it confirmed. */
  | { readonly kind: 'even' }
  /** It has lost its last events, and gets them again. */
  | { readonly kind: 'again'; readonly count: number }
  /** It has lost more than is kept here: `lost` events are gone, the others are published again. */
  | { readonly kind: 'torn'; readonly lost: number; readonly count: number }
  /** It knows nothing. What was confirmed is not published again, since all of it would be handled twice. */
  | { readonly kind: 'emptied'; readonly lost: number }

/**
 * The events of one source, numbered, from their arrival until a minute after the server confirmed them. Pure: it decides what is
 * published next, also after the server has lost a suffix of what it had confirmed.
 */
export class PublishLog<E extends NewEvent = NewEvent> {
  /** Confirmed events that are kept, then those to publish. */
  #entries: Entry<E>[] = []
  /** The number of the first entry. */
  #first = 1
  /** The number of the next event to publish. */
  #next = 1
  /** The highest number that was confirmed. */
  #confirmed = 0

  /** The highest number that was ever given out. */
  #offered = 0
  /** The highest number that a server may have had before it lost its data. */
  #again = 0

  /** The highest number that was ever confirmed. */
  get confirmed(): number {
    return this.#confirmed
  }

  /** The source was opened for the first time: its numbers go on from `mark`. */
  startAt(mark: number): void {
    this.#first = mark + 1
    this.#next = mark + 1
    this.#confirmed = mark
    this.#offered = mark
  }

  /** Up to which number events may have been handled before the server lost them. */
  get again(): number {
    return this.#again
  }

  /** How many events are to be published. */
  get pending(): number {
    return this.#first + this.#entries.length - this.#next
  }

  /** How many events are kept, confirmed ones included. */
  get size(): number {
    return this.#entries.length
  }

  add(event: E): void {
    this.#entries.push({ event, confirmedAt: 0 })
  }

  /** The next events to publish, and the number of the first. */
  batch(most: number): { readonly first: number; readonly events: readonly E[] } {
    const from = this.#next - this.#first
    const events = this.#entries.slice(from, from + most).map(({ event }) => event)
    this.#offered = Math.max(this.#offered, this.#next + events.length - 1)
    return { first: this.#next, events }
  }

  /** The server took the events of a batch. Returns those that it confirmed for the first time. */
  taken(first: number, fates: readonly Fate[], now: number): readonly E[] {
    const news: E[] = []
    for (const index of fates.keys()) {
      const number = first + index
      const entry = this.#entries[number - this.#first]
      if (!entry) continue
      entry.confirmedAt = now
      if (number > this.#confirmed) news.push(entry.event)
    }
    const last = first + fates.length - 1
    this.#next = Math.max(this.#next, last + 1)
    this.#confirmed = Math.max(this.#confirmed, last)
    this.#trim(now)
    return news
  }

  /** The source was opened again, and the server has published up to `mark`; `null`: it knows nothing. */
  opened(mark: number | null): Resumption {
    // A publish whose answer was lost: its events are sent again, and answered as known.
    if (mark !== null && mark >= this.#confirmed) {
      this.#next = Math.max(this.#first, Math.min(this.#next, this.#confirmed + 1))
      return { kind: 'even' }
    }
    this.#again = this.#offered
    const known = mark ?? 0
    if (this.#first <= known + 1) {
      this.#next = known + 1
      return { kind: 'again', count: this.#confirmed - known }
    }
    const kept = this.#confirmed - this.#first + 1
    if (mark === null) {
      this.#next = this.#confirmed + 1
      return { kind: 'emptied', lost: this.#confirmed }
    }
    this.#next = this.#first
    return { kind: 'torn', lost: this.#first - known - 1, count: kept }
  }

  /** The mark that the server must have before the next batch is published. */
  get mark(): number {
    return this.#next - 1
  }

  #trim(now: number): void {
    const confirmed = this.#next - this.#first
    let old = Math.max(0, confirmed - KEEP_COUNT)
    while (old < confirmed && now - this.#entries[old]!.confirmedAt >= KEEP_MS) old += 1
    // Not one by one: the list would be copied for every batch.
    if (old === 0 || (old < 1000 && old * 2 < this.#entries.length)) return
    this.#entries = this.#entries.slice(old)
    this.#first += old
  }
}
