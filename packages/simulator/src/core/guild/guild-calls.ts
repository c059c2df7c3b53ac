import * as v from 'valibot'

import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { numericIdOf } from '../kernel/ids.js'
import { timestampText } from '../kernel/time.js'
import type { Guild } from '../places/guild-state.js'
import { guildsOf } from '../places/guilds.js'
import { inGuild } from './in-guild.js'

/** A guild as calls and events show it (§5.11, §4.7). */
export const guildObject = ({
  id,
  bot,
  name,
  members,
  joinedAt,
}: Guild): Readonly<Record<string, unknown>> => ({
  id,
  name,
  icon: 'https://example.test/guild.png',
  owner_id: numericIdOf(bot, 'person', 'owner'),
  owner: false,
  member_count: members.size,
  max_members: 300,
  description: '',
  joined_at: timestampText(joinedAt),
})

const QUERY = v.object({
  before: v.optional(v.string()),
  after: v.optional(v.string()),
  limit: v.optional(numberText(1, 100), '100'),
})

const byId = (a: Guild, b: Guild): number => (a.id < b.id ? -1 : 1)

/** `GET /users/@me/guilds`: `before` reverses first; with both, `after` is ignored (§5.1). */
export const listGuilds: Handler = (world, { bot, query }) => {
  const read = readFields(QUERY, Object.fromEntries(query), 12002)
  if ('code' in read) return refuse(world, read.code)
  const { before, after, limit } = read.value
  const all = guildsOf(world, bot.appId).toSorted(byId)
  const asked =
    before === undefined
      ? all.filter(({ id }) => after === undefined || id > after)
      : all.toReversed().filter(({ id }) => id < before)
  return ok(asked.slice(0, limit).map(guildObject))
}

/** `GET /guilds/{}` (§5.11). */
export const getGuild: Handler = inGuild((_world, _context, guild) => ok(guildObject(guild)))
