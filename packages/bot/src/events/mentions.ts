import { fields, type Fields, list, listOf, text, textOrNull } from './fields.js'
import type { Mention } from './message.js'

/**
 * The bot's own ids, as far as they are known. They differ by scene and place
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}).
 */
export type OwnIds = Pick<ReadonlySet<string>, 'has'>

/** The id of a mention in either reading: a plain user, or one with `scope` and `is_you` (§4.2); `null` for everyone. */
const idOf = ({ scope, member_openid: member, user_openid: user, id }: Fields): string | null =>
  scope === 'all' ? null : textOrNull(text(member) || text(user) || id)

const isMe = (mention: Fields, id: string | null, own: OwnIds): boolean =>
  mention.is_you === true || (id !== null && own.has(id))

const parseMention = (value: unknown, own: OwnIds): Mention => {
  const mention = fields(value)
  const id = idOf(mention)
  return {
    kind: mention.scope === 'all' ? 'everyone' : 'user',
    id,
    name: text(mention.username) || text(mention.nickname),
    bot: mention.bot === true,
    me: isMe(mention, id, own),
  }
}

/** The mentions in a payload. */
export const parseMentions = (value: unknown, own: OwnIds): readonly Mention[] =>
  listOf(value, (mention) => parseMention(mention, own))

/** Whether one of the mentions in a payload is of the bot. */
export const mentionsMe = (value: unknown, own: OwnIds): boolean =>
  list(value).some((entry) => {
    const mention = fields(entry)
    return isMe(mention, idOf(mention), own)
  })
