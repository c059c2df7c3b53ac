import { Remembered } from './remembered.js'
import { RichText } from './rich-text.js'

/** Longer markup is a block of code, which can be read without being rendered. */
const LONGEST = 4000

/** What is known of a piece of markup. */
interface Made {
  /** The shown name of who it mentions; `null` without one. */
  readonly name: string | null
}

const key = Symbol.for('qqkit.made-markup')

/** One for all copies of the package in a process. */
const shared = (): Remembered<Made> => {
  const home = globalThis as { [key]?: Remembered<Made> }
  return (home[key] ??= new Remembered(LONGEST))
}

/**
 * Markup that is known again in a text (ADR 0022): what a person typed looks the same and is text, but no person types what
 * this program has made.
 */
export const makeMarkup = (text: string, name: string | null = null): RichText => {
  shared().note(text, { name })
  return new RichText(text)
}

/** The name that markup was made with; `null` without one, or when it is not known (any more). */
export const nameInMarkup = (text: string): string | null => shared().find(text)?.name ?? null

/** A piece of a text: what stands there, or markup that this program has made. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'markup'; readonly text: string; readonly name: string | null }

/** What may be markup: tags, links and images, code. Bounded, so that no text of brackets takes long. */
const LIKE_MARKUP =
  /<(?:qqbot-|@)[^<>]{0,2000}>|!?\[(?:[^[\]\n\\]|\\.){0,500}\]\([^\s()]{0,3000}\)|(?<!`)(`+)(?!`)(?:(?!\1).|\n)*?(?<!`)\1(?!`)/g

/** A text in pieces, in order; one piece where nothing in it is markup. */
export const piecesIn = (text: string): readonly TextPiece[] => {
  const known = shared()
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
export const tearMarkup = (text: string): string => `${text.slice(0, 1)}\u200B${text.slice(1)}`
