import { BoundedMap } from '@qqkit/core/internal'

import { RichText } from './rich-text.js'

/** Number of remembered characters: at least the last few thousand messages. */
const MOST_CHARACTERS = 1_000_000

/** Remembers recent texts by their exact wording, up to a number of characters. */
export class TextMemory<T> {
  readonly #known = new BoundedMap<T>({ limit: MOST_CHARACTERS, weightOf: (text) => text.length })
  readonly #longest: number

  /** @param longest longest text in characters; longer ones are not remembered */
  constructor(longest: number) {
    this.#longest = longest
  }

  remember(text: string, made: T): void {
    if (text.length <= this.#longest) this.#known.set(text, made)
  }

  get empty(): boolean {
    return this.#known.size === 0
  }

  find(text: string): T | undefined {
    return this.#known.peek(text)
  }
}

/** Longer markup is a code block, which is readable unrendered. */
const LONGEST_MARKUP = 4000

/** What is remembered about a piece of markup. */
interface Made {
  /** Display name of the mentioned person; `null` without one. */
  readonly name: string | null
}

const markupKey = Symbol.for('qqkit.made-markup')

/** One for all copies of the package in a process. */
const knownMarkup = (): TextMemory<Made> => {
  const home = globalThis as { [markupKey]?: TextMemory<Made> }
  return (home[markupKey] ??= new TextMemory(LONGEST_MARKUP))
}

/**
 * Makes markup that is recognised in texts later (ADR 0022). A person may type something similar, which stays text, but
 * not exactly what this program has made.
 */
export const makeMarkup = (text: string, name: string | null = null): RichText => {
  knownMarkup().remember(text, { name })
  return new RichText(text)
}

/** The name that markup was made with; `null` if there is none or it was forgotten. */
export const nameInMarkup = (text: string): string | null => knownMarkup().find(text)?.name ?? null

/** A piece of a text: plain text, or markup of this program. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'markup'; readonly text: string; readonly name: string | null }

/** Candidates for markup: tags, links, images, code. Lengths are bounded, so that matching stays fast. */
const LIKE_MARKUP =
  /<(?:qqbot-|@)[^<>]{0,2000}>|!?\[(?:[^[\]\n\\]|\\.){0,500}\]\([^\s()]{0,3000}\)|(?<!`)(`+)(?!`)(?:(?!\1).|\n)*?(?<!`)\1(?!`)/g

/** Splits a text into plain text and markup, in order. */
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

/** Breaks up markup with an invisible character, so that it is not recognised any more. */
export const defuseMarkup = (text: string): string => `${text.slice(0, 1)}\u200B${text.slice(1)}`

/** Longer than any message, since long texts are split after the lookup. */
const LONGEST_TEXT = 100_000

const formsKey = Symbol.for('qqkit.typed-text')

/** One for all copies of the package in a process. */
const knownForms = (): TextMemory<string> => {
  const home = globalThis as { [formsKey]?: TextMemory<string> }
  return (home[formsKey] ??= new TextMemory(LONGEST_TEXT))
}

/**
 * Remembers the escaped form of a text for guilds, where tags are active (§5.12). Only the template knows its values; a
 * message has only the text.
 */
export const rememberGuildForm = (text: string, onWire: string): void => {
  if (onWire !== text) knownForms().remember(text, onWire)
}

/** The form of a text for guilds: as a template made it, otherwise unchanged. */
export const guildFormOf = (text: string): string => knownForms().find(text) ?? text
