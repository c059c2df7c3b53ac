import { parseAttachments } from './attachments.js'
import { cleanText, taggedIds } from './clean-text.js'
import { fields, type Fields, parseTimestamp, text, textOrNull } from './fields.js'
import { type OwnIds, parseMentions } from './mentions.js'
import {
  type Author,
  groupIdOf,
  type Mention,
  type Message,
  type MessageBase,
  type Scene,
} from './message.js'
import { parseGuildQuote, parseQuote, sceneEntry } from './quote.js'

const roleOf = (role: unknown): Author['role'] =>
  role === 'member' || role === 'admin' || role === 'owner' ? role : null

/** The author: by the id of the scene, otherwise by the plain id. The 2023 shape has no `author.id` (§4.2). */
const authorOf = (payload: Fields, idField: 'user_openid' | 'member_openid' | 'id'): Author => {
  const author = fields(payload.author)
  return {
    id: text(author[idField]) || text(author.id),
    name: text(author.username) || text(fields(payload.member).nick),
    bot: author.bot === true,
    role: roleOf(author.member_role),
    avatar: textOrNull(author.avatar),
  }
}

/** Names of the bot in the text: those of its mentions whose id is not in the text (§4.3). */
const ownNames = (mentions: readonly Mention[], content: string): readonly string[] =>
  mentions.filter(({ me, id }) => me && (id === null || !content.includes(id))).map(({ name }) => name)

/** The fields of every message that scenes read differently. */
interface Manner {
  readonly guild: boolean
  readonly author: 'user_openid' | 'member_openid' | 'id'
}

const PRIVATE: Manner = { guild: false, author: 'user_openid' }
const GROUP: Manner = { guild: false, author: 'member_openid' }
const GUILD: Manner = { guild: true, author: 'id' }

const everywhere = (payload: Fields, { guild, author }: Manner, own: OwnIds): Omit<MessageBase, 'target'> => {
  const content = text(payload.content)
  const mentions = parseMentions(payload.mentions, own)
  return {
    id: text(payload.id),
    text: cleanText(content, { escaped: guild, ownNames: ownNames(mentions, content) }),
    content,
    author: authorOf(payload, author),
    mentions,
    attachments: parseAttachments(payload.attachments, guild),
    quote: guild ? parseGuildQuote(payload) : parseQuote(payload),
    referenceId: guild ? textOrNull(payload.id) : sceneEntry(payload, 'msg_idx'),
    sentAt: parseTimestamp(payload.timestamp),
    raw: payload,
  }
}

/**
 * Whether the bot was addressed. Of the two events of one message the plain one may come first, or alone (§4.3, §4.6). Its
 * mentions decide then, or a tag in its text if it has none.
 */
const isToMe = ({ mentions, content }: Pick<Message, 'mentions' | 'content'>, own: OwnIds): boolean =>
  mentions.some(({ me }) => me) || taggedIds(content).some((id) => own.has(id))

// Fields of one scene are assigned to the new object: spreading it into another object costs a hundred times more.

const c2c = (payload: Fields, own: OwnIds): Message => {
  const base = everywhere(payload, PRIVATE, own)
  const userId = base.author.id
  return Object.assign(base, { scene: 'c2c', target: { scene: 'c2c', id: userId }, userId } as const)
}

const group = (payload: Fields, own: OwnIds, addressed: boolean): Message => {
  const base = everywhere(payload, GROUP, own)
  const groupId = groupIdOf(payload)
  const toMe = addressed || isToMe(base, own)
  const target = { scene: 'group', id: groupId } as const
  return Object.assign(base, { scene: 'group', target, groupId, toMe } as const)
}

const channel = (payload: Fields, own: OwnIds, addressed: boolean): Message => {
  const base = everywhere(payload, GUILD, own)
  const channelId = text(payload.channel_id)
  return Object.assign(base, {
    scene: 'channel',
    target: { scene: 'channel', id: channelId },
    guildId: text(payload.guild_id),
    channelId,
    toMe: addressed || isToMe(base, own),
  } as const)
}

/** `guild_id` of a direct message is its session, `src_guild_id` is the real guild (§4.6). */
const dm = (payload: Fields, own: OwnIds): Message => {
  const sessionId = text(payload.guild_id)
  const target = { scene: 'dm', id: sessionId } as const
  const sourceGuildId = textOrNull(payload.src_guild_id)
  const base = everywhere(payload, GUILD, own)
  return Object.assign(base, { scene: 'dm', target, sessionId, sourceGuildId } as const)
}

/**
 * An event that is a message ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
 */
export type MessageEventName =
  | 'C2C_MESSAGE_CREATE'
  | 'GROUP_AT_MESSAGE_CREATE'
  | 'GROUP_MESSAGE_CREATE'
  | 'AT_MESSAGE_CREATE'
  | 'MESSAGE_CREATE'
  | 'DIRECT_MESSAGE_CREATE'

/**
 * The scene of each message event. Two events can carry one message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export const SCENE_OF_EVENT: Readonly<Record<MessageEventName, Scene>> = {
  C2C_MESSAGE_CREATE: 'c2c',
  GROUP_AT_MESSAGE_CREATE: 'group',
  GROUP_MESSAGE_CREATE: 'group',
  AT_MESSAGE_CREATE: 'channel',
  MESSAGE_CREATE: 'channel',
  DIRECT_MESSAGE_CREATE: 'dm',
}

/** The reader of each scene. */
const READERS: Readonly<Record<MessageEventName, (payload: Fields, own: OwnIds) => Message>> = {
  C2C_MESSAGE_CREATE: c2c,
  GROUP_AT_MESSAGE_CREATE: (payload, own) => group(payload, own, true),
  GROUP_MESSAGE_CREATE: (payload, own) => group(payload, own, false),
  AT_MESSAGE_CREATE: (payload, own) => channel(payload, own, true),
  MESSAGE_CREATE: (payload, own) => channel(payload, own, false),
  DIRECT_MESSAGE_CREATE: dm,
}

/** Whether an event is a message. */
export const isMessageEvent = (name: string): name is MessageEventName => Object.hasOwn(READERS, name)

const NONE: OwnIds = new Set()

/**
 * Reads the payload of a message event, leniently: unexpected shapes give empty fields, never an error. `null` if it
 * lacks an id or a place, which a reply needs.
 *
 * @param own the bot's own ids, as far as they are known
 */
export const parseMessage = (
  name: MessageEventName,
  payload: unknown,
  own: OwnIds = NONE,
): Message | null => {
  const message = READERS[name](fields(payload), own)
  return message.id === '' || message.target.id === '' ? null : message
}
