import * as v from 'valibot'

import { happenToChannel } from '../guild/guild-life.js'
import { channelAdmin, guildAdmin, inChannel, inGuild, privateDomain } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { readFields, someText } from '../http/fields.js'
import { channelObject, channelsOf, findChannel } from '../places/channels.js'
import { createChannel, type GuildState } from '../places/guild-state.js'
import { joinName } from '../places/guilds.js'
import { addChannelPeer } from '../places/peers.js'
import { botPermissions } from './permissions.js'

/** `GET /guilds/{}/channels` (§5.11). */
export const listChannels: Handler<GuildWorld> = inGuild((world, _context, guild) =>
  ok(channelsOf(world, guild).map(channelObject)),
)

/** `GET /channels/{}` (§5.11), with the bot's own permissions. */
export const getChannel: Handler<GuildWorld> = inChannel((_world, { bot }, place) =>
  ok({ ...channelObject(place), permissions: String(botPermissions(bot, place)) }),
)

const position = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)))
const speak = v.optional(v.picklist([0, 1, 2]))

const changeableFields = {
  position,
  parent_id: v.optional(v.string()),
  private_type: v.optional(v.picklist([0, 1, 2])),
  speak_permission: speak,
}

const creationSchema = v.object({
  ...changeableFields,
  name: someText(),
  // Unknown kinds may appear (§5.11).
  type: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sub_type: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  private_user_ids: v.optional(v.pipe(v.array(someText(128)), v.maxLength(1_000))),
  application_id: v.optional(someText(128)),
  // CONFLICT: one client posts it under this name (§5.11).
  speaking_permission: speak,
})

/** Most channels of a guild; the real limit is not documented. */
const MAX_CHANNELS = 500

const CATEGORY = 4

/** Whether an id can be a parent: a category of the guild, or none. */
const isParent = (world: GuildWorld, guild: GuildState, id: string | undefined): boolean =>
  id === undefined || id === '' || id === '0' || findChannel(world, guild, id)?.channel.type === CATEGORY

const create = (world: GuildWorld, { bot, body }: CallContext, guild: GuildState) => {
  const read = readFields(creationSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { name, parent_id: parentId, ...given } = read.value
  const others = channelsOf(world, guild)
  if (others.length >= MAX_CHANNELS) return refuse(world, 301007)
  if (!isParent(world, guild, parentId)) return refuse(world, 10003)
  const peer = addChannelPeer(world, guild, joinName(guild.name, name))
  const channel = createChannel(peer.id, name, others.length + 1, {
    type: given.type,
    subType: given.sub_type,
    position: given.position,
    parentId,
    privateType: given.private_type,
    speakPermission: given.speak_permission ?? given.speaking_permission,
    applicationId: given.application_id,
    users: given.private_user_ids,
  })
  guild.channels.set(channel.id, channel)
  happenToChannel(world, bot, { guild, peer, channel }, 'create', bot.userId)
  return ok(channelObject({ guild, peer, channel }))
}

/** `POST /guilds/{}/channels` (§5.11). */
export const makeChannel: Handler<GuildWorld> = privateDomain(inGuild(guildAdmin(create)))

const changeSchema = v.object({ ...changeableFields, name: v.optional(someText()) })

/** `PATCH /channels/{}` (§5.11). */
export const changeChannel: Handler<GuildWorld> = privateDomain(
  inChannel(
    channelAdmin((world, { bot, body }, place) => {
      const read = readFields(changeSchema, body, 12002)
      if ('code' in read) return refuse(world, read.code)
      const { channel, guild } = place
      const {
        name,
        position: at,
        parent_id: parent,
        private_type: secret,
        speak_permission: speaks,
      } = read.value
      if (!isParent(world, guild, parent)) return refuse(world, 10003)
      channel.name = name ?? channel.name
      channel.position = at ?? channel.position
      channel.parentId = parent ?? channel.parentId
      channel.privateType = secret ?? channel.privateType
      channel.speakPermission = speaks ?? channel.speakPermission
      happenToChannel(world, bot, place, 'change', bot.userId)
      return ok(channelObject(place))
    }),
  ),
)

/** `DELETE /channels/{}` (§5.11). */
export const deleteChannel: Handler<GuildWorld> = privateDomain(
  inChannel(
    channelAdmin((world, { bot }, place) => {
      happenToChannel(world, bot, place, 'remove', bot.userId)
      return empty(200)
    }),
  ),
)
