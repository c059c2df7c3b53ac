/** Whole numbers from 0 up to a bound. */
export type Draw = (below: number) => number

/** Mulberry32: numbers from 0 up to 1; small, good enough, and the same everywhere. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Deals things out at random, each as often as any other. */
export class Deck<T> {
  readonly #cards: readonly T[]
  readonly #draw: Draw
  #left: T[] = []

  constructor(cards: readonly T[], draw: Draw) {
    this.#cards = cards
    this.#draw = draw
  }

  deal(): T {
    if (this.#left.length === 0) this.#left = [...this.#cards]
    return this.#left.splice(this.#draw(this.#left.length), 1)[0] as T
  }
}
