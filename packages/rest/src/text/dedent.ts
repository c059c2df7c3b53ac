/** Blanks behind a line break, where something follows on that line. */
const INDENTS = /\n([ \t]*)(?=[^\s]|$)/g

/**
 * The parts of a template without what only its place in the code put there: the line break at the start and at the
 * end, and the indentation that all lines share. Formatters put markdown templates on lines of their own.
 */
export const dedent = (parts: readonly string[]): readonly string[] => {
  const last = parts.length - 1
  const indents = parts.flatMap((part, index) =>
    Array.from(part.matchAll(INDENTS))
      // At the end of the template nothing follows; elsewhere a value does.
      .filter((match) => index < last || match.index + match[0].length < part.length)
      .map(([, blanks = '']) => blanks.length),
  )
  const shared = indents.length === 0 ? 0 : Math.min(...indents)
  return parts.map((part, index) => {
    let text = part.replaceAll(/\n[ \t]*/g, (blanks) => `\n${blanks.slice(1 + shared)}`)
    if (index === 0) text = text.replace(/^[ \t]*\n/, '')
    return index === last ? text.replace(/\n[ \t]*$/, '') : text
  })
}
