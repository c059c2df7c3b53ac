import * as v from 'valibot'

import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { withdraw } from '../messages/withdraw.js'
import { channelsOf } from '../places/channels.js'
import type { GuildState, GuildMemberState } from '../places/guild-state.js'
import { isAdmin, memberObject } from '../places/members.js'
import { DAY } from '../rules/limits.js'
import { happenInGuild } from './guild-life.js'
import { guildAdmin, inGuild, privateDomain } from './in-guild.js'
import type { GuildWorld } from './state.js'

const querySchema = v.object({
  after: v.optional(v.string(), '0'),
  limit: v.optional(numberText(1, 400), '1'),
})

/** `GET /guilds/{}/members?after=0&limit`: by the last user id until a page is empty (§5.11). */
export const listGuildMembers: Handler<GuildWorld> = privateDomain(
  inGuild((world, { query }, guild) => {
    const read = readFields(querySchema, Object.fromEntries(query), 12002)
    if ('code' in read) return refuse(world, read.code)
    const { items } = pageAfter(guild.members, read.value.after, read.value.limit)
    return ok(items.map((member) => memberObject(guild, member)))
  }),
)

/** `GET /guilds/{}/members/{}` (§5.11). */
export const getGuildMember: Handler<GuildWorld> = inGuild((world, { params }, guild) => {
  const member = guild.members.get(params[1] ?? '')
  return member ? ok(memberObject(guild, member)) : refuse(world, 10001)
})

const removalSchema = v.object({
  add_blacklist: v.optional(v.boolean(), false),
  delete_history_msg_days: v.optional(v.picklist([3, 7, 15, 30, -1, 0]), 0),
})

/** Recalls the messages that a member sent in the last days; -1 recalls all. */
const recallRecentMessages = (
  world: GuildWorld,
  guild: GuildState,
  member: GuildMemberState,
  days: number,
  operator: string,
): void => {
  const bot = world.bots.get(guild.bot)
  const since = days < 0 ? 0 : world.now - days * DAY
  if (!bot || days === 0) return
  for (const { peer } of channelsOf(world, guild)) {
    for (const message of world.messages.values()) {
      const theirs = message.peerId === peer.id && message.authorId === member.id
      if (theirs && message.direction === 'in' && !message.recalled && message.at >= since)
        withdraw(world, bot, peer, message, operator)
    }
  }
}

/** `DELETE /guilds/{}/members/{}` (§5.11): ordinary members. */
export const removeGuildMember: Handler<GuildWorld> = privateDomain(
  inGuild(
    guildAdmin((world, { bot, params, body }, guild) => {
      const read = readFields(removalSchema, body, 12002)
      if ('code' in read) return refuse(world, read.code)
      const member = guild.members.get(params[1] ?? '')
      if (!member) return refuse(world, 10001)
      if (isAdmin(member)) return refuse(world, 11282)
      const { add_blacklist: ban, delete_history_msg_days: days } = read.value
      recallRecentMessages(world, guild, member, days, bot.userId)
      happenInGuild(world, bot, guild, 'member-leave', member.name, bot.userId)
      if (ban) guild.blacklist.set(member.id, member.name)
      return empty(204)
    }),
  ),
)
