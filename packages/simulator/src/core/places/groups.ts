import { numericIdOf, openidOf } from '../kernel/ids.js'
import type { Peer, World } from '../world/world.js'
import { personIdOf } from './peers.js'

/**
 * What a member of a group is ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export type MemberRole = 'member' | 'admin' | 'owner'

/** Someone in a group: a person, or the bot. */
export interface GroupMember {
  /** Member openid. */
  readonly id: string
  readonly name: string
  readonly bot: boolean
  role: MemberRole
  /** ms since the epoch, as all moments here. */
  readonly joinedAt: number
  /** 0 when never muted. */
  mutedUntil: number
}

/**
 * Someone who may not come back
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface BlacklistedUser {
  readonly id: string
  readonly name: string
  readonly bannedAt: number
}

/** What an applicant wrote ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}). */
export interface Application {
  /** Text to the admins. */
  readonly message?: string
  /** Answers to the admins' questions, in place of a text. */
  readonly answers?: readonly { readonly question: string; readonly answer: string }[]
  /** Name of the member who invited the applicant. */
  readonly invitedBy?: string
}

/**
 * An application that waits for an answer
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface JoinRequest {
  readonly id: string
  readonly name: string
  readonly memberId: string
  readonly at: number
  readonly application: Application
}

/** Who belongs to a group, as one bot sees it. Keys are member openids, of requests their ids. */
export interface Group {
  readonly members: Map<string, GroupMember>
  readonly blacklist: Map<string, BlacklistedUser>
  readonly requests: Map<string, JoinRequest>
  /** Names of all who were ever seen here. */
  readonly known: Map<string, string>
}

/** The openid that is the same for all bots of one developer (§4.2). */
export const unionOpenidOf = (name: string): string => openidOf('union', 'user', name)

/** A QQ number or the number of a group, the same for all bots (§5.8). */
export const qqNumberOf = (kind: 'user' | 'group', name: string): string =>
  numericIdOf('', `number of a ${kind}`, name).slice(0, 10)

const openidIn = (peer: Peer, name: string): string => personIdOf(peer.bot, 'group', peer.name, name)

/** A member by name; one who is mentioned is one. */
export const groupMemberNamed = (world: World, peer: Peer, name: string): GroupMember => {
  const group = groupOf(world, peer)
  const id = openidIn(peer, name)
  const known = group.members.get(id)
  if (known) return known
  const bot = world.bots.get(peer.bot)?.name === name
  const role = name === 'owner' ? 'owner' : 'member'
  const member: GroupMember = { id, name, bot, role, joinedAt: world.now, mutedUntil: 0 }
  group.members.set(id, member)
  group.known.set(id, name)
  return member
}

const keyOf = ({ bot, id }: Peer): string => `${bot} ${id}`

/** The group behind a peer. It starts with its owner and the bot. */
export const groupOf = (world: World, peer: Peer): Group => {
  const known = world.groups.get(keyOf(peer))
  if (known) return known
  const group: Group = {
    members: new Map(),
    blacklist: new Map(),
    requests: new Map(),
    known: new Map(),
  }
  world.groups.set(keyOf(peer), group)
  groupMemberNamed(world, peer, 'owner')
  const bot = world.bots.get(peer.bot)
  if (bot && peer.present) groupMemberNamed(world, peer, bot.name)
  return group
}

/** The bot itself as a member, if it is one. */
export const botMember = (world: World, peer: Peer): GroupMember | undefined => {
  const bot = world.bots.get(peer.bot)
  return bot && groupOf(world, peer).members.get(openidIn(peer, bot.name))
}

/** Whether the bot may administer the group (§4.1, §5.6). */
export const botIsAdmin = (world: World, peer: Peer): boolean =>
  (botMember(world, peer)?.role ?? 'member') !== 'member'
