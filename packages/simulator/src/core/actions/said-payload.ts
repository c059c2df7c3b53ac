import { ImpossibleError } from '../kernel/impossible.js'
import type { Bot } from '../bot/state.js'
import { numericIdOf, openidOf } from '../kernel/ids.js'
import { timestampText } from '../kernel/time.js'
import { switchesOn } from '../menu/menu.js'
import { escapeHtml } from '../messages/content.js'
import { groupMemberNamed as groupMember } from '../places/groups.js'
import { findGuild } from '../places/guilds.js'
import { memberNamed, memberObject, userObject } from '../places/members.js'
import { personIdOf } from '../places/peers.js'
import type { SaidAttachment, StoredMessage } from '../messages/state.js'
import type { Peer } from '../places/state.js'
import type { ActionsWorld } from './state.js'

/** The properties of a message besides its text. */
export interface SayOptions {
  readonly attachments?: readonly SaidAttachment[]
  /**
   * Groups and channels: whether the bot is mentioned; default `true`. Without it the message goes only to a bot that
   * hears all of the group ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}), or
   * is private and asked for all of the channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
   */
  readonly at?: boolean
  /** Id or reference index of a message that is quoted. */
  readonly quote?: string
  /**
   * How many times the message is pushed; the platform sometimes repeats one
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}); default 1.
   */
  readonly copies?: number
  /** Groups: role of the person; default: the role that they have in the group. */
  readonly role?: 'member' | 'admin' | 'owner'
  /**
   * Id of the message. Several messages can share one id
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}). Default: a fresh one.
   */
  readonly id?: string
  /**
   * C2C and groups: `msg_idx` of the message, by which messages of one id differ; `null` leaves it out
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
   */
  readonly index?: string | null
  /**
   * Fields of the payload that are left out, e.g. `group_openid`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  readonly without?: readonly string[]
  /** Fields that replace or add to the payload, for shapes that are not modelled. */
  readonly payload?: Readonly<Record<string, unknown>>
}

/** A message before it is sent. */
export interface Draft {
  readonly bot: Bot
  readonly peer: Peer
  readonly author: string
  readonly text: string
  readonly options: SayOptions
  readonly id: string
  readonly refIdx: string
  /** The quoted message, if the simulator still has it. */
  readonly quoted: StoredMessage | undefined
  /** Groups: whether the text begins with the bot's mention. */
  readonly mention: 'kept' | 'removed'
}

/** Text of a group message: the mention of the bot is kept, or removed with its blanks left behind (§4.3). */
const groupText = ({ bot, peer, text, options, mention }: Draft): string => {
  if (options.at === false) return text
  return mention === 'removed' ? ` ${text} ` : `<@${memberId(bot, peer)}> ${text}`
}

const memberId = (bot: Bot, peer: Peer): string => openidOf(bot.appId, `member of ${peer.name}`, bot.name)

/** The payload in C2C and groups (§4.3). */
export const userPayload = (world: ActionsWorld, draft: Draft): object => {
  const { bot, peer, author, text, options, id, refIdx, quoted } = draft
  const group = peer.scene === 'group'
  const openid = personIdOf(bot.appId, peer.scene, peer.name, author)
  const ext = [
    ...(options.index === null ? [] : [`msg_idx=${refIdx}`]),
    ...(options.quote === undefined ? [] : [`ref_msg_idx=${quoted?.refIdx ?? options.quote}`]),
    ...(group ? [] : switchesOn(world, peer).map((id) => `${id}=1`)),
  ]
  return {
    id,
    content: group ? groupText(draft) : text,
    timestamp: timestampText(world.now),
    message_type: options.quote === undefined ? 0 : 103,
    author: group
      ? {
          id: openid,
          member_openid: openid,
          member_role: options.role ?? groupMember(world, peer, author).role,
          username: author,
          bot: false,
        }
      : { id: openid, user_openid: openid, union_openid: '', username: '', bot: false },
    ...(group ? { group_id: peer.id, group_openid: peer.id } : {}),
    ...(group && options.at !== false
      ? {
          mentions: [
            {
              scope: 'single',
              is_you: true,
              bot: true,
              id: memberId(bot, peer),
              member_openid: memberId(bot, peer),
              username: bot.name,
            },
          ],
        }
      : {}),
    message_scene: { source: 'default', ext },
    ...(quoted
      ? { msg_elements: [{ msg_idx: quoted.refIdx, message_type: 0, content: quoted.content }] }
      : {}),
    ...(options.attachments ? { attachments: options.attachments } : {}),
  }
}

/** The speaker as a member of the guild. */
const speakerFields = (world: ActionsWorld, peer: Peer, name: string): object => {
  const guild = findGuild(world, peer.bot, peer.guildId ?? '')
  if (!guild)
    throw new ImpossibleError(`${peer.scene} ${peer.name} belongs to no guild`, `${peer.name} 不属于任何频道`)
  const member = memberNamed(world, guild, name)
  const { user: _user, ...rest } = memberObject(guild, member)
  return { author: userObject(member), member: rest }
}

/** The payload in channels and DMs (§4.6). */
export const guildPayload = (
  world: ActionsWorld,
  { bot, peer, author, text, options, id }: Draft,
): object => {
  world.seqInChannel += 1
  const dm = peer.scene === 'dm'
  const at = !dm && options.at !== false
  return {
    id,
    guild_id: dm ? peer.id : peer.guildId,
    channel_id: dm ? numericIdOf(bot.appId, 'dm channel', peer.name) : peer.id,
    content: at ? `<@!${bot.userId}> ${escapeHtml(text)}` : escapeHtml(text),
    timestamp: timestampText(world.now),
    seq: world.seqInChannel,
    seq_in_channel: String(world.seqInChannel),
    ...speakerFields(world, peer, author),
    ...(dm ? { direct_message: true, src_guild_id: peer.guildId } : {}),
    ...(at ? { mentions: [{ id: bot.userId, username: bot.name, bot: true }] } : {}),
    ...(options.attachments ? { attachments: options.attachments } : {}),
    ...(options.quote === undefined ? {} : { message_reference: { message_id: options.quote } }),
  }
}
