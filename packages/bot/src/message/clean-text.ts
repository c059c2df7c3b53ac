import { unescapeContent } from '@qqkit/rest'

import { fields, text } from './fields.js'

/** `<@id>`, `<@!id>` and the newer tags, each with the blanks around it (§5.12). JavaScript's `\s` includes U+00A0 (§8). */
const MENTION = /\s*<(?:@!?[^<>\s]+|qqbot-at-user\s[^<>]*|qqbot-at-everyone\s*)\/?>\s*/g

/** A QQ face: `<faceType=1,faceId="13",ext="base64 of JSON">` (§8). */
const FACE = /<faceType=[^<>]*?ext="([^"<>]*)"[^<>]*>/g

const faceName = (_face: string, ext: string): string => {
  try {
    const name = text(fields(JSON.parse(Buffer.from(ext, 'base64').toString('utf8'))).text)
    return name.startsWith('[') ? name : `[${name || 'face'}]`
  } catch {
    return '[face]'
  }
}

/**
 * What a person said, out of `content`: mentions and surrounding blanks gone, faces as `[name]`.
 *
 * @param escaped whether `&`, `<` and `>` came as entities, as they do in guilds. They are decoded last, so that a tag
 *   which somebody typed stays text
 */
export const cleanText = (content: string, escaped: boolean): string => {
  const said = content.replaceAll(MENTION, ' ').replaceAll(FACE, faceName).trim()
  return escaped ? unescapeContent(said) : said
}
