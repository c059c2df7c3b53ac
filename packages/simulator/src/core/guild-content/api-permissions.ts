import * as v from 'valibot'

import { inGuild } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields, someText } from '../http/fields.js'
import { countAgainst, firstExceeded } from '../kernel/meters.js'
import { storeSent } from '../messages/store.js'
import { findChannel } from '../places/channels.js'
import { guildApis } from '../rules/guild-apis.js'
import { apiDemands } from '../rules/limits.js'

/** `GET /guilds/{}/api_permission` (§5.11). */
export const listApiPermissions: Handler<GuildWorld> = inGuild(
  (_world, _context, guild) =>
    ok({
      apis: guildApis.map(({ method, path, desc, route }) => ({
        path,
        method,
        desc,
        auth_status: guild.denied.has(route) ? 0 : 1,
      })),
    }),
  610001,
)

const demandSchema = v.object({
  channel_id: someText(64),
  api_identify: v.object({ path: someText(), method: someText(16) }),
  desc: someText(),
})

/** `POST /guilds/{}/api_permission/demand`: a link in a channel, 3 per guild and day (§5.11). */
export const demandApiPermission: Handler<GuildWorld> = inGuild((world, { bot, body }, guild) => {
  const read = readFields(demandSchema, body, 610008)
  if ('code' in read) return refuse(world, read.code)
  const { channel_id: channel, api_identify: wanted, desc } = read.value
  const api = guildApis.find(({ path, method }) => path === wanted.path && method === wanted.method)
  if (!api) return refuse(world, 610009)
  if (!guild.denied.has(api.route)) return refuse(world, 610010)
  const place = findChannel(world, guild, channel)
  if (!place) return refuse(world, 610014)
  const limits = [[apiDemands, `api demands ${bot.appId} ${guild.id}`]] as const
  if (firstExceeded(world, limits)) return refuse(world, apiDemands.code)
  countAgainst(world, limits)
  const title = `申请获得「${api.desc}」的权限`
  storeSent(world, bot, place.peer, { content: `${title}：${desc}` }, null)
  return ok({ guild_id: guild.id, channel_id: channel, api_identify: wanted, title, desc })
}, 610001)
