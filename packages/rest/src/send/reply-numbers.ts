import type { Clock } from '@qqkit/core'

/**
 * What a reply refers to: a message (`d.id`) or an event (the outer frame `id`,
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-3 §6.3}). A message without
 * an anchor is proactive.
 */
export type Anchor =
  | { readonly msgId: string; readonly eventId?: undefined }
  | { readonly eventId: string; readonly msgId?: undefined }

/** Key of an anchor. Ids contain no blank. */
const anchorKey = (anchor: Anchor): string =>
  anchor.msgId === undefined ? `event ${anchor.eventId}` : anchor.msgId

/**
 * The kind of a reply. Each kind has its own range of numbers, so that a number means the same in every run of the
 * program.
 */
export type SendKind =
  /** An answer of a handler, numbered in call order. */
  | 'answer'
  /** A parked reply to an earlier event. */
  | 'parked'
  /** A typing notice, which is sent or not depending on time. */
  | 'notice'
  /** A message that a handler failed. */
  | 'apology'
  /** A message that continues or replaces a stream. */
  | 'companion'

/** First and last `msg_seq` of a kind. */
export type NumberRange = readonly [first: number, last: number]

/**
 * The range of each kind, and that of random numbers, which are drawn when others were already used. Ranges must not
 * overlap.
 */
export type NumberRanges = Readonly<Record<SendKind | 'random', NumberRange>>

/**
 * Default ranges, all below 65 536, the largest range seen in use; the official range is unknown
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
 */
export const numberRanges: NumberRanges = Object.freeze({
  answer: [1, 9999],
  parked: [10_000, 59_999],
  notice: [60_000, 60_999],
  apology: [61_000, 61_999],
  companion: [62_000, 62_999],
  random: [63_000, 65_535],
} as const)

/** The names of two overlapping ranges; `null` if there are none. */
export const overlapOf = (ranges: NumberRanges): readonly [string, string] | null => {
  const sorted = Object.entries(ranges).toSorted(([, [one]], [, [other]]) => one - other)
  for (const [index, [name, [first]]] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before && before[1][1] >= first) return [before[0], name]
  }
  return null
}

/** Longest reply window of an anchor (§6.1), in ms. */
const LONGEST_WINDOW = 60 * 60_000
/** How long an anchor is remembered at least after its last use, in ms, so that a late reply does not reuse a number. */
const REMEMBERED = 2 * LONGEST_WINDOW
/** How many anchors are remembered at least: those used last. */
const LEAST = 100_000

/**
 * Counts 1, 2, 3, … per anchor in call order, so that a handler that runs again after a crash repeats the same numbers
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). Forgets an anchor
 * when it takes no replies any more: a whole generation at a time, since a record of its own per anchor would cost more
 * than the rest of a send leaves behind.
 */
export class SeqAllocator {
  readonly #clock: Clock
  /** `undefined` until there is an anchor in it. */
  #young: Map<string, number> | undefined
  #old: Map<string, number> | undefined
  /** When the young generation began. */
  #since: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.now()
  }

  /** The next number for this anchor. */
  next(key: string): number {
    const now = this.#clock.now()
    if ((this.#young && this.#young.size >= LEAST) || now - this.#since >= REMEMBERED) this.#rotate(now)
    const young = (this.#young ??= new Map())
    const last = young.get(key) ?? this.#old?.get(key) ?? 0
    young.set(key, last + 1)
    return last + 1
  }

  /** Starts at 1 again. */
  forget(key: string): void {
    this.#young?.delete(key)
    this.#old?.delete(key)
  }

  /** Number of remembered anchors; one of both generations counts twice. */
  get size(): number {
    return (this.#young?.size ?? 0) + (this.#old?.size ?? 0)
  }

  #rotate(now: number): void {
    this.#old = this.#young
    this.#young = undefined
    this.#since = now
  }
}

/** Fields of {@link ReplyNumbers}. */
export interface ReplyNumbersInit {
  readonly clock: Clock
  readonly random: () => number
  readonly ranges?: NumberRanges
}

/** Companions per answer: messages that continue a stream, and ordinary messages that replace it. */
const COMPANIONS = { growing: 16, standing: 16 } as const

const sizeOf = ([first, last]: NumberRange): number => last - first + 1

/**
 * Assigns `msg_seq`. The same reply gets the same number in every run of the program and in every process
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
 */
export class ReplyNumbers {
  readonly #ranges: NumberRanges
  readonly #random: () => number
  readonly #counts: SeqAllocator

  constructor({ clock, random, ranges = numberRanges }: ReplyNumbersInit) {
    this.#ranges = ranges
    this.#random = random
    this.#counts = new SeqAllocator(clock)
  }

  /**
   * The next number of a kind for this anchor, in call order.
   *
   * @example
   * const seq = rest.numbers.next(anchor)
   * await rest.send(target, 'Hello', { anchor, seq })
   */
  next(anchor: Anchor, kind: SendKind = 'answer'): number {
    const range = this.#ranges[kind]
    const count = this.#counts.next(this.#keyOf(anchor, kind))
    // More answers than the range holds must not take a number of another kind.
    return count > sizeOf(range) ? this.drawn() : range[0] + count - 1
  }

  /** Several numbers at once, for pieces that are sent one after the other. */
  take(anchor: Anchor, kind: SendKind, count: number): readonly number[] {
    // Nearly every message is one piece, for which `Array.from` takes longer than the number itself.
    if (count === 1) return [this.next(anchor, kind)]
    return Array.from({ length: count }, () => this.next(anchor, kind))
  }

  /** Restarts the count when a handler runs again for this anchor, so that it repeats its numbers. */
  restart(anchor: Anchor): void {
    for (const kind of ['answer', 'notice', 'apology'] as const)
      this.#counts.forget(this.#keyOf(anchor, kind))
  }

  /** The number of a parked reply, derived from its name. */
  named(name: string): number {
    let hash = 0
    for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
    const range = this.#ranges.parked
    return range[0] + (hash % sizeOf(range))
  }

  /**
   * The number of a companion, derived from the number of the answer.
   *
   * @param role `'growing'`: a message that continues a stream, from 1. `'standing'`: an ordinary message with the
   *   text of a stream, from 0
   */
  companion(of: number, role: keyof typeof COMPANIONS, index: number): number {
    const { growing, standing } = COMPANIONS
    const place = role === 'growing' ? index % growing : growing + (index % standing)
    const range = this.#ranges.companion
    return range[0] + (((of - 1) * (growing + standing) + place) % sizeOf(range))
  }

  /** A random number, which is probably unused. */
  drawn(): number {
    const range = this.#ranges.random
    return range[0] + Math.floor(this.#random() * sizeOf(range))
  }

  #keyOf(anchor: Anchor, kind: SendKind): string {
    const key = anchorKey(anchor)
    return kind === 'answer' ? key : `${kind} ${key}`
  }
}
