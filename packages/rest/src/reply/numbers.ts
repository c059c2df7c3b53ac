import type { Clock } from '@qqkit/core'

import { anchorKey, type Anchor } from './anchor.js'
import { numberRanges, type NumberRange, type NumberRanges, type SendKind } from './number-ranges.js'
import { SeqAllocator } from './seq-allocator.js'

/** What numbers are made with. */
export interface NumbersInit {
  readonly clock: Clock
  readonly random: () => number
  readonly ranges?: NumberRanges
}

/** Companions of one answer: messages that it goes on in while it grows, then those that stand in for it. */
const COMPANIONS = { growing: 16, standing: 16 } as const

const sizeOf = ([first, last]: NumberRange): number => last - first + 1

/** Gives out `msg_seq`. The same reply gets the same number in every life of the program, and in every process ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). */
export class Numbers {
  readonly #ranges: NumberRanges
  readonly #random: () => number
  readonly #counts: SeqAllocator

  constructor({ clock, random, ranges = numberRanges }: NumbersInit) {
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
