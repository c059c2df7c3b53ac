import { BoundedMap } from '@qqkit/core/internal'

/** Characters that are remembered: those of the last few thousand messages at least. */
const ROOM = 1_000_000

/** Remembers what was made of texts last, by their exact wording, up to so many characters. */
export class Remembered<T> {
  readonly #known = new BoundedMap<T>({ limit: ROOM, weightOf: (text) => text.length })
  readonly #longest: number

  /** @param longest characters of one text; a longer one is not remembered */
  constructor(longest: number) {
    this.#longest = longest
  }

  note(text: string, made: T): void {
    if (text.length <= this.#longest) this.#known.set(text, made)
  }

  get empty(): boolean {
    return this.#known.size === 0
  }

  find(text: string): T | undefined {
    return this.#known.peek(text)
  }
}
