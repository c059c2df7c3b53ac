import { unescapeContent } from '@qqkit/rest/text'

import { fields, text } from './fields.js'

/** `<@id>`, `<@!id>` and the newer tags (§5.12). Blanks around them are not part of the pattern, which must stay linear. */
const MENTION =
  /<(?:@!?[^<>\s]+|qqbot-at-user\s[^<>]*|qqbot-at-everyone\s*\/?|\/qqbot-at-(?:user|everyone)\s*)>/

/** `<@id>` and `<@!id>`, for their ids. */
const TAG = /<@!?([^<>\s]+)>/g

/** The ids of the mentions in a text. */
export const taggedIds = (content: string): readonly string[] =>
  content.includes('<@') ? Array.from(content.matchAll(TAG), ([, id]) => id ?? '') : []

/** A QQ face: `<faceType=1,faceId="13",ext="base64 of JSON">` (§8). */
const FACE = /<faceType=[^<>]*>/g

/** The name of a face in its data. */
const EXT = 'ext="'

const faceName = (face: string): string => {
  const from = face.indexOf(EXT)
  const ext = from === -1 ? '' : (face.slice(from + EXT.length).split('"', 1)[0] ?? '')
  try {
    const name = text(fields(JSON.parse(Buffer.from(ext, 'base64').toString('utf8'))).text)
    return name.startsWith('[') ? name : `[${name || 'face'}]`
  } catch {
    return '[face]'
  }
}

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

/** How the content of a message is read. */
export interface Reading {
  /**
   * Whether `&`, `<` and `>` came as entities, as they do in guilds. They are decoded last, so that a tag which a user typed
   * stays text.
   */
  readonly escaped: boolean
  /** Names under which the bot is mentioned; asked only about a text with an @. For clients that write `@name` and no tag (§4.3). */
  readonly ownNames?: () => readonly string[]
}

/** The text of a person in `content`: without mentions and surrounding blanks, faces as `[name]`. */
export const cleanText = (content: string, { escaped, ownNames }: Reading): string => {
  // Mentions and faces are tags.
  const tagged = content.includes('<')
  let said = tagged ? joined(content.split(MENTION)) : trimmed(content)
  if (ownNames && said.includes('@')) for (const name of ownNames()) said = withoutName(said, name)
  if (tagged) said = said.replaceAll(FACE, faceName)
  return escaped ? unescapeContent(said) : said
}
