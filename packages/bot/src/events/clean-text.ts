import { withoutMentions } from '@qqkit/core/internal'
import { unescapeContent } from '@qqkit/rest/text'

import { fields, text } from './fields.js'

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

/** How the content of a message is read. */
export interface Reading {
  /**
   * Whether `&`, `<` and `>` came as entities, as they do in guilds. They are decoded last, so that a tag which a user typed
   * stays text.
   */
  readonly escaped: boolean
  /** Names under which the bot is mentioned. */
  readonly ownNames?: () => readonly string[]
}

/** The text of a person in `content`: without mentions and surrounding blanks, faces as `[name]`. */
export const cleanText = (content: string, { escaped, ownNames }: Reading): string => {
  let said = withoutMentions(content, ownNames)
  if (said.includes('<')) said = said.replaceAll(FACE, faceName)
  return escaped ? unescapeContent(said) : said
}
