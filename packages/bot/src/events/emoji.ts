import { BotError } from '../common/errors.js'

/**
 * An emoji of a reaction
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}): type 1 with the
 * number of a QQ face, type 2 with a code point.
 */
export interface Emoji {
  readonly type: 1 | 2
  readonly id: string
}

/** Selects the coloured form of a character; not part of the emoji's code point. */
const VARIATION = /\uFE0F/g

/**
 * The emoji for the number of a QQ face (`'277'`) or for a character (`'👍'`). The docs list code points as decimal numbers, but
 * their text has the character itself (§5.10, CONFLICT): numbers are sent.
 *
 * @throws BotError `unknown_emoji` for anything else, and for emoji of several characters
 */
export const parseEmoji = (emoji: string | Emoji): Emoji => {
  if (typeof emoji !== 'string') {
    if (emoji === null || typeof emoji !== 'object') throw new BotError('unknown_emoji', String(emoji))
    return emoji
  }
  if (/^\d+$/.test(emoji)) return { type: 1, id: emoji }
  const [character = '', ...more] = emoji.replaceAll(VARIATION, '')
  if (more.length > 0 || !/\p{Emoji}/u.test(character)) throw new BotError('unknown_emoji', emoji)
  return { type: 2, id: String(character.codePointAt(0)) }
}
