import type { Clock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

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
