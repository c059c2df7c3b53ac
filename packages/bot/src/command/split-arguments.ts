/** Straight and Chinese quotes, each with what closes it. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['‘', '’'],
])

const BLANKS = /\s*/y
const WORD = /\S+/y

/** Where a match of a sticky pattern ends that begins at a place. */
const endOf = (pattern: RegExp, line: string, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(line) ? pattern.lastIndex : from
}

/**
 * The words of a command line; quotes keep blanks together. An opening quote that nothing closes is a character like any other: what
 * would close it is looked for once, or a line of opening quotes would take time with the square of its length.
 */
export const splitArguments = (line: string): readonly string[] => {
  const words: string[] = []
  const lastOf = new Map(Array.from(QUOTES.values(), (quote) => [quote, line.lastIndexOf(quote)]))
  for (let at = endOf(BLANKS, line, 0); at < line.length; at = endOf(BLANKS, line, at)) {
    const closing = QUOTES.get(line.charAt(at))
    const isQuoted = closing !== undefined && (lastOf.get(closing) ?? -1) > at
    const end = isQuoted ? line.indexOf(closing, at + 1) : endOf(WORD, line, at)
    words.push(line.slice(isQuoted ? at + 1 : at, end))
    at = isQuoted ? end + 1 : end
  }
  return words
}
