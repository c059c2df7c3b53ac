import { fields, list, text, textOrNull } from './fields.js'
import type { Mention } from './message.js'

/** The two readings of a mention: a plain user, or one with `scope` and `is_you` (§4.2). */
const parseMention = (value: unknown): Mention => {
  const mention = fields(value)
  const everyone = mention.scope === 'all'
  return {
    kind: everyone ? 'everyone' : 'user',
    id: everyone ? null : textOrNull(mention.member_openid ?? mention.user_openid ?? mention.id),
    name: text(mention.username ?? mention.nickname),
    bot: mention.bot === true,
    me: mention.is_you === true,
  }
}

/** Who is named in a payload with an @. */
export const parseMentions = (value: unknown): readonly Mention[] => list(value).map(parseMention)
