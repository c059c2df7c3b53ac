import * as v from 'valibot'

import { isGuildAdmin, channelAdmin, type GuildHandler, inChannel, inGuild } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { type Fields, readFields, someText } from '../http/fields.js'
import { findChannel } from '../places/channels.js'
import type { Announce, GuildState } from '../places/guild-state.js'
import { notThereCode } from './pins.js'

const recommendedSchema = v.object({ channel_id: v.string('501018'), introduce: someText() })

const bodySchema = v.object({
  message_id: v.optional(v.string('501005'), ''),
  channel_id: v.optional(v.string(), ''),
  announces_type: v.optional(v.picklist([0, 1], '501019'), 0),
  recommend_channels: v.optional(v.pipe(v.array(recommendedSchema), v.maxLength(3, '501016')), []),
})

/** Reads an announcement: a message, else recommended channels; one of the two is required. */
const announceOf = (world: GuildWorld, guild: GuildState, body: unknown): Fields<Announce> => {
  const read = readFields(bodySchema, body, 501001)
  if ('code' in read) return read
  const {
    message_id: message,
    channel_id: channel,
    announces_type: type,
    recommend_channels: channels,
  } = read.value
  if (message !== '') {
    const place = findChannel(world, guild, channel)
    if (!place) return { code: 501001 }
    const code = notThereCode(world, place.channel.id, message)
    return code === null ? { value: { message, channel: place.channel.id, type, channels: [] } } : { code }
  }
  if (channels.length === 0) return { code: 501001 }
  const known = channels.every(({ channel_id: id }) => findChannel(world, guild, id))
  return known ? { value: { message: '', channel: '', type, channels } } : { code: 501018 }
}

/** Refuses bots that are no admins with 501017 (§2.8). */
const announceAdmin =
  (handler: GuildHandler): GuildHandler =>
  (world, context, guild) =>
    isGuildAdmin(context, guild) ? handler(world, context, guild) : refuse(world, 501017)

/** `POST /guilds/{}/announces` (§5.11): the guild has one announcement at a time. */
export const announceInGuild: Handler<GuildWorld> = inGuild(
  announceAdmin((world, { body }, guild) => {
    const read = announceOf(world, guild, body)
    if ('code' in read) return refuse(world, read.code)
    const { message, channel, type, channels } = read.value
    guild.announce = read.value
    return ok({
      guild_id: guild.id,
      channel_id: channel,
      message_id: message,
      announces_type: type,
      recommend_channels: channels,
    })
  }),
)

/** `DELETE /guilds/{}/announces/{}`, of the message or `all` (§5.11). */
export const endGuildAnnounce: Handler<GuildWorld> = inGuild(
  announceAdmin((world, { params }, guild) => {
    const [, id] = params
    if (id !== 'all' && guild.announce?.message !== id) return refuse(world, 501005)
    guild.announce = null
    return empty(204)
  }),
)

const messageSchema = v.object({ message_id: v.string('501005') })

/** `POST /channels/{}/announces`, deprecated (§5.11). */
export const announceInChannel: Handler<GuildWorld> = inChannel(
  channelAdmin((world, { body }, { guild, channel }) => {
    const read = readFields(messageSchema, body, 501001)
    if ('code' in read) return refuse(world, read.code)
    const { message_id: message } = read.value
    const code = notThereCode(world, channel.id, message)
    if (code !== null) return refuse(world, code)
    channel.announce = message
    return ok({ guild_id: guild.id, channel_id: channel.id, message_id: message })
  }, 501017),
)

/** `DELETE /channels/{}/announces/{}`, deprecated (§5.11). */
export const endChannelAnnounce: Handler<GuildWorld> = inChannel(
  channelAdmin((world, { params }, { channel }) => {
    const [, id] = params
    if (id !== 'all' && (channel.announce === '' || channel.announce !== id)) return refuse(world, 501005)
    channel.announce = ''
    return empty(204)
  }, 501017),
)
