import { givenText } from '../checks/given.js'

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
const CHARACTERS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Escapes text for the `content` of guild messages, so that nothing in it is read as a tag; the server removes the
 * escapes ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @throws InvalidRequestError for anything but a string
 */
export const escapeContent = (text: string): string =>
  givenText('text', text).replaceAll(/[&<>]/g, (character) => CHARACTERS[character] ?? character)

/** Removes the escapes in the `content` of received guild messages. One pass, so that `&amp;lt;` becomes `&lt;`. @throws InvalidRequestError for anything but a string */
export const unescapeContent = (content: string): string =>
  givenText('content', content).replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)

/**
 * Characters that are escaped everywhere. Backticks and `<` become entities, since a backslash does not escape them in
 * code and tags.
 */
const ANYWHERE: readonly (readonly [RegExp, string])[] = [
  [/[\\*_~[\]|]/g, String.raw`\$&`],
  [/&(?=#?\w+;)/g, '&amp;'],
  [/</g, '&lt;'],
  [/`/g, '&#96;'],
  // This mention is not a tag, so an invisible character breaks it up.
  [/@(?=everyone|$)/gi, '@\u200B'],
]

/** Characters that have a meaning at the start of a line: headings, lists, underlines of headings, quotes. */
const AT_START = /^(?:[#+=>-]|:(?=-))/

/** A line so far that counts as empty: blank, or only marks of lists and quotes. */
const BEGINNING = /^[ \t\u00A0]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+|>)*[ \t\u00A0]*$/

/** A line so far that a dot would turn into a list item. */
const NUMBER = /^[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+|>)*[ \t]*\d*$/

const indent = (line: string): string =>
  line.replace(/^[ \t]+/, (blanks) => '\u00A0'.repeat(blanks.replaceAll('\t', '    ').length))

/** Escapes a line of a value behind `before` on the same line. */
const escapeLine = (line: string, before: string): string => {
  if (line === '') return ''
  const safe = ANYWHERE.reduce((text, [pattern, by]) => text.replace(pattern, by), line)
  if (BEGINNING.test(before))
    return indent(safe)
      .replace(AT_START, String.raw`\$&`)
      .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
  return NUMBER.test(before) ? safe.replace(/^(\d*)([.)])/, String.raw`$1\$2`) : safe
}

/** Escapes a value that follows `before`, so that it is shown literally. */
export const escapeBehind = (before: string, value: string): string => {
  const [first = '', ...others] = value.split(/\r\n|\r|\n/)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  return [escapeLine(first, line), ...others.map((other) => escapeLine(other, ''))].join('\n')
}

/**
 * Escapes text for markdown, so that it is shown literally and makes no heading, link or mention.
 *
 * @example
 * escapeMarkdown('*not bold*') // '\\*not bold\\*'
 * @throws InvalidRequestError for anything but a string
 */
export const escapeMarkdown = (text: string): string => escapeBehind('', givenText('text', text))

/** Start of a tag (§5.12). */
const TAG = /<(?=[@#]|emoji:|qqbot-)/gi

/** Breaks up tags with an invisible character, where escaping is not possible. */
export const defuseTags = (text: string): string => text.replaceAll(TAG, '<\u200B')
