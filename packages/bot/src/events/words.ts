/** Straight and Chinese quotes, each with its closing quote. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['‘', '’'],
])

const BLANKS = /\s*/y
const WORD = /\S+/y

/** The end of a match of a sticky pattern at a position. */
const endOf = (pattern: RegExp, line: string, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(line) ? pattern.lastIndex : from
}

/** A word of a line, and where it begins. */
export interface Word {
  readonly text: string
  readonly at: number
}

/**
 * The words of a command line; quotes keep blanks together. An opening quote without a closing one is an ordinary character. The
 * last closing quotes are found once, or a line of opening quotes would take quadratic time.
 */
export const splitWords = (line: string): readonly Word[] => {
  const words: Word[] = []
  const lastOf = new Map(Array.from(QUOTES.values(), (quote) => [quote, line.lastIndexOf(quote)]))
  for (let at = endOf(BLANKS, line, 0); at < line.length; at = endOf(BLANKS, line, at)) {
    const closing = QUOTES.get(line.charAt(at))
    const isQuoted = closing !== undefined && (lastOf.get(closing) ?? -1) > at
    const end = isQuoted ? line.indexOf(closing, at + 1) : endOf(WORD, line, at)
    words.push({ text: line.slice(isQuoted ? at + 1 : at, end), at })
    at = isQuoted ? end + 1 : end
  }
  return words
}
