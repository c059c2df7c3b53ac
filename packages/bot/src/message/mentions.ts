import { fields, listOf, text, textOrNull } from './fields.js'
import type { Mention } from './message.js'

/** The two readings of a mention: a plain user, or one with `scope` and `is_you` (§4.2). */
const parseMention = (value: unknown, me: string | null): Mention => {
  const mention = fields(value)
  const everyone = mention.scope === 'all'
  const id = everyone ? null : textOrNull(mention.member_openid ?? mention.user_openid ?? mention.id)
  return {
    kind: everyone ? 'everyone' : 'user',
    id,
    name: text(mention.username ?? mention.nickname),
    bot: mention.bot === true,
    me: mention.is_you === true || (id !== null && id === me),
  }
}

/** Who is named in a payload with an @. `me`: the bot's own id, where it is known. */
export const parseMentions = (value: unknown, me: string | null): readonly Mention[] =>
  listOf(value, (mention) => parseMention(mention, me))
