import type { Clock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

/**
 * What a reply is attached to: a message (`d.id`) or an event (the outer frame `id`,
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-3 §6.3}). Without one, a
 * message is proactive.
 */
export type Anchor =
  | { readonly msgId: string; readonly eventId?: undefined }
  | { readonly eventId: string; readonly msgId?: undefined }

/** One string per anchor, for counting. No id has a blank in it. */
const anchorKey = (anchor: Anchor): string =>
  anchor.msgId === undefined ? `event ${anchor.eventId}` : anchor.msgId

/** What a reply is to its anchor: each kind has numbers of its own, so that what a number stands for does not depend on time. */
export type SendKind =
  /** What a handler answers, in call order. */
  | 'answer'
  /** A reply of an earlier event that had to wait. */
  | 'parked'
  /** That an answer is on its way. It comes or not, as time goes. */
  | 'notice'
  /** That a handler failed. The next run may not. */
  | 'apology'
  /** What stands in for a stream, or goes on behind it. */
  | 'companion'

/** First and last `msg_seq` of a kind. */
export type NumberRange = readonly [first: number, last: number]

/** The numbers of each kind, and those that are drawn where others were used already. They must not overlap. */
export type NumberRanges = Readonly<Record<SendKind | 'random', NumberRange>>

/** All below 65 536, the end of the largest range that was seen in use: the official one is unknown ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). */
export const numberRanges: NumberRanges = Object.freeze({
  answer: [1, 9999],
  parked: [10_000, 59_999],
  notice: [60_000, 60_999],
  apology: [61_000, 61_999],
  companion: [62_000, 62_999],
  random: [63_000, 65_535],
} as const)

/** The names of two ranges that have a number in common; `null` where none do. */
export const overlapOf = (ranges: NumberRanges): readonly [string, string] | null => {
  const sorted = Object.entries(ranges).toSorted(([, [one]], [, [other]]) => one - other)
  for (const [index, [name, [first]]] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before && before[1][1] >= first) return [before[0], name]
  }
  return null
}

/** No anchor serves longer than this (§6.1), in ms. */
const LONGEST_WINDOW = 60 * 60_000
/** ms after its last use in which an anchor is remembered: a reply that comes too late must not use a number again. */
const REMEMBERED = 2 * LONGEST_WINDOW
/** Anchors that are remembered, as a bound on memory. */
const MOST = 100_000

/**
 * Gives out `msg_seq` 1, 2, 3, … per anchor in call order, so that a handler that runs again after a crash repeats the
 * same numbers ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
 * Forgets an anchor when no reply to it can be accepted any more.
 */
export class SeqAllocator {
  readonly #lastNumbers: BoundedMap<number>

  constructor(clock: Clock) {
    this.#lastNumbers = new BoundedMap({ limit: MOST, maxAge: REMEMBERED, now: () => clock.now() })
  }

  /** The next number for this anchor. */
  next(key: string): number {
    const seq = (this.#lastNumbers.peek(key) ?? 0) + 1
    this.#lastNumbers.set(key, seq)
    return seq
  }

  /** Begins at 1 again. */
  forget(key: string): void {
    this.#lastNumbers.delete(key)
  }

  /** How many anchors it remembers. */
  get size(): number {
    return this.#lastNumbers.size
  }
}

/** What numbers are made with. */
export interface ReplyNumbersInit {
  readonly clock: Clock
  readonly random: () => number
  readonly ranges?: NumberRanges
}

/** Companions of one answer: messages that it goes on in while it grows, then those that stand in for it. */
const COMPANIONS = { growing: 16, standing: 16 } as const

const sizeOf = ([first, last]: NumberRange): number => last - first + 1

/** Gives out `msg_seq`. The same reply gets the same number in every life of the program, and in every process ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). */
export class ReplyNumbers {
  readonly #ranges: NumberRanges
  readonly #random: () => number
  readonly #counts: SeqAllocator

  constructor({ clock, random, ranges = numberRanges }: ReplyNumbersInit) {
    this.#ranges = ranges
    this.#random = random
    this.#counts = new SeqAllocator(clock)
  }

  /** The next number of a kind for this anchor, in call order. */
  next(anchor: Anchor, kind: SendKind = 'answer'): number {
    const range = this.#ranges[kind]
    const count = this.#counts.next(this.#keyOf(anchor, kind))
    // Nobody answers so often; what does must not take a number of another kind.
    return count > sizeOf(range) ? this.drawn() : range[0] + count - 1
  }

  /** So many at once, for pieces that go out one after the other. */
  take(anchor: Anchor, kind: SendKind, count: number): readonly number[] {
    return Array.from({ length: count }, () => this.next(anchor, kind))
  }

  /** A handler runs again for this anchor: it counts from the start, as it did before. */
  restart(anchor: Anchor): void {
    for (const kind of ['answer', 'notice', 'apology'] as const)
      this.#counts.forget(this.#keyOf(anchor, kind))
  }

  /** The number of something that has a name of its own. */
  named(name: string): number {
    let hash = 0
    for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
    const range = this.#ranges.parked
    return range[0] + (hash % sizeOf(range))
  }

  /**
   * The number of what belongs to another reply, by that one's number.
   *
   * @param role `'growing'`: the message that a stream goes on in, from 1. `'standing'`: an ordinary message with the text
   *   of a stream, from 0
   */
  companion(of: number, role: keyof typeof COMPANIONS, index: number): number {
    const { growing, standing } = COMPANIONS
    const place = role === 'growing' ? index % growing : growing + (index % standing)
    const range = this.#ranges.companion
    return range[0] + (((of - 1) * (growing + standing) + place) % sizeOf(range))
  }

  /** A number that most likely nobody has used. */
  drawn(): number {
    const range = this.#ranges.random
    return range[0] + Math.floor(this.#random() * sizeOf(range))
  }

  #keyOf(anchor: Anchor, kind: SendKind): string {
    const key = anchorKey(anchor)
    return kind === 'answer' ? key : `${kind} ${key}`
  }
}
