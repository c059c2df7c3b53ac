import { RichText } from './rich-text.js'

/** Characters of markup that are remembered: that of the last few thousand messages at least. */
const ROOM = 1_000_000
/** Longer markup is a block of code, which can be read without being rendered. */
const LONGEST = 4000

/** What is known of a piece of markup. */
interface Made {
  /** The shown name of who it mentions; `null` without one. */
  readonly name: string | null
}

/** Remembers the markup made last, up to so many characters. */
class MadeMarkup {
  readonly #known = new Map<string, Made>()
  #size = 0

  note(text: string, made: Made): void {
    if (text.length > LONGEST) return
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

  find(text: string): Made | undefined {
    return this.#known.get(text)
  }

  #forget(text: string): void {
    if (this.#known.delete(text)) this.#size -= text.length
  }
}

const key = Symbol.for('qqkit.made-markup')

/** One for all copies of the package in a process. */
const shared = (): MadeMarkup => {
  const home = globalThis as { [key]?: MadeMarkup }
  return (home[key] ??= new MadeMarkup())
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
  /<(?:qqbot-|@)[^<>]{0,2000}>|!?\[(?:[^\]\n\\]|\\.){0,500}\]\([^\s()]{0,3000}\)|(?<!`)(`+)(?!`)(?:(?!\1).|\n)*?(?<!`)\1(?!`)/g

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
