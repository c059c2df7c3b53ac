import { parseTimestamp } from '@qqkit/core/internal'

import { parseAttachments } from './attachments.js'
import { cleanText, taggedIds } from './clean-text.js'
import { fields, type Fields, text, textOrNull } from './fields.js'
import { mentionsMe, type OwnIds, parseMentions } from './mentions.js'
import {
  type Author,
  groupIdOf,
  type Mention,
  type Message,
  type MessageBase,
  type Scene,
  type Target,
} from './message.js'
import { parseGuildQuote, parseQuote, sceneEntry } from './quote.js'

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

/** How the messages of one event are read. */
export interface MessageEvent {
  readonly scene: Scene
  /** Where the author's id of this scene stands. */
  readonly authorId: 'user_openid' | 'member_openid' | 'id'
  /** Whether every message is for the bot. */
  readonly addressed: boolean
}

const event = (
  scene: Scene,
  authorId: MessageEvent['authorId'],
  { addressed = true }: { readonly addressed?: boolean } = {},
): MessageEvent => ({ scene, authorId, addressed })

const EVENTS: Readonly<Record<MessageEventName, MessageEvent>> = {
  C2C_MESSAGE_CREATE: event('c2c', 'user_openid'),
  GROUP_AT_MESSAGE_CREATE: event('group', 'member_openid'),
  GROUP_MESSAGE_CREATE: event('group', 'member_openid', { addressed: false }),
  AT_MESSAGE_CREATE: event('channel', 'id'),
  MESSAGE_CREATE: event('channel', 'id', { addressed: false }),
  DIRECT_MESSAGE_CREATE: event('dm', 'id'),
}

const BY_NAME: ReadonlyMap<unknown, MessageEvent> = new Map(Object.entries(EVENTS))

/** The latest name: an event is asked about several times, and most have the name of the one before. */
let lastName: string | null | undefined = null
let lastEvent: MessageEvent | undefined

/**
 * How the messages of an event are read; `undefined` for other events. Two events can carry one message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export const messageEvent = (name: string | null | undefined): MessageEvent | undefined => {
  if (name === lastName) return lastEvent
  lastName = name
  lastEvent = BY_NAME.get(name)
  return lastEvent
}

/** Whether an event is a message. */
export const isMessageEvent = (name: string): name is MessageEventName => BY_NAME.has(name)

const roleOf = (role: unknown): Author['role'] =>
  role === 'member' || role === 'admin' || role === 'owner' ? role : null

/** By the id of the scene, otherwise by the plain id. The 2023 shape has no `author.id` (§4.2). */
const authorIdOf = (author: Fields, { authorId }: MessageEvent): string =>
  text(author[authorId]) || text(author.id)

/** The place of each scene. `guild_id` of a direct message is its session (§4.6); a private chat is its person. */
const PLACES: Readonly<Record<Scene, (payload: Fields, authorId: string) => string>> = {
  c2c: (_payload, authorId) => authorId,
  group: groupIdOf,
  channel: (payload) => text(payload.channel_id),
  dm: (payload) => text(payload.guild_id),
}

const isOfGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

/** Names of the bot in the text: those of its mentions whose id is not in the text (§4.3). */
const ownNames = (mentions: readonly Mention[], content: string): readonly string[] =>
  mentions.filter(({ me, id }) => me && (id === null || !content.includes(id))).map(({ name }) => name)

/**
 * A message as it came: each part is read when it is asked for, since most handlers look at few. Lenient: unexpected shapes
 * give empty fields, never an error.
 */
export class ReceivedMessage {
  readonly id: string
  readonly authorId: string
  /** The place that replies go to. */
  readonly target: Target
  /** Whether the bot itself wrote it. */
  readonly isFromSelf: boolean
  readonly #event: MessageEvent
  readonly #payload: Fields
  readonly #own: OwnIds
  #author: Author | null = null
  #mentions: readonly Mention[] | null = null
  #text: string | null = null
  #toMe: boolean | null = null
  #whole: Message | null = null

  /** @param own the bot's own ids that were known when it came */
  constructor(event: MessageEvent, payload: Fields, own: OwnIds) {
    const { scene } = event
    this.#event = event
    this.#payload = payload
    this.#own = own
    this.id = text(payload.id)
    this.authorId = authorIdOf(fields(payload.author), event)
    this.isFromSelf = own.has(this.authorId)
    this.target = { scene, id: PLACES[scene](payload, this.authorId) }
  }

  /** Whether it has what a reply needs: an id and a place. */
  get isUsable(): boolean {
    return this.id !== '' && this.target.id !== ''
  }

  get isFromBot(): boolean {
    return fields(this.#payload.author).bot === true
  }

  /**
   * Whether the bot was addressed. Of the two events of one message the plain one may come first, or alone: its mentions decide
   * then, or a tag in its text if it has none.
   */
  get toMe(): boolean {
    // §4.3, §4.6.
    return (this.#toMe ??=
      this.#event.addressed ||
      mentionsMe(this.#payload.mentions, this.#own) ||
      taggedIds(this.content).some((id) => this.#own.has(id)))
  }

  get content(): string {
    return text(this.#payload.content)
  }

  get text(): string {
    return (this.#text ??= cleanText(this.content, {
      escaped: isOfGuild(this.target.scene),
      ownNames: () => ownNames(this.mentions, this.content),
    }))
  }

  get author(): Author {
    return (this.#author ??= this.#readAuthor())
  }

  get mentions(): readonly Mention[] {
    return (this.#mentions ??= parseMentions(this.#payload.mentions, this.#own))
  }

  /** Wall time in ms since 1970 by the platform's clock; `null` when unreadable. */
  get sentAt(): number | null {
    return parseTimestamp(this.#payload.timestamp)
  }

  /** Everything, as one object. */
  get whole(): Message {
    return (this.#whole ??= this.#readWhole())
  }

  #readAuthor(): Author {
    const author = fields(this.#payload.author)
    return {
      id: this.authorId,
      name: text(author.username) || text(fields(this.#payload.member).nick),
      bot: author.bot === true,
      role: roleOf(author.member_role),
      avatar: textOrNull(author.avatar),
    }
  }

  #readWhole(): Message {
    const payload = this.#payload
    const { scene, id } = this.target
    const guild = isOfGuild(scene)
    const base: Omit<MessageBase, 'target'> = {
      id: this.id,
      text: this.text,
      content: this.content,
      author: this.author,
      mentions: this.mentions,
      attachments: parseAttachments(payload.attachments, guild),
      quote: guild ? parseGuildQuote(payload) : parseQuote(payload),
      referenceId: guild ? textOrNull(payload.id) : sceneEntry(payload, 'msg_idx'),
      sentAt: this.sentAt,
      raw: payload,
    }
    // Fields of one scene are assigned to the new object: spreading it into another object costs a hundred times more.
    switch (scene) {
      case 'c2c':
        return Object.assign(base, { scene, target: { scene, id }, userId: id } as const)
      case 'group':
        return Object.assign(base, { scene, target: { scene, id }, groupId: id, toMe: this.toMe } as const)
      case 'channel': {
        const guildId = text(payload.guild_id)
        const place = { scene, target: { scene, id }, guildId, channelId: id, toMe: this.toMe } as const
        return Object.assign(base, place)
      }
      case 'dm':
      default: {
        // `guild_id` is the session, `src_guild_id` is the real guild (§4.6).
        const sourceGuildId = textOrNull(payload.src_guild_id)
        return Object.assign(base, { scene, target: { scene, id }, sessionId: id, sourceGuildId } as const)
      }
    }
  }
}
