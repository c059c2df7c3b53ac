import { inspect } from 'node:util'

const PLACEHOLDER = '[secret]'

/**
 * Holds a value that must never be printed. Text, JSON, `console.log` and property listings show a placeholder; only
 * {@link Secret.reveal} gives the value.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    Object.defineProperty(this, inspect.custom, { value: () => PLACEHOLDER })
  }

  /** The value itself: pass it straight on, never keep or print it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return PLACEHOLDER
  }

  toJSON(): string {
    return PLACEHOLDER
  }
}
