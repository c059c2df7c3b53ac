import { BoundedMap } from '@qqkit/core/internal'

import { RichText } from './rich-text.js'

/** Characters that are remembered: those of the last few thousand messages at least. */
const MOST_CHARACTERS = 1_000_000

/** Remembers what was made of texts last, by their exact wording, up to so many characters. */
export class TextMemory<T> {
  readonly #known = new BoundedMap<T>({ limit: MOST_CHARACTERS, weightOf: (text) => text.length })
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

/** Longer markup is a block of code, which can be read without being rendered. */
const LONGEST_MARKUP = 4000

/** What is known of a piece of markup. */
interface Made {
  /** The shown name of who it mentions; `null` without one. */
  readonly name: string | null
}

const markupKey = Symbol.for('qqkit.made-markup')

/** One for all copies of the package in a process. */
const knownMarkup = (): TextMemory<Made> => {
  const home = globalThis as { [markupKey]?: TextMemory<Made> }
  return (home[markupKey] ??= new TextMemory(LONGEST_MARKUP))
}

/**
 * Markup that is known again in a text (ADR 0022): what a person typed looks the same and is text, but no person types what
 * this program has made.
 */
export const makeMarkup = (text: string, name: string | null = null): RichText => {
  knownMarkup().note(text, { name })
  return new RichText(text)
}

/** The name that markup was made with; `null` without one, or when it is not known (any more). */
export const nameInMarkup = (text: string): string | null => knownMarkup().find(text)?.name ?? null

/** A piece of a text: what stands there, or markup that this program has made. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'markup'; readonly text: string; readonly name: string | null }

/** What may be markup: tags, links and images, code. Bounded, so that no text of brackets takes long. */
const LIKE_MARKUP =
  /<(?:qqbot-|@)[^<>]{0,2000}>|!?\[(?:[^[\]\n\\]|\\.){0,500}\]\([^\s()]{0,3000}\)|(?<!`)(`+)(?!`)(?:(?!\1).|\n)*?(?<!`)\1(?!`)/g

/** A text in pieces, in order; one piece where nothing in it is markup. */
export const piecesIn = (text: string): readonly TextPiece[] => {
  const known = knownMarkup()
  if (known.empty) return [{ kind: 'text', text }]
  const pieces: TextPiece[] = []
  const like = new RegExp(LIKE_MARKUP)
  let from = 0
  for (let match = like.exec(text); match; match = like.exec(text)) {
    const made = known.find(match[0])
    if (made) {
      if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) })
      pieces.push({ kind: 'markup', text: match[0], name: made.name })
      from = like.lastIndex
    } else like.lastIndex = match.index + 1
  }
  if (from < text.length || pieces.length === 0) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

/** Markup with an invisible character in it, so that it is known no more. */
export const defuseMarkup = (text: string): string => `${text.slice(0, 1)}\u200B${text.slice(1)}`

/** Longer than any message: a long one is cut only after it was looked up. */
const LONGEST_TEXT = 100_000

const formsKey = Symbol.for('qqkit.typed-text')

/** One for all copies of the package in a process. */
const knownForms = (): TextMemory<string> => {
  const home = globalThis as { [formsKey]?: TextMemory<string> }
  return (home[formsKey] ??= new TextMemory(LONGEST_TEXT))
}

/**
 * Remembers how a text goes over the wire of guilds, where tags are live: with what people typed in it escaped (§5.12). Only a
 * template knows what was put in; a message is no more than its text.
 */
export const rememberGuildForm = (text: string, onWire: string): void => {
  if (onWire !== text) knownForms().note(text, onWire)
}

/** A text as it goes over the wire of guilds: as a template has made it, else as it stands. */
export const guildFormOf = (text: string): string => knownForms().find(text) ?? text
