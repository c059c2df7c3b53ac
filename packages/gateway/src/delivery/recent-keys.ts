import type { WireFrame } from '@qqkit/core'

import type { TrackedEvent } from './tracked-event.js'

/** Events are remembered until this many others have come. */
const WINDOW = 1024
/** How many characters from the end of an id make its hash: ids begin with the name of the event, and end differently. */
const TELLING = 8
/** The place of an event that is not in the window. */
export const NO_PLACE = -1

/**
 * Name and id of the latest events, by which copies are recognised, and of those that are not finished. Ids with the same
 * hash are a chain from the newest to the oldest, as in the window of a compressor: no string is made for a key, no table
 * grows or is emptied, and no event is kept alive. An event without an id has no key.
 */
export class RecentKeys {
  readonly #eventAt: (place: number) => TrackedEvent | null
  /** The hash of the id that was looked for last. */
  #hash = 0
  /** Counts keys; it may overflow, so that only differences count. */
  #count = 0
  readonly #ids: string[] = []
  readonly #names: unknown[] = []
  /** The latest name: most events have the name of the one before, and need no string of their own. */
  #name: unknown = null
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
    let age = 0
    this.#hash = hashOf(id)
    for (let at = this.#newest[this.#hash] as number; ; at = this.#before[at & (WINDOW - 1)] as number) {
      const older = (this.#count - at) | 0
      // The chain ends where the window does: what stands there belongs to newer keys.
      if (older < age || older >= WINDOW) break
      age = older + 1
      const place = at & (WINDOW - 1)
      if (this.#ids[place] === id && this.#names[place] === t)
        return this.#open[place] === 1 ? this.#eventAt(place) : null
    }
    return this.#aged.size > 0 ? this.#aged.get(keyOf(frame)) : undefined
  }

  /** Adds an event that {@link find} has just shown to be no copy. */
  add(event: TrackedEvent): void {
    const { t, id } = event.frame
    if (!isKey(id)) return
    const hash = this.#hash
    this.#count = (this.#count + 1) | 0
    const place = this.#count & (WINDOW - 1)
    if (this.#open[place] === 1) this.#age(place)
    if (t !== this.#name) this.#name = t
    this.#ids[place] = id
    this.#names[place] = this.#name
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

  #age(place: number): void {
    const event = this.#eventAt(place)
    if (event === null) return
    this.#aged.set(keyOf(event.frame), event)
    event.place = NO_PLACE
  }
}

const hashOf = (id: string): number => {
  let hash = 0
  for (let at = Math.max(0, id.length - TELLING); at < id.length; at += 1)
    hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0
  return hash & (WINDOW - 1)
}

/** Whether the id of a frame identifies its event. */
export const isKey = (id: unknown): id is string => typeof id === 'string' && id !== ''

const keyOf = ({ t, id }: WireFrame): string => `${t ?? ''}:${id ?? ''}`
