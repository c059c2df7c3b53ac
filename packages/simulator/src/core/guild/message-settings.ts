import * as v from 'valibot'

import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields } from '../http/fields.js'
import { guildMessage } from '../messages/send.js'
import { storeSent } from '../messages/store.js'
import { channelsOf } from '../places/channels.js'
import { findGuild } from '../places/guilds.js'
import { findPeer } from '../places/peers.js'
import { inChannel, inGuild } from './in-guild.js'
import type { GuildWorld } from './state.js'

/** `GET /guilds/{}/message/setting` (§5.10). CONFLICT: the docs table types the first two as text. */
export const getMessageSetting: Handler<GuildWorld> = inGuild((world, _context, guild) => {
  const { createDm, push, channels, perChannel } = guild.messages
  return ok({
    disable_create_dm: !createDm,
    disable_push_msg: !push,
    channel_ids: channels ?? channelsOf(world, guild).map(({ channel }) => channel.id),
    channel_push_max_num: perChannel,
  })
})

const channelGuideSchema = v.object({ content: v.optional(v.string('304051')) })

/** `POST /channels/{}/settingguide`: sends a message that links to the settings (§5.10). */
export const guideInChannel: Handler<GuildWorld> = inChannel((world, { bot, body }, { peer }) => {
  const read = readFields(channelGuideSchema, body, 304051)
  if ('code' in read) return refuse(world, read.code)
  const guide = { ...read.value, setting_guide: { guild_id: peer.guildId } }
  return ok(guildMessage(world, bot, peer, storeSent(world, bot, peer, guide, null)))
})

const dmGuideSchema = v.object({ setting_guide: v.object({ guild_id: v.string() }) })

/** `POST /dms/{}/settingguide`: the body names the guild whose settings the message links to (§5.10). */
export const guideInDm: Handler<GuildWorld> = (world, { bot, params, body }) => {
  const peer = findPeer(world, bot.appId, 'dm', params[0] ?? '')
  if (!peer?.present) return refuse(world, 304034)
  const read = readFields(dmGuideSchema, body, 304051)
  if ('code' in read) return refuse(world, read.code)
  if (findGuild(world, bot.appId, read.value.setting_guide.guild_id)?.present !== true)
    return refuse(world, 10004)
  return ok(guildMessage(world, bot, peer, storeSent(world, bot, peer, read.value, null)))
}
