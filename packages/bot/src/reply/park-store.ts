import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { ParkedReply } from './parked-reply.js'

/**
 * Where parked replies wait, by place. `place` is a key, such as that of a group with all its people; the appid is part of it, so
 * that several bots can share a store. Calls for different places may overlap. Every method may be slow or reject; a reply whose
 * `put` rejects is not parked.
 */
export interface ParkStore {
  /**
   * Stores a reply. A durable store must have it on the disk when this resolves.
   *
   * @returns replies that were dropped to make room
   */
  put(place: string, reply: ParkedReply): Promise<readonly ParkedReply[]>
  /**
   * Removes and returns the reply of a place with the lowest id. It must be gone for good when this resolves: a reply
   * that was taken may have been sent, and must never be sent again.
   */
  take(place: string): Promise<ParkedReply | null>
  /**
   * Closes files and connections; the next use opens them again.
   *
   * @returns replies that end with the process, and stay until then
   */
  close(): Promise<readonly ParkedReply[]>
}

/** How many replies may wait. */
export interface ParkLimits {
  /** In one place; the oldest are dropped. Default 10. */
  readonly perPlace?: number
  /** In all of them; the oldest are dropped. Default 1 000. */
  readonly total?: number
}

/** The default limits. */
const parkDefaults: Required<ParkLimits> = Object.freeze({ perPlace: 10, total: 1000 })

const COUNT = 'must be a whole number from 1 up'
const count = v.optional(v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT)))
const limits = { perPlace: count, total: count }

const unknownOr =
  (hint: string) =>
  ({ expected }: v.StrictObjectIssue): string =>
    expected === 'never' ? 'there is no such option' : hint

/** @throws OptionsError */
export const checkParkLimits = (subject: string, input: ParkLimits): Required<ParkLimits> => {
  const schema = v.strictObject(limits, unknownOr('must be { perPlace?, total? }'))
  return { ...parkDefaults, ...checkOptions(subject, schema, input) } as Required<ParkLimits>
}

/** Where {@link fileParkStore} keeps replies, and how many. */
export interface FileParkStoreOptions extends ParkLimits {
  /** Name of a file, e.g. `'./parked.json'`. */
  readonly path: string
}

const PATH = 'must be the name of a file, e.g. "./parked.json"'
const fileSchema = v.strictObject(
  { path: v.pipe(v.string(PATH), v.nonEmpty(PATH)), ...limits },
  unknownOr('must be { path, perPlace?, total? }'),
)

/** @throws OptionsError */
export const checkFileParkStore = (input: FileParkStoreOptions): Required<FileParkStoreOptions> =>
  ({ ...parkDefaults, ...checkOptions('fileParkStore', fileSchema, input) }) as Required<FileParkStoreOptions>

/** Parked replies by place. */
type Page = readonly (readonly [place: string, replies: readonly ParkedReply[]])[]

/** Parked replies, in order and bounded. Immutable: a change returns a new value. */
export class ParkedReplies {
  readonly #places: ReadonlyMap<string, readonly ParkedReply[]>

  constructor(page: Page = []) {
    this.#places = new Map(page)
  }

  /** Plain JSON. */
  toJSON(): Page {
    return [...this.#places]
  }

  put(
    place: string,
    reply: ParkedReply,
    { perPlace, total }: Required<ParkLimits>,
  ): { readonly book: ParkedReplies; readonly dropped: readonly ParkedReply[] } {
    const waiting = [...(this.#places.get(place) ?? []), reply].toSorted(byId)
    const excess = waiting.slice(0, -perPlace)
    const book = this.#with(place, waiting.slice(-perPlace))
    const oldest = book.#size > total ? book.#oldest() : null
    if (!oldest) return { book, dropped: excess }
    return { book: book.#without(oldest[0], oldest[1]), dropped: [...excess, oldest[1]] }
  }

  take(place: string): { readonly book: ParkedReplies; readonly reply: ParkedReply } | null {
    const reply = this.#places.get(place)?.[0]
    return reply ? { book: this.#without(place, reply), reply } : null
  }

  get #size(): number {
    return [...this.#places.values()].reduce((sum, { length }) => sum + length, 0)
  }

  #oldest(): readonly [string, ParkedReply] | null {
    const firsts = this.toJSON().flatMap(([name, [first]]) => (first ? [[name, first] as const] : []))
    return firsts.toSorted(([, one], [, other]) => byId(one, other))[0] ?? null
  }

  #with(place: string, replies: readonly ParkedReply[]): ParkedReplies {
    const others = this.toJSON().filter(([name]) => name !== place)
    return new ParkedReplies(replies.length === 0 ? others : [...others, [place, replies]])
  }

  #without(place: string, { id }: ParkedReply): ParkedReplies {
    const replies = this.#places.get(place) ?? []
    return this.#with(
      place,
      replies.filter((reply) => reply.id !== id),
    )
  }
}

const byId = (one: ParkedReply, other: ParkedReply): number =>
  one.id < other.id ? -1 : one.id > other.id ? 1 : 0
