import { givenText } from '../checks/given.js'

const brand = Symbol.for('qqkit.rich-text')

/** Markup that templates insert unescaped. It converts to a string where one is needed. */
export class RichText {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is rich text, even from another copy of the package. */
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

/**
 * Markdown that a template inserts unescaped. Never use it for user input, which could then mention everyone.
 *
 * @example
 * markdown`${raw(answerOfTheModel)}`
 * @throws InvalidRequestError for anything but a string
 */
export const raw = (markdown: string): RichText => new RichText(givenText('markdown', markdown))
