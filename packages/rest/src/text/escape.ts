const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
const CHARACTERS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Escapes text for the content of guild messages, so that nothing in it is read as a tag: the server takes the escapes
 * off again ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export const escapeContent = (text: string): string =>
  text.replaceAll(/[&<>]/g, (character) => CHARACTERS[character] ?? character)

/** Undoes the escapes that the content of guild messages arrives with. One pass, so that `&amp;lt;` becomes `&lt;`. */
export const unescapeContent = (content: string): string =>
  content.replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)

/** What is escaped wherever it stands. Backticks and `<` as entities, because no backslash holds them back in code or tags. */
const ANYWHERE: readonly (readonly [RegExp, string])[] = [
  [/[\\*_~[\]|]/g, String.raw`\$&`],
  [/&(?=#?\w+;)/g, '&amp;'],
  [/</g, '&lt;'],
  [/`/g, '&#96;'],
  // Unlike the other mentions this one is no tag: an invisible character tears it apart.
  [/@(?=everyone|$)/gi, '@\u200B'],
]

/** What begins something at the start of a line: headings, lists, underlines of headings, quotes. */
const AT_START = /^(?:[#+=>-]|:(?=-))/

/** The line so far, when what follows would still begin it: nothing, or marks of lists and quotes. */
const BEGINNING = /^[ \t\u00A0]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+|>)*[ \t\u00A0]*$/

/** Digits that a dot would make the number of a list. */
const NUMBER = /^[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+|>)*[ \t]*\d*$/

const indent = (line: string): string =>
  line.replace(/^[ \t]+/, (blanks) => '\u00A0'.repeat(blanks.replaceAll('\t', '    ').length))

/** A line of a value, behind what stands on the line already. */
const escapeLine = (line: string, before: string): string => {
  if (line === '') return ''
  const safe = ANYWHERE.reduce((text, [pattern, by]) => text.replace(pattern, by), line)
  if (BEGINNING.test(before))
    return indent(safe)
      .replace(AT_START, String.raw`\$&`)
      .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
  return NUMBER.test(before) ? safe.replace(/^(\d*)([.)])/, String.raw`$1\$2`) : safe
}

/** Escapes a value that follows `before`, so that it stands there as it is: it begins no markdown and no tag. */
export const escapeBehind = (before: string, value: string): string => {
  const [first = '', ...others] = value.split(/\r\n|\r|\n/)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  return [escapeLine(first, line), ...others.map((other) => escapeLine(other, ''))].join('\n')
}

/** Escapes text for markdown, so that people see it as it is: it makes no heading, link, mention or anything else. */
export const escapeMarkdown = (text: string): string => escapeBehind('', text)

/** What begins a tag (§5.12). */
const TAG = /<(?=[@#]|emoji:|qqbot-)/gi

/** Puts an invisible character into what would be read as a tag, where nothing can be escaped. */
export const defuseTags = (text: string): string => text.replaceAll(TAG, '<\u200B')
