import type { LiveName } from '../rules/live-settings.js'
import type { FileKind } from '../rules/file-types.js'
import type { Scene } from '../rules/scene.js'

/** The fields that all log entries share. */
interface EntryBase {
  /** Counts from 1, without gaps. */
  readonly n: number
  /** ms since the Unix epoch, on the simulator's clock. */
  readonly at: number
}

/** A socket opened or ended. `by` says who ended it. */
export interface ConnectionEntry extends EntryBase {
  readonly kind: 'connection'
  readonly change: 'opened' | 'closed' | 'frozen'
  readonly connection: number
  readonly by: 'client' | 'platform' | 'network'
  readonly bot: string | null
  readonly session: string | null
  /** Close code; 1006 when there was no close frame, 0 when it opened. */
  readonly code: number
  readonly reason: string
}

/** A gateway session changed. */
export interface SessionEntry extends EntryBase {
  readonly kind: 'session'
  readonly change: 'created' | 'resumed' | 'detached' | 'expired' | 'dropped'
  readonly session: string
  readonly bot: string
  readonly connection: number | null
  readonly shard: readonly [number, number]
  readonly intents: number
  /** Last sequence number given out. */
  readonly seq: number
}

/** A gateway frame. `direction` is seen from the platform: `out` goes to the bot. */
export interface FrameEntry extends EntryBase {
  readonly kind: 'frame'
  readonly direction: 'in' | 'out'
  readonly connection: number
  readonly op: number | null
  readonly t: string | null
  readonly s: number | null
  /** The frame, cut after 16 384 characters. */
  readonly text: string
  /** How a fault changed or stopped it, if one did. */
  readonly fault: string | null
}

/** An HTTP call with its answer. `status` is 0 when the call got none. */
export interface CallEntry extends EntryBase {
  readonly kind: 'call'
  readonly call: number
  readonly bot: string | null
  readonly method: string
  readonly path: string
  /** Name of the route, e.g. `'c2c.send'`; `'unknown'` when there is none. */
  readonly route: string
  /** The body, cut after 16 384 characters; client secrets are replaced. */
  readonly request: string
  readonly status: number
  readonly code: number | null
  readonly response: string
  /** Whether the platform fulfilled the call, independent of the answer. */
  readonly executed: boolean
  readonly fault: string | null
  /** ms from the request to the answer. */
  readonly ms: number
}

/** A file of a message, as people see it. */
export interface MessageFile {
  readonly kind: FileKind
  /** `''` when it has none. */
  readonly name: string
  /** MIME type by its bytes, else as declared; `null` when unknown. */
  readonly type: string | null
  /** Size in bytes; `null` when unknown. */
  readonly size: number | null
  /** The address that the sender gave in place of bytes. */
  readonly url: string | null
  /** Key of the bytes that the simulator keeps, for `sim.contentOf()`. */
  readonly content: string | null
}

/** A message in a conversation: `in` from a person to the bot, `out` from the bot. */
export interface MessageEntry extends EntryBase {
  readonly kind: 'message'
  readonly direction: 'in' | 'out'
  readonly bot: string
  readonly scene: Scene
  /** Name of the user, group, channel or DM partner. */
  readonly peer: string
  /** Openid, group openid, channel id or DM session id: the id in the path of a send. */
  readonly peerId: string
  /** Name of the person, or the bot's. */
  readonly author: string
  readonly id: string
  /** The message as people see it, in plain text. The wire format is in `payload`, and in frames and calls. */
  readonly content: string
  /** The event payload of a person's message, or the request body of the bot's. */
  readonly payload: unknown
  /** The pictures, videos, voices and other files of the message. */
  readonly files: readonly MessageFile[]
  /** The reference index by which the message can be quoted; `null` for streamed messages. */
  readonly refIdx: string | null
  /** The anchor of the bot's message. */
  readonly replyTo: string | null
  /**
   * `audit`: held for review. `streaming`: still growing, until it is `streamed`, or `unfinished` when its lifetime has
   * ended ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly change: 'sent' | 'audit' | 'streaming' | 'streamed' | 'unfinished' | 'edited' | 'recalled'
  /** Recalls: set when the bot recalled it. */
  readonly byBot?: true
}

/** A reaction to a message of a channel was added or removed. */
export interface ReactionEntry extends EntryBase {
  readonly kind: 'reaction'
  readonly change: 'added' | 'removed'
  readonly bot: string
  readonly scene: 'channel'
  readonly peer: string
  readonly peerId: string
  /** Name of the person or bot who reacted. */
  readonly author: string
  /** Id of the message. */
  readonly message: string
  /** The character of a unicode emoji, or the number of a system emoji. */
  readonly emoji: string
  /** Set when the bot reacted. */
  readonly byBot?: true
}

/** A person pressed a button of a message. */
export interface PressEntry extends EntryBase {
  readonly kind: 'press'
  readonly bot: string
  readonly scene: Scene
  readonly peer: string
  readonly peerId: string
  /** Name of the person. */
  readonly author: string
  /** `d.id` of the event. */
  readonly id: string
  /** Id of the message; `null` for the quick menu. */
  readonly message: string | null
  /** Id, else data, else label of the button. */
  readonly button: string
}

/**
 * A bot shows that it is typing
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}, `msg_type` 6). This is
 * a state and no message: it ends after `ms`, or with the bot's next message in the conversation.
 */
export interface TypingEntry extends EntryBase {
  readonly kind: 'typing'
  readonly bot: string
  readonly scene: Scene
  readonly peer: string
  readonly peerId: string
  /** The bot's name. */
  readonly author: string
  /** The id in the answer to the notice. */
  readonly id: string
  /** The anchor of the notice. */
  readonly replyTo: string | null
  readonly ms: number
}

/** An event was published to `sessions`; without sessions and pushes no bot will ever receive it. */
export interface EventEntry extends EntryBase {
  readonly kind: 'event'
  readonly bot: string
  readonly t: string
  readonly id: string
  /** Id of the peer and name of the person, if any. Events of one conversation have an order. */
  readonly conversation: string | null
  readonly sessions: readonly { readonly session: string; readonly s: number; readonly live: boolean }[]
  readonly pushed: boolean
}

/** A click was acknowledged, or its 3 s ended: the outcome that the person saw. */
export interface InteractionEntry extends EntryBase {
  readonly kind: 'interaction'
  readonly bot: string
  /** `d.id` of the event. */
  readonly id: string
  /** 0 to 5; `null` when no acknowledgement came in time. */
  readonly code: number | null
  /** ms from the click. */
  readonly ms: number
  /** The way of the code: `PUT /interactions`, or the answer to the webhook push. */
  readonly by: 'call' | 'answer' | null
  /** Text that the person saw, where it is known. */
  readonly shown: string | null
}

/** A webhook push and its outcome. */
export interface PushEntry extends EntryBase {
  readonly kind: 'push'
  readonly push: number
  readonly bot: string
  readonly t: string | null
  readonly id: string | null
  readonly attempt: number
  readonly status: number
  readonly outcome: 'accepted' | 'refused' | 'failed'
  readonly body: string
}

/** A fault struck, or was set or cleared. */
export interface FaultEntry extends EntryBase {
  readonly kind: 'fault'
  readonly change: 'added' | 'struck' | 'cleared'
  readonly fault: string
  readonly what: string
  /** Where it struck: the route or event, the conversation and the connection; `''` for other changes. */
  readonly where: string
}

/**
 * An Identify was refused for its intents. The platform does not say so; the log does
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
 */
export interface RefusedIntentsEntry extends EntryBase {
  readonly kind: 'refused-intents'
  readonly connection: number
  readonly bot: string
  /** The requested mask, and its forbidden bits. */
  readonly asked: number
  readonly refused: number
}

/**
 * The platform sent a heartbeat (op 1) over a connection or as a webhook push. It was `answered` correctly, `missed`,
 * or `acknowledged`: a connection sent op 11.
 */
export interface HeartbeatEntry extends EntryBase {
  readonly kind: 'heartbeat'
  readonly change: 'asked' | 'answered' | 'missed' | 'acknowledged'
  readonly bot: string | null
  readonly connection: number | null
  /** Number of the push. */
  readonly push: number | null
  /** ms since the platform's heartbeat; 0 without one. */
  readonly ms: number
}

/** A live switch was turned. */
export interface SwitchEntry extends EntryBase {
  readonly kind: 'switch'
  readonly name: LiveName
  readonly value: string | number
  readonly before: string | number
}

/** One entry of the log, as plain data. */
export type LogEntry =
  | ConnectionEntry
  | SessionEntry
  | FrameEntry
  | CallEntry
  | MessageEntry
  | ReactionEntry
  | PressEntry
  | TypingEntry
  | EventEntry
  | InteractionEntry
  | PushEntry
  | FaultEntry
  | RefusedIntentsEntry
  | HeartbeatEntry
  | SwitchEntry

/** An entry before it is numbered and dated. */
export type LogEntryBody = LogEntry extends infer E
  ? E extends EntryBase
    ? Omit<E, 'n' | 'at'>
    : never
  : never
