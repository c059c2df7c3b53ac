/** Whole numbers from 0 up to a bound. */
export type Draw = (below: number) => number

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
