import { givenText } from '../checks/given.js'
import { defuseTags } from './escape.js'
import { nameInMarkup } from './made-markup.js'

type Replacement = string | ((whole: string, ...groups: string[]) => string)

/** Display names of people by their ids. */
export type NameOf = (id: string) => string | null | undefined

/** Options of {@link plainText}. */
export interface PlainTextOptions {
  /**
   * Returns the name of a mentioned person; without a name the id is shown. Without this option `<@id>` stays, since
   * guild texts render it.
   */
  readonly nameOf?: NameOf | undefined
}

/** Encloses the code of an escaped character, so that no pattern matches it. */
const MARK = '\u0000'
const keep = (character: string): string => MARK + character.charCodeAt(0).toString(16) + MARK
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&#91;': '[',
  '&#93;': ']',
  '&#96;': '`',
}

/** Text protected from all patterns. */
const literal = (text: string): string => text.replaceAll(/[!-/:-@[-`{-~]/g, keep)

/** The text of a command, which people can type as well. It should be URL-encoded (§5.12), but often is not. */
const commandText = (tag: string, attributes: string): string => {
  const text = /\btext="([^"]*)"/.exec(attributes)?.[1]
  if (text === undefined) return tag
  try {
    return literal(decodeURIComponent(text))
  } catch {
    return literal(text)
  }
}

/** Code within a line, without the blanks that separate it from its marks. */
const codeText = (_whole: string, _marks: string, text: string): string =>
  literal(/^ (.*) $/.exec(text)?.[1] ?? text)

/** The size after the name of an image, e.g. ` #120px #80px`. */
const SIZE = /^#\d+px\s+#\d+px$/

/** The name of an image without its size. */
const imageName = (_whole: string, label: string): string => {
  const words = label.split('#')
  if (words.length < 3) return label
  const size = words.slice(-2).join('#')
  const name = words.slice(0, -2).join('#')
  return SIZE.test(`#${size}`) && /\s$/.test(name) ? name.trimEnd() : label
}

/** Replacements that turn markdown into text, in this order. */
const PLAIN: readonly (readonly [RegExp, Replacement])[] = [
  [/\\([!-/:-@[-`{-~])/g, (_whole, character) => keep(character)],
  [/&(?:lt|gt|amp|#91|#93|#96);/g, (entity) => keep(ENTITIES[entity] ?? '')],
  [/```[^\n`]*\n?/g, ''],
  [/(?<!`)(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/g, codeText],
  // Linear, as all patterns must be: an opening mark ends the search for the end of a previous one.
  [/!\[([^[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)/g, imageName],
  [/\[([^[\]\n]+)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)/g, '$1'],
  [/<qqbot-cmd-(?:enter|input)\b((?:[^"<>\n]|"[^"\n]*")*)>/g, commandText],
  [/<qqbot-at-everyone\s*\/?>/g, `${keep('@')}全体成员`],
  [/^ {0,3}#{1,6}[ \t]+/gm, ''],
  [/^ {0,3}>[ \t]?/gm, ''],
  [/^[ \t]*(?:\*{3,}|-{3,}|_{3,})[ \t]*$/gm, ''],
  [/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2'],
  [/(^|[\s(])[*_](?=\S)([^*_\n]+?)[*_](?=$|[\s),.!?:;])/gm, '$1$2'],
]

/** Mentions of people: the newer tag, and the older ones (§5.12). */
const MENTION = /<qqbot-at-user\s+id="([^"<>\n]*)"\s*\/?>|<@!?([^\s<>]+)>/g

// oxlint-disable-next-line no-control-regex -- no text carries it
const KEPT = /\u0000([0-9a-f]{2})\u0000/g
const character = (_whole: string, code: string): string => String.fromCharCode(Number.parseInt(code, 16))

/** A piece after an escaped `<`: it must not become a tag when the escape is removed. */
const behindEscape = (piece: string, index: number): string =>
  index === 0 ? piece : defuseTags(`<${piece.replaceAll(KEPT, character)}`)

// oxlint-disable-next-line no-control-regex -- no text carries it
const MENTIONED = /\u0000m(\d+)\u0000/g

/**
 * Plain text in which `mention` writes the people. If that is markup, it is inserted last, so that it is not broken up.
 */
const toPlain = (
  markdown: string,
  mention: (id: string, tag: string) => string,
  isMarkup: boolean,
): string => {
  const mentions: string[] = []
  const put = (text: string): string =>
    text.replaceAll(MENTIONED, (_whole, index: string) => mentions[Number(index)] ?? '')
  const note = (tag: string, id: string | undefined, older: string | undefined): string =>
    `${MARK}m${mentions.push(mention(id ?? older ?? '', tag)) - 1}${MARK}`
  const marked = markdown.replaceAll(MARK, '').replaceAll(MENTION, note)
  const plain = PLAIN.reduce((text, [pattern, by]) => text.replace(pattern, by as string), marked)
    .split(keep('<'))
    .map((piece, index) => behindEscape(isMarkup ? piece : put(piece), index))
    .join('')
    .replaceAll(KEPT, character)
    .trim()
  return put(plain)
}

/**
 * Turns markdown into plain text. Addresses of links and images are removed, because text may not contain them
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}). Mentions become names: `@Ann`.
 *
 * @example
 * plainText('# Hello **Ann**') // 'Hello Ann'
 *
 * @throws InvalidRequestError
 */
export const plainText = (markdown: string, { nameOf }: PlainTextOptions = {}): string =>
  toPlain(
    givenText('markdown', markdown),
    (id, tag) => (nameOf || !tag.startsWith('<@') ? `@${nameOf?.(id) ?? nameInMarkup(tag) ?? id}` : tag),
    false,
  )

/** Plain text for guilds, with mentions in the form that guild texts render (§5.12). */
export const guildText = (markdown: string): string => toPlain(markdown, (id) => `<@${id}>`, true)
