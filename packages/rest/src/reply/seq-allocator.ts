import type { Clock } from '@qqkit/core'

/** No anchor serves longer than this (§6.1), in ms. */
const LONGEST_WINDOW = 60 * 60_000
/** Anchors kept per half, as a bound on memory. */
const MOST = 50_000

/**
 * Gives out `msg_seq` 1, 2, 3, … per anchor in call order, so that a handler that runs again after a crash repeats the
 * same numbers ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
 * Forgets an anchor when no reply to it can be accepted any more.
 */
export class SeqAllocator {
  readonly #clock: Clock
  /** Two halves that change places: what was not used for a whole turn is gone, without a look at each entry. */
  #young = new Map<string, number>()
  #old = new Map<string, number>()
  #turnedAt: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#turnedAt = clock.now()
  }

  /** The next number for this anchor. */
  next(key: string): number {
    this.#turn()
    const seq = (this.#young.get(key) ?? this.#old.get(key) ?? 0) + 1
    this.#young.set(key, seq)
    return seq
  }

  /** Begins at 1 again. */
  forget(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** How many anchors it remembers. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  #turn(): void {
    const now = this.#clock.now()
    if (now - this.#turnedAt < LONGEST_WINDOW && this.#young.size < MOST) return
    this.#old = now - this.#turnedAt < 2 * LONGEST_WINDOW ? this.#young : new Map()
    this.#young = new Map()
    this.#turnedAt = now
  }
}
