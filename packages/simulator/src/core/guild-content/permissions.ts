import * as v from 'valibot'

import type { Bot } from '../bot/state.js'
import { channelAdmin, type ChannelHandler, inChannel } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { type Fields, readFields } from '../http/fields.js'
import type { ChannelPlace } from '../places/channels.js'
import { type GuildMemberState, roleIds } from '../places/guild-state.js'
import { hasRole } from '../places/members.js'
import { isRole } from './roles.js'

/** Bits of a permission mask (§5.11). */
const VIEW = 1
const MANAGE = 2
const SPEAK = 4
const LIVE = 8
const ALL = VIEW + MANAGE + SPEAK + LIVE

/** Default masks of the built-in roles; created roles add nothing. */
const defaultMasks: Readonly<Record<string, number>> = {
  [roleIds.everyone]: VIEW + SPEAK,
  [roleIds.admin]: ALL,
  [roleIds.owner]: ALL,
  [roleIds.channelAdmin]: VIEW + MANAGE + SPEAK,
}

const roleMask = ({ channel }: ChannelPlace, role: string): number =>
  channel.rolePermissions.get(role) ?? defaultMasks[role] ?? 0

/** The mask that was set for a member, or else the union of the masks of the roles. */
const memberMask = (place: ChannelPlace, member: GuildMemberState): number => {
  const { guild, channel } = place
  const own = channel.userPermissions.get(member.id)
  if (own !== undefined) return own
  const roles = [...Object.keys(defaultMasks), ...guild.roles.keys()].filter((role) =>
    role === roleIds.channelAdmin ? channel.admins.has(member.id) : hasRole(guild, member, role),
  )
  return roles.reduce((mask, role) => mask | roleMask(place, role), 0)
}

/** The bot's own permissions in a channel. */
export const botPermissions = (bot: Bot, place: ChannelPlace): number => {
  const member = place.guild.members.get(bot.userId)
  return member ? memberMask(place, member) : 0
}

/** A mask as decimal text; unknown bits are refused. */
const maskText = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/),
    v.transform(Number),
    v.check((mask) => (mask & ~ALL) === 0),
  ),
)

const changeSchema = v.pipe(
  v.object({ add: maskText, remove: maskText }),
  v.check(({ add, remove }) => add !== undefined || remove !== undefined),
)

const changed = (mask: number, body: unknown): Fields<number> => {
  const read = readFields(changeSchema, body, 301000)
  if ('code' in read) return read
  const { add = 0, remove = 0 } = read.value
  return { value: (mask | add) & ~remove }
}

/** A call on a member's permissions; 301006 for non-members. */
const ofMember =
  (
    handler: (...given: [...Parameters<ChannelHandler>, GuildMemberState]) => ReturnType<ChannelHandler>,
  ): ChannelHandler =>
  (world, context, place) => {
    const member = place.guild.members.get(context.params[1] ?? '')
    return member ? handler(world, context, place, member) : refuse(world, 301006)
  }

/** `GET /channels/{}/members/{}/permissions` (§5.11). */
export const getMemberPermissions: Handler<GuildWorld> = inChannel(
  ofMember((_world, _context, place, member) =>
    ok({
      channel_id: place.channel.id,
      user_id: member.id,
      permissions: String(memberMask(place, member)),
    }),
  ),
)

/** `PUT /channels/{}/members/{}/permissions` (§5.11). */
export const setMemberPermissions: Handler<GuildWorld> = inChannel(
  channelAdmin(
    ofMember((world, { body }, place, member) => {
      const mask = changed(memberMask(place, member), body)
      if ('code' in mask) return refuse(world, mask.code)
      place.channel.userPermissions.set(member.id, mask.value)
      return empty(204)
    }),
  ),
)

/** A call on a role's permissions. */
const ofRole =
  (
    handler: (...given: [...Parameters<ChannelHandler>, string]) => ReturnType<ChannelHandler>,
  ): ChannelHandler =>
  (world, context, place) => {
    const role = context.params[1] ?? ''
    return isRole(place.guild, role) ? handler(world, context, place, role) : refuse(world, 301000)
  }

/** `GET /channels/{}/roles/{}/permissions` (§5.11). */
export const getRolePermissions: Handler<GuildWorld> = inChannel(
  ofRole((_world, _context, place, role) =>
    ok({ channel_id: place.channel.id, role_id: role, permissions: String(roleMask(place, role)) }),
  ),
)

/** `PUT /channels/{}/roles/{}/permissions` (§5.11). */
export const setRolePermissions: Handler<GuildWorld> = inChannel(
  channelAdmin(
    ofRole((world, { body }, place, role) => {
      const mask = changed(roleMask(place, role), body)
      if ('code' in mask) return refuse(world, mask.code)
      place.channel.rolePermissions.set(role, mask.value)
      return empty(204)
    }),
  ),
)
