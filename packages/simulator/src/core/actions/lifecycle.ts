import { ImpossibleError } from '../kernel/impossible.js'
import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import { happenInGuild, isGuildHappening } from '../guild/guild-life.js'
import { eventId, openidOf } from '../kernel/ids.js'
import { unixSeconds } from '../kernel/time.js'
import { keepAnchor } from '../messages/anchor.js'
import { groupMemberNamed, groupOf } from '../places/groups.js'
import { findGuild } from '../places/guilds.js'
import { personIdOf } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import type { Scene } from '../rules/scene.js'
import type { ActionsWorld } from './state.js'

const part = (world: ActionsWorld, peer: Peer, name: string): void => {
  groupOf(world, peer).members.delete(personIdOf(peer.bot, 'group', peer.name, name))
}

/**
 * Updates the list of members after a happening.
 *
 * @throws RangeError when someone on the blacklist joins
 */
const updateMembers = (world: ActionsWorld, peer: Peer, what: Happening, name: string): void => {
  const botName = world.bots.get(peer.bot)?.name ?? ''
  const group = groupOf(world, peer)
  if (what === 'member-join') {
    if (group.blacklist.has(personIdOf(peer.bot, 'group', peer.name, name)))
      throw new ImpossibleError(
        `"${name}" is on the blacklist of the group ${peer.name}`,
        `“${name}”在群 ${peer.name} 的黑名单里`,
      )
    groupMemberNamed(world, peer, name)
  }
  if (what === 'member-leave') part(world, peer, name)
  if (what === 'invite-bot') groupMemberNamed(world, peer, botName)
  if (what === 'remove-bot') part(world, peer, botName)
}

/**
 * Something that happens between the bot and a user, a group or a guild
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}).
 */
export const happenings = [
  'befriend',
  'unfriend',
  'allow',
  'refuse',
  'invite-bot',
  'remove-bot',
  'member-join',
  'member-leave',
] as const

/** One of {@link happenings}. */
export type Happening = (typeof happenings)[number]

/** The event of each happening, by scene. A happening without an event is impossible in that scene. */
const eventNames: Readonly<Record<Scene, Readonly<Partial<Record<Happening, string>>>>> = {
  c2c: {
    befriend: 'FRIEND_ADD',
    unfriend: 'FRIEND_DEL',
    allow: 'C2C_MSG_RECEIVE',
    refuse: 'C2C_MSG_REJECT',
  },
  group: {
    'invite-bot': 'GROUP_ADD_ROBOT',
    'remove-bot': 'GROUP_DEL_ROBOT',
    allow: 'GROUP_MSG_RECEIVE',
    refuse: 'GROUP_MSG_REJECT',
    'member-join': 'GROUP_MEMBER_ADD',
    'member-leave': 'GROUP_MEMBER_REMOVE',
  },
  // Members and bots come and go in the guild, not in one of its channels.
  channel: {},
  dm: {},
}

type Payload = Readonly<Record<string, unknown>>

/**
 * How someone came to add the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface Arrival {
  /** `scene` of FRIEND_ADD; default 1000, or 2003 with a link. */
  readonly scene?: number
  /**
   * A share link of the bot; its data arrives as `scene_param`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  readonly link?: string
}

const arrivalPayload = (world: ActionsWorld, bot: string, { scene, link }: Arrival): Payload => {
  const shared = link === undefined ? undefined : world.shareLinks.get(link)
  if (link !== undefined && shared?.bot !== bot)
    throw new ImpossibleError(`${link} is not a share link of this bot`, `${link} 不是这个机器人的分享链接`)
  return { scene: scene ?? (shared ? 2003 : 1000), scene_param: shared?.data ?? '', short_code: '' }
}

const userPayload = (world: ActionsWorld, peer: Peer, t: string, arrival: Arrival): Payload => ({
  openid: peer.id,
  timestamp: unixSeconds(world.now),
  ...(t === 'FRIEND_ADD' ? arrivalPayload(world, peer.bot, arrival) : {}),
  ...(t.startsWith('FRIEND') ? { author: { union_openid: openidOf('union', 'user', peer.name) } } : {}),
})

const groupPayload = (world: ActionsWorld, peer: Peer, t: string, member: string): Payload => ({
  timestamp: unixSeconds(world.now),
  group_openid: peer.id,
  ...(t.startsWith('GROUP_MEMBER')
    ? { member_openid: member, user_openid: '' }
    : { op_member_openid: member }),
})

const payloadOf = (world: ActionsWorld, peer: Peer, t: string, person: string, arrival: Arrival): Payload => {
  const id = personIdOf(peer.bot, peer.scene, peer.name, person)
  if (peer.scene === 'c2c') return userPayload(world, peer, t, arrival)
  return groupPayload(world, peer, t, id)
}

/** What a happening changes: presence, and the permission for proactive messages (§6.4). */
const peerChanges: Readonly<Record<Happening, Partial<Pick<Peer, 'present' | 'accepts'>>>> = {
  befriend: { present: true },
  unfriend: { present: false },
  allow: { accepts: true },
  refuse: { accepts: false },
  'invite-bot': { present: true },
  'remove-bot': { present: false },
  'member-join': {},
  'member-leave': {},
}

/** Makes something happen and publishes its event. Returns the outer `id` of the event. */
export const happen = (
  world: ActionsWorld,
  bot: Bot,
  peer: Peer,
  what: Happening,
  person: string,
  arrival: Arrival = {},
): string => {
  const guild = peer.scene === 'channel' ? findGuild(world, bot.appId, peer.guildId ?? '') : undefined
  if (guild && isGuildHappening(what)) return happenInGuild(world, bot, guild, what, person)
  const t = eventNames[peer.scene][what]
  if (t === undefined)
    throw new ImpossibleError(
      `"${what}" does not exist in the scene ${peer.scene}`,
      `${peer.scene} 里没有“${what}”`,
    )
  const d = payloadOf(world, peer, t, person, arrival)
  if (peer.scene === 'group') updateMembers(world, peer, what, person)
  Object.assign(peer, peerChanges[what])
  const id = eventId(world.random, t)
  keepAnchor(world, { id, kind: 'event', bot: bot.appId, scene: peer.scene, peerId: peer.id, person, t })
  return publish(world, bot, { t, d, id, peer, person })
}
