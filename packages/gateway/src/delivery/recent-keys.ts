import type { WireFrame } from '@qqkit/core'

import type { TrackedEvent } from './tracked-event.js'

/** Events are remembered until this many others have come. */
const WINDOW = 1024
/** How many characters from the end of an id make its hash: ids begin with the name of the event, and end differently. */
const TELLING = 10

const hashOf = (id: string): number => {
  let hash = 0
  for (let at = Math.max(0, id.length - TELLING); at < id.length; at += 1)
    hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0
  return hash & (WINDOW - 1)
}

/**
 * Name and id of the latest events, by which copies are recognised, and of those that are not finished. Ids with the same
 * hash are a chain from the newest to the oldest, as in the window of a compressor: no string is made for a key, and no
 * table grows or is emptied. An event without an id has no key.
 */
export class RecentKeys {
  /** Counts keys; it may overflow, so that only differences count. */
  #count = 0
  readonly #ids: string[] = []
  readonly #names: unknown[] = []
  /** The events that are not finished. */
  readonly #events: (TrackedEvent | null)[] = []
  /** The count of the newest key of each hash. */
  readonly #newest = new Int32Array(WINDOW)
  /** For each key the count of the one before it with the same hash. */
  readonly #before = new Int32Array(WINDOW)
  /** Unfinished events that have left the window. */
  readonly #aged = new Map<string, TrackedEvent>()

  /** The event of which this is a copy; `null` when that is finished, `undefined` when this is no copy. */
  find(frame: WireFrame): TrackedEvent | null | undefined {
    const { t, id } = frame
    if (!isKey(id)) return undefined
    let age = 0
    for (let at = this.#newest[hashOf(id)] as number; ; at = this.#before[at & (WINDOW - 1)] as number) {
      const older = (this.#count - at) | 0
      // The chain ends where the window does: what stands there belongs to newer keys.
      if (older < age || older >= WINDOW) break
      age = older + 1
      const place = at & (WINDOW - 1)
      if (this.#ids[place] === id && this.#names[place] === t) return this.#events[place] ?? null
    }
    return this.#aged.size > 0 ? this.#aged.get(keyOf(frame)) : undefined
  }

  /** Adds an event that is no copy. */
  add(event: TrackedEvent): void {
    const { t, id } = event.frame
    if (!isKey(id)) return
    const hash = hashOf(id)
    this.#count = (this.#count + 1) | 0
    const place = this.#count & (WINDOW - 1)
    const aged = this.#events[place]
    if (aged) this.#aged.set(keyOf(aged.frame), aged)
    this.#ids[place] = id
    this.#names[place] = t
    this.#events[place] = event
    this.#before[place] = this.#newest[hash] as number
    this.#newest[hash] = this.#count
    event.place = place
  }

  /** An event has ended: from now on only its key is kept. */
  end(event: TrackedEvent): void {
    if (this.#aged.size > 0 && this.#aged.delete(keyOf(event.frame))) this.add(event)
    if (this.#events[event.place] === event) this.#events[event.place] = null
  }
}

/** Whether a frame's id identifies its event. */
export const isKey = (id: unknown): id is string => typeof id === 'string' && id !== ''

const keyOf = ({ t, id }: WireFrame): string => `${t ?? ''}:${id ?? ''}`
