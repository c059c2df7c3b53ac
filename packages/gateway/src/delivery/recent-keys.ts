import type { WireFrame } from '@qqkit/core'

import type { TrackedEvent } from './tracked-event.js'

/** Events are remembered until nearly this many others have come. */
const WINDOW = 1024
/** Bytes for an id, of which one is its length: ids have some sixty characters after the name of their event. */
const SLOT = 96
/** How many slots there are at first. */
const FEWEST = 16
const PRIME = 0x01_00_01_93
/** The place of an event that is not in the window. */
export const NO_PLACE = -1

/**
 * Name and id of the latest events, by which copies are recognised, and of those that are not finished. Ids with the same
 * hash are a chain from the newest to the oldest, as in the window of a compressor, and their characters decide. The
 * characters are bytes of one array: a string per event would be copied twice by the garbage collector. An event without an
 * id has no key.
 */
export class RecentKeys {
  /** The free place: the key that was looked for last is written here. */
  #next = 0
  /** The hash of each key, which spares most others the comparison. */
  readonly #hashes = new Int32Array(WINDOW)
  /** The part of the hash that chooses a chain, of the key that was looked for last. */
  #hash = 0
  /** The latest name: most events have the name of the one before, and need no string of their own. */
  #name = ''
  readonly #names: string[] = []
  /** The length of what follows the name in each id, and its characters, one byte each; … */
  #characters = new Uint8Array(FEWEST * SLOT)
  /** … the id itself where it has no name before, is longer or has other characters; else empty. */
  readonly #oddIds: string[] = []
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
    this.#write(t ?? '', id)
    let age = 0
    for (let place = this.#newest[this.#hash]!; ; place = this.#before[place]!) {
      const older = (this.#next - place) & (WINDOW - 1)
      // The chain ends where the window does: what stands there belongs to newer keys.
      if (older <= age) break
      age = older
      if (this.#isAt(place)) return this.#open[place] ?? null
    }
    return this.#aged.size > 0 ? this.#aged.get(keyOf(frame)) : undefined
  }

  /** Adds an event that {@link find} has just shown to be no copy. */
  add(event: TrackedEvent): void {
    if (!isKey(event.frame.id)) return
    const place = this.#next
    this.#names[place] = this.#name
    this.#open[place] = event
    this.#before[place] = this.#newest[this.#hash]!
    this.#newest[this.#hash] = place
    event.place = place
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

  #write(name: string, id: string): void {
    if (name !== this.#name) this.#name = name
    const isNamed = id.startsWith(name)
    const from = Math.max(isNamed ? name.length : 0, id.length - SLOT + 1)
    let to = this.#next * SLOT
    if (to === this.#characters.length) {
      const larger = new Uint8Array(2 * to)
      larger.set(this.#characters)
      this.#characters = larger
    }
    const characters = this.#characters
    characters[to] = id.length - from
    let codes = 0
    let hash = 0
    for (let at = from; at < id.length; at += 1) {
      const code = id.charCodeAt(at)
      codes |= code
      hash = Math.imul(hash ^ (code & 0xff), PRIME)
      characters[(to += 1)] = code
    }
    this.#hashes[this.#next] = hash
    this.#hash = (hash ^ (hash >>> 15)) & (WINDOW - 1)
    this.#oddIds[this.#next] = isNamed && from === name.length && codes <= 0xff ? '' : id
  }

  /** Whether the key that was written last stands at a place. */
  #isAt(place: number): boolean {
    const next = this.#next
    if (
      this.#hashes[place] !== this.#hashes[next] ||
      this.#names[place] !== this.#name ||
      this.#oddIds[place] !== this.#oddIds[next]
    )
      return false
    const characters = this.#characters
    // Ids end differently; their length comes last.
    for (let at = characters[place * SLOT]!; at >= 0; at -= 1)
      if (characters[place * SLOT + at] !== characters[next * SLOT + at]) return false
    return true
  }

  #age(place: number): void {
    const event = this.#open[place] ?? null
    if (event === null) return
    this.#open[place] = null
    this.#aged.set(keyOf(event.frame), event)
    event.place = NO_PLACE
  }
}

/** Whether the id of a frame identifies its event. */
export const isKey = (id: unknown): id is string => typeof id === 'string' && id !== ''

const keyOf = ({ t, id }: WireFrame): string => `${t?.length ?? 0}:${t ?? ''}${id ?? ''}`
