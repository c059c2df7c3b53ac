import { tearTags } from '../text/tear-tags.js'

type Replacement = string | ((whole: string, ...groups: string[]) => string)

/** Stands around the code of an escaped character, out of reach of the patterns. */
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

/** What a command does, which people can write as well. Its text is URL-encoded (§5.12), and often is not. */
const commandText = (_tag: string, text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What markdown becomes where it is not allowed, in this order: what each pattern finds is replaced by its text. */
const PLAIN: readonly (readonly [RegExp, Replacement])[] = [
  [/\\([!-/:-@[-`{-~])/g, (_whole, character) => keep(character)],
  [/&(?:lt|gt|amp|#91|#93|#96);/g, (entity) => keep(ENTITIES[entity] ?? '')],
  [/```[^\n`]*\n?/g, ''],
  [/!\[([^\]\n]*?)(?:\s+#\d+px\s+#\d+px)?\]\([^)\n]*\)/g, '$1'],
  [/\[([^\]\n]+)\]\([^)\n]*\)/g, '$1'],
  [/<qqbot-cmd-(?:enter|input)\b[^>\n]*?\btext="([^"\n]*)"[^>\n]*>/g, commandText],
  [/^ {0,3}#{1,6}[ \t]+/gm, ''],
  [/^ {0,3}>[ \t]?/gm, ''],
  [/^[ \t]*(?:\*{3,}|-{3,}|_{3,})[ \t]*$/gm, ''],
  [/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2'],
  [/(^|[\s(])[*_](?=\S)([^*_\n]+?)[*_](?=$|[\s),.!?:;])/gm, '$1$2'],
  [/`([^`\n]+)`/g, '$1'],
]

// oxlint-disable-next-line no-control-regex -- no text carries it
const KEPT = /\u0000([0-9a-f]{2})\u0000/g
const character = (_whole: string, code: string): string => String.fromCharCode(Number.parseInt(code, 16))

/** A piece behind an escaped `<`: without its escape it must not become the tag that it was kept from being. */
const behindEscape = (piece: string, index: number): string =>
  index === 0 ? piece : tearTags(`<${piece.replaceAll(KEPT, character)}`)

/** The text of markdown without its marks. Addresses of links and images are left out: text may not carry them (§8). */
export const plainText = (markdown: string): string =>
  PLAIN.reduce((text, [pattern, by]) => text.replace(pattern, by as string), markdown.replaceAll(MARK, ''))
    .split(keep('<'))
    .map(behindEscape)
    .join('')
    .replaceAll(KEPT, character)
    .trim()
