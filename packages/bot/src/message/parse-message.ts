import { parseAttachments } from './attachments.js'
import { cleanText } from './clean-text.js'
import { fields, text, textOrNull, type Fields } from './fields.js'
import { parseMentions } from './mentions.js'
import type { Author, Message, MessageBase, Scene } from './message.js'
import { parseGuildQuote, parseQuote, sceneEntry } from './quote.js'
import { parseTimestamp } from './timestamp.js'

const roleOf = (role: unknown): Author['role'] =>
  role === 'member' || role === 'admin' || role === 'owner' ? role : null

/** The 2023 shape has no `author.id` (§4.2). */
const authorOf = (payload: Fields): Author => {
  const author = fields(payload.author)
  return {
    id: text(author.user_openid) || text(author.member_openid) || text(author.id),
    name: text(author.username) || text(fields(payload.member).nick),
    bot: author.bot === true,
    role: roleOf(author.member_role),
    avatar: textOrNull(author.avatar),
  }
}

const everywhere = (payload: Fields, guild: boolean, me: string | null): Omit<MessageBase, 'target'> => {
  const content = text(payload.content)
  return {
    id: text(payload.id),
    text: cleanText(content, guild),
    content,
    author: authorOf(payload),
    mentions: parseMentions(payload.mentions, me),
    attachments: parseAttachments(payload.attachments),
    quote: guild ? parseGuildQuote(payload) : parseQuote(payload),
    referenceId: guild ? textOrNull(payload.id) : sceneEntry(payload, 'msg_idx'),
    sentAt: parseTimestamp(payload.timestamp),
    raw: payload,
  }
}

// What a scene has of its own is assigned to the fresh object: spreading that object into another costs a hundred times more.

const c2c = (payload: Fields): Message => {
  const base = everywhere(payload, false, null)
  const userId = base.author.id
  return Object.assign(base, { scene: 'c2c', target: { scene: 'c2c', id: userId }, userId } as const)
}

const group = (payload: Fields, addressed: boolean): Message => {
  const base = everywhere(payload, false, null)
  // The 2026 docs dropped `group_id`, older readers need it (§4.3).
  const groupId = text(payload.group_openid) || text(payload.group_id)
  const toMe = addressed || base.mentions.some((mention) => mention.me)
  const target = { scene: 'group', id: groupId } as const
  return Object.assign(base, { scene: 'group', target, groupId, toMe } as const)
}

const channel = (payload: Fields, addressed: boolean, me: string | null): Message => {
  const base = everywhere(payload, true, me)
  const channelId = text(payload.channel_id)
  return Object.assign(base, {
    scene: 'channel',
    target: { scene: 'channel', id: channelId },
    guildId: text(payload.guild_id),
    channelId,
    // A private bot gets an @ as both events, in no known order (§4.6): the plain one may be the first.
    toMe: addressed || base.mentions.some((mention) => mention.me),
  } as const)
}

/** `guild_id` of a direct message is its session, the real guild stands in `src_guild_id` (§4.6). */
const dm = (payload: Fields, me: string | null): Message => {
  const sessionId = text(payload.guild_id)
  const target = { scene: 'dm', id: sessionId } as const
  const sourceGuildId = textOrNull(payload.src_guild_id)
  const base = everywhere(payload, true, me)
  return Object.assign(base, { scene: 'dm', target, sessionId, sourceGuildId } as const)
}

/** An event that is a message (§4.1). */
export type MessageEventName =
  | 'C2C_MESSAGE_CREATE'
  | 'GROUP_AT_MESSAGE_CREATE'
  | 'GROUP_MESSAGE_CREATE'
  | 'AT_MESSAGE_CREATE'
  | 'MESSAGE_CREATE'
  | 'DIRECT_MESSAGE_CREATE'

/** Where the message of each was written. Two events can carry one message (§4.3, §4.6). */
export const SCENE_OF_EVENT: Readonly<Record<MessageEventName, Scene>> = {
  C2C_MESSAGE_CREATE: 'c2c',
  GROUP_AT_MESSAGE_CREATE: 'group',
  GROUP_MESSAGE_CREATE: 'group',
  AT_MESSAGE_CREATE: 'channel',
  MESSAGE_CREATE: 'channel',
  DIRECT_MESSAGE_CREATE: 'dm',
}

/** How each of them is read. */
const READERS: Readonly<Record<MessageEventName, (payload: Fields, me: string | null) => Message>> = {
  C2C_MESSAGE_CREATE: c2c,
  GROUP_AT_MESSAGE_CREATE: (payload) => group(payload, true),
  GROUP_MESSAGE_CREATE: (payload) => group(payload, false),
  AT_MESSAGE_CREATE: (payload, me) => channel(payload, true, me),
  MESSAGE_CREATE: (payload, me) => channel(payload, false, me),
  DIRECT_MESSAGE_CREATE: dm,
}

/** Whether an event is a message. */
export const isMessageEvent = (name: string): name is MessageEventName => Object.hasOwn(READERS, name)

/**
 * Reads the payload of a message event, leniently: unexpected shapes give empty fields, never an error. `null` when it
 * lacks what an answer needs, an id and a place.
 *
 * @param me the bot's own id in guilds, where it is known
 */
export const parseMessage = (
  name: MessageEventName,
  payload: unknown,
  me: string | null = null,
): Message | null => {
  const message = READERS[name](fields(payload), me)
  return message.id === '' || message.target.id === '' ? null : message
}
