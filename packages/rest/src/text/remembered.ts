/** Characters that are remembered: those of the last few thousand messages at least. */
const ROOM = 1_000_000

/** Remembers what was made of texts last, by their exact wording, up to so many characters. */
export class Remembered<T> {
  readonly #known = new Map<string, T>()
  readonly #longest: number
  #size = 0

  /** @param longest characters of one text; a longer one is not remembered */
  constructor(longest: number) {
    this.#longest = longest
  }

  note(text: string, made: T): void {
    if (text.length > this.#longest) return
    this.#forget(text)
    this.#known.set(text, made)
    this.#size += text.length
    for (const oldest of this.#known.keys()) {
      if (this.#size <= ROOM) return
      this.#forget(oldest)
    }
  }

  get empty(): boolean {
    return this.#size === 0
  }

  find(text: string): T | undefined {
    return this.#known.get(text)
  }

  #forget(text: string): void {
    if (this.#known.delete(text)) this.#size -= text.length
  }
}
