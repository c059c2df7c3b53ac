import type { WireFrame } from '@qqkit/core'

import type { TrackedEvent } from './tracked-event.js'

/** Events are remembered until this many others have come. */
const WINDOW = 1024
/** Two odd factors, so that the halves of a key have nothing to do with each other. */
const PRIME = 0x01_00_01_93
const OTHER_PRIME = 0x5b_d1_e9_95
/** The place of an event that is not in the window. */
export const NO_PLACE = -1

/**
 * Name and id of the latest events, by which copies are recognised, and of those that are not finished. Ids with the same
 * hash are a chain from the newest to the oldest, as in the window of a compressor. A key is kept as 64 bits, which are the
 * same for two different keys once in 10¹⁴ events: a string per event would be copied twice by the garbage collector. An
 * event without an id has no key.
 */
export class RecentKeys {
  readonly #eventAt: (place: number) => TrackedEvent | null
  /** Counts keys; it may overflow, so that only differences count. */
  #count = 0
  /** The two halves of each key, … */
  readonly #ones = new Int32Array(WINDOW)
  readonly #others = new Int32Array(WINDOW)
  /** … and of the one that was looked for last. */
  #one = 0
  #other = 0
  /** The latest name and its hash: most events have the name of the one before. */
  #name = ''
  #seed = 0
  /** Whether the event at a place is unfinished. */
  readonly #open = new Uint8Array(WINDOW)
  /** The count of the newest key of each hash. */
  readonly #newest = new Int32Array(WINDOW)
  /** For each key the count of the one before it with the same hash. */
  readonly #before = new Int32Array(WINDOW)
  /** Unfinished events that have left the window. */
  readonly #aged = new Map<string, TrackedEvent>()

  /** @param eventAt returns the unfinished event with a place */
  constructor(eventAt: (place: number) => TrackedEvent | null) {
    this.#eventAt = eventAt
  }

  /** The event of which this is a copy; `null` when that is finished, `undefined` when this is no copy. */
  find(frame: WireFrame): TrackedEvent | null | undefined {
    const { t, id } = frame
    if (!isKey(id)) return undefined
    this.#digest(t ?? '', id)
    let age = 0
    for (
      let at = this.#newest[this.#one & (WINDOW - 1)] as number;
      ;
      at = this.#before[at & (WINDOW - 1)] as number
    ) {
      const older = (this.#count - at) | 0
      // The chain ends where the window does: what stands there belongs to newer keys.
      if (older < age || older >= WINDOW) break
      age = older + 1
      const place = at & (WINDOW - 1)
      if (this.#ones[place] === this.#one && this.#others[place] === this.#other)
        return this.#open[place] === 1 ? this.#eventAt(place) : null
    }
    return this.#aged.size > 0 ? this.#aged.get(keyOf(frame)) : undefined
  }

  /** Adds an event that {@link find} has just shown to be no copy. */
  add(event: TrackedEvent): void {
    if (!isKey(event.frame.id)) return
    const hash = this.#one & (WINDOW - 1)
    this.#count = (this.#count + 1) | 0
    const place = this.#count & (WINDOW - 1)
    if (this.#open[place] === 1) this.#age(place)
    this.#ones[place] = this.#one
    this.#others[place] = this.#other
    this.#open[place] = 1
    this.#before[place] = this.#newest[hash] as number
    this.#newest[hash] = this.#count
    event.place = place
  }

  /** An event has ended: from now on only its key is kept. */
  end(event: TrackedEvent): void {
    if (this.#aged.size > 0 && this.find(event.frame) === event) {
      this.#aged.delete(keyOf(event.frame))
      this.add(event)
    }
    if (event.place !== NO_PLACE) this.#open[event.place] = 0
  }

  #digest(t: string, id: string): void {
    if (t !== this.#name) {
      this.#name = t
      this.#seed = 0
      for (let at = 0; at < t.length; at += 1) this.#seed = Math.imul(this.#seed ^ t.charCodeAt(at), PRIME)
    }
    // Ids usually begin with the name.
    const from = id.startsWith(t) ? t.length : 0
    let one = this.#seed + from
    let other = ~one
    for (let at = from; at < id.length; at += 1) {
      const code = id.charCodeAt(at)
      one = Math.imul(one ^ code, PRIME)
      other = Math.imul(other ^ code, OTHER_PRIME)
    }
    this.#one = one ^ (one >>> 15)
    this.#other = other
  }

  #age(place: number): void {
    const event = this.#eventAt(place)
    if (event === null) return
    this.#aged.set(keyOf(event.frame), event)
    event.place = NO_PLACE
  }
}

/** Whether the id of a frame identifies its event. */
export const isKey = (id: unknown): id is string => typeof id === 'string' && id !== ''

const keyOf = ({ t, id }: WireFrame): string => `${t ?? ''}:${id ?? ''}`
