import * as v from 'valibot'

import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import type { GuildState } from '../places/guild-state.js'
import { guildObject, guildsOf } from '../places/guilds.js'
import { inGuild } from './in-guild.js'
import type { GuildWorld } from './state.js'

const querySchema = v.object({
  before: v.optional(v.string()),
  after: v.optional(v.string()),
  limit: v.optional(numberText(1, 100), '100'),
})

const byId = (a: GuildState, b: GuildState): number => (a.id < b.id ? -1 : 1)

/** `GET /users/@me/guilds`: `before` reverses first; with both, `after` is ignored (§5.1). */
export const listGuilds: Handler<GuildWorld> = (world, { bot, query }) => {
  const read = readFields(querySchema, Object.fromEntries(query), 12002)
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
export const getGuild: Handler<GuildWorld> = inGuild((_world, _context, guild) => ok(guildObject(guild)))
