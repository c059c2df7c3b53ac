/** `<@id>`, `<@!id>` and the newer tags (§5.12). Blanks around them are not part of the pattern, which must stay linear. */
const MENTION =
  /<(?:@!?[^<>\s]+|qqbot-at-user\s[^<>]*|qqbot-at-everyone\s*\/?|\/qqbot-at-(?:user|everyone)\s*)>/

/** Invisible characters at the edge of a text: JavaScript's blanks, which include U+00A0 (§8), and characters without width. */
const UNSEEN = /[\s\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/

const isUnseen = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  // Printable ASCII and Chinese: what nearly every text begins and ends with.
  if ((code > 0x20 && code < 0x7f) || (code > 0x30_00 && code < 0xd8_00)) return false
  return UNSEEN.test(text.charAt(at))
}

const trimmed = (text: string): string => {
  let [from, to] = [0, text.length]
  while (from < to && isUnseen(text, from)) from += 1
  while (from < to && isUnseen(text, to - 1)) to -= 1
  return text.slice(from, to)
}

/** Joins the parts around mentions. */
const joined = (parts: readonly string[]): string => {
  let all = ''
  for (const part of parts) {
    const said = trimmed(part)
    if (said !== '') all = all === '' ? said : `${all} ${said}`
  }
  return all
}

/** Removes `@name` where it is a separate word. */
const withoutName = (said: string, name: string): string => {
  if (name === '' || !said.includes(`@${name}`)) return said
  const literal = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
  const parts = said.split(new RegExp(String.raw`@${literal}(?=\s|<|$)`))
  return parts.length === 1 ? said : joined(parts)
}

/**
 * The content of a message without mentions and surrounding blanks.
 *
 * @param ownNames names under which the bot is mentioned; asked only about a text with an @. For clients that write `@name` and
 *   no tag ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3})
 */
export const withoutMentions = (content: string, ownNames?: () => readonly string[]): string => {
  let said = content.includes('<') ? joined(content.split(MENTION)) : trimmed(content)
  if (ownNames && said.includes('@')) for (const name of ownNames()) said = withoutName(said, name)
  return said
}

/** ASCII as input methods for Chinese write it, and how far it is away. */
const WIDE = /[\uFF01-\uFF5E]/g
const DISTANCE = 0xfe_e0

const narrow = (wide: string): string => String.fromCharCode(wide.charCodeAt(0) - DISTANCE)

/** Names of commands are compared without regard to case and width. */
export const keyOfName = (name: string): string => name.replaceAll(WIDE, narrow).toLowerCase()

/** A word of the name of a command. */
interface NameWord {
  readonly key: string
  readonly length: number
  /** Whether text may follow without a blank: people type `/天气北京`. */
  readonly isOpen: boolean
}

/** The name of a command, word by word. */
export type NameWords = readonly NameWord[]

const OPEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u
const BLANK = /\s/

/** The words of a name that {@link keyOfName} has made comparable. */
export const wordsOfName = (key: string): NameWords =>
  key.split(' ').map((word) => ({ key: word, length: word.length, isOpen: OPEN.test(word) }))

/** The end of a name at the beginning of a line; -1 if the line begins with something else. */
export const endOfName = (line: string, words: NameWords): number => {
  let at = 0
  for (const { key, length, isOpen } of words) {
    // A line that begins with a blank is no command.
    while (at > 0 && BLANK.test(line.charAt(at))) at += 1
    if (keyOfName(line.slice(at, at + length)) !== key) return -1
    at += length
    if (at < line.length && !isOpen && !BLANK.test(line.charAt(at))) return -1
  }
  return at
}
