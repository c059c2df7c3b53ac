/** ms of the shortest and the longest leeway. */
const SHORTEST = 50
export const LONGEST_LEEWAY = 200

/** The part of a step back to a shorter leeway. */
const EASE = 0.1

/**
 * How long after its asking an attempt may leave: for so long its place counts in addition to its window, so that no window is
 * exceeded by attempts that leave late. It follows what attempts need, since a limit of a second gives a sixth less with 200 ms. Pure.
 */
export class Leeway {
  #ms = SHORTEST

  get ms(): number {
    return this.#ms
  }

  /** An attempt was about to leave this many ms after its asking. */
  needed(ms: number): void {
    const wanted = Math.min(LONGEST_LEEWAY, Math.max(SHORTEST, 2 * ms))
    this.#ms = wanted > this.#ms ? wanted : this.#ms + (wanted - this.#ms) * EASE
  }
}
