import type { WireFrame } from '@qqkit/core'

import type { TrackedEvent } from './tracked-event.js'

/** Events are remembered until nearly this many others have come. */
const WINDOW = 1024
/** How many characters at the end of an id are hashed at first: ids have some sixty, and differ in all of them. */
const FEWEST = 16
/** As many are hashed at most, where ids end alike. */
const MOST = 96
/** As many ids may have the hash of another one before more of their characters are hashed. */
const ALIKE = 8
const PRIME = 0x01_00_01_93
/** The place of an event that is not in the window. */
export const NO_PLACE = -1

/**
 * Name and id of the latest events, by which copies are recognised, and of those that are not finished. Ids with the same
 * hash are a chain from the newest to the oldest, as in the window of a compressor. An event without an id has no key. The
 * strings are kept as they came: more of them come between two collections of garbage than are kept, so that few are copied.
 */
export class RecentKeys {
  /** The free place. */
  #next = 0
  readonly #names: string[] = []
  readonly #ids: string[] = []
  /** The hash of each id, which spares most others the comparison. */
  readonly #hashes = new Int32Array(WINDOW)
  /** The hash of the id that was looked for last. */
  #hash = 0
  /** How many characters are hashed. */
  #hashed = FEWEST
  /** The unfinished event at a place: a bot under load has thousands, so that none may be searched for. */
  readonly #open = Array.from<TrackedEvent | null>({ length: WINDOW }).fill(null)
  /** The place of the newest key of each hash. */
  readonly #newest = new Uint16Array(WINDOW)
  /** For each key the place of the one before it with the same hash. */
  readonly #before = new Uint16Array(WINDOW)
  /** Unfinished events that have left the window. */
  readonly #aged = new Map<string, TrackedEvent>()

  /** The event of which this is a copy; `null` when that is finished, `undefined` when this is no copy. */
  find(frame: WireFrame): TrackedEvent | null | undefined {
    const { t, id } = frame
    if (!isKey(id)) return undefined
    const hash = this.#hashOf(id)
    this.#hash = hash
    let age = 0
    let alike = 0
    for (let place = this.#newest[chainOf(hash)]!; ; place = this.#before[place]!) {
      const older = (this.#next - place) & (WINDOW - 1)
      // The chain ends where the window does: what stands there belongs to newer keys.
      if (older <= age) break
      age = older
      if (this.#hashes[place] !== hash) continue
      if (this.#ids[place] === id && this.#names[place] === (t ?? '')) return this.#open[place] ?? null
      alike += 1
    }
    if (alike > ALIKE && this.#hashed < MOST) this.#hashMore(id)
    return this.#aged.size > 0 ? this.#aged.get(keyOf(frame)) : undefined
  }

  /** Adds an event that {@link find} has just shown to be no copy. */
  add(event: TrackedEvent): void {
    const { t, id } = event.frame
    if (!isKey(id)) return
    const place = this.#next
    this.#names[place] = t ?? ''
    this.#ids[place] = id
    this.#open[place] = event
    event.place = place
    this.#chain(place, this.#hash)
    this.#next = (place + 1) & (WINDOW - 1)
    this.#age(this.#next)
  }

  /** An event has ended: from now on only its key is kept. */
  end(event: TrackedEvent): void {
    if (event.place === NO_PLACE && this.find(event.frame) === event) {
      this.#aged.delete(keyOf(event.frame))
      this.add(event)
    }
    if (event.place !== NO_PLACE) this.#open[event.place] = null
  }

  #hashOf(id: string): number {
    const { length } = id
    let hash = length
    for (let at = Math.max(0, length - this.#hashed); at < length; at += 1)
      hash = Math.imul(hash ^ id.charCodeAt(at), PRIME)
    return hash
  }

  #chain(place: number, hash: number): void {
    const chain = chainOf(hash)
    this.#hashes[place] = hash
    this.#before[place] = this.#newest[chain]!
    this.#newest[chain] = place
  }

  /** Ids that end alike would be one long chain. */
  #hashMore(id: string): void {
    this.#hashed = Math.min(MOST, 2 * this.#hashed)
    this.#newest.fill(this.#next)
    for (let age = WINDOW - 1; age > 0; age -= 1) {
      const place = (this.#next - age) & (WINDOW - 1)
      const known = this.#ids[place]
      if (known !== undefined) this.#chain(place, this.#hashOf(known))
    }
    this.#hash = this.#hashOf(id)
  }

  #age(place: number): void {
    const event = this.#open[place] ?? null
    if (event === null) return
    this.#open[place] = null
    this.#aged.set(keyOf(event.frame), event)
    event.place = NO_PLACE
  }
}

/** The part of a hash that chooses a chain. */
const chainOf = (hash: number): number => (hash ^ (hash >>> 15)) & (WINDOW - 1)

/** Whether the id of a frame identifies its event. */
export const isKey = (id: unknown): id is string => typeof id === 'string' && id !== ''

const keyOf = ({ t, id }: WireFrame): string => `${t?.length ?? 0}:${t ?? ''}${id ?? ''}`
