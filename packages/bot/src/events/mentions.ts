import { fields, listOf, text, textOrNull } from './fields.js'
import type { Mention } from './message.js'

/**
 * The bot's own ids, as far as they are known. They differ by scene and place
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}).
 */
export type OwnIds = Pick<ReadonlySet<string>, 'has'>

/** The two readings of a mention: a plain user, or one with `scope` and `is_you` (§4.2). */
const parseMention = (value: unknown, own: OwnIds): Mention => {
  const mention = fields(value)
  const everyone = mention.scope === 'all'
  const { member_openid: member, user_openid: user, id: plain } = mention
  const id = everyone ? null : textOrNull(text(member) || text(user) || plain)
  return {
    kind: everyone ? 'everyone' : 'user',
    id,
    name: text(mention.username) || text(mention.nickname),
    bot: mention.bot === true,
    me: mention.is_you === true || (id !== null && own.has(id)),
  }
}

/** The mentions in a payload. */
export const parseMentions = (value: unknown, own: OwnIds): readonly Mention[] =>
  listOf(value, (mention) => parseMention(mention, own))
