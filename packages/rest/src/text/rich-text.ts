const brand = Symbol.for('qqkit.rich-text')

/**
 * Text that is meant to be read as tags or markdown, and is put into templates as it is. It turns into a string wherever
 * one is wanted.
 */
export class RichText {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is rich text, whichever copy of the package made it. */
  static is(value: unknown): value is RichText {
    return typeof value === 'object' && value !== null && brand in value
  }

  toString(): string {
    return this.#text
  }

  toJSON(): string {
    return this.#text
  }
}

/** Markdown that is put into a template as it is. Never for what people wrote: they could mention everyone with it. */
export const raw = (markdown: string): RichText => new RichText(markdown)
