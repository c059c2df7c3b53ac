/** The messages between the page and its server. Both sides import these types, which do not exist at run time. */

/** The four scenes of conversations (§4.3, §4.6). */
export type PageScene = 'c2c' | 'group' | 'channel' | 'dm'

/**
 * The data that a newcomer needs to connect a bot. The secret is included only if it is the simulator's own test
 * secret.
 */
export interface PageBot {
  readonly appId: string
  readonly secret: string | null
  readonly baseUrl: string
  readonly tokenUrl: string
}

/** One open gateway connection. Times are wall time in ms. */
export interface PageConnection {
  readonly id: string
  /** `greeted` until IDENTIFY or RESUME is accepted; `frozen` when a fault made it half-open. */
  readonly state: 'greeted' | 'ready' | 'frozen'
  readonly appId: string | null
  readonly shard: readonly [index: number, count: number] | null
  readonly sessionId: string | null
  /** Creation of the session; earlier than `openedAt` on a resumed connection. */
  readonly sessionSince: number | null
  readonly openedAt: number
  readonly lastHeartbeatAt: number | null
  /** The last sequence number that was sent. */
  readonly seq: number
}

/** One conversation in the list on the left. */
export interface PageRoom {
  /** `scene:name`; all other values refer to the conversation by it. */
  readonly id: string
  readonly scene: PageScene
  readonly name: string
  /** The people who can speak in it; exactly one in `c2c` and `dm`. */
  readonly people: readonly string[]
}

/** One button of a keyboard (§5.3). */
export interface PageButton {
  readonly id: string
  readonly label: string
  readonly visitedLabel: string
  /** 0 grey, 1 blue, 3 red on white, 4 white on blue. */
  readonly style: number
  /** `callback` raises INTERACTION_CREATE, `command` puts text into the input, `link` opens an address. */
  readonly kind: 'link' | 'callback' | 'command'
  readonly data: string
  /** Whether a command is sent at once. */
  readonly enter: boolean
}

/** One bubble. */
export interface PageMessage {
  readonly id: string
  readonly room: string
  /** Position in the conversation; rises with every message of the simulator. */
  readonly order: number
  readonly at: number
  readonly from: 'person' | 'bot'
  readonly author: string
  readonly text: string
  /** Set instead of `text` when the bot sent native markdown. */
  readonly markdown: string | null
  readonly images: readonly string[]
  /** The kind of a message that the page cannot draw: an ark, embed or media. */
  readonly other: string | null
  readonly buttons: readonly (readonly PageButton[])[]
  /** Whether the bot sent it without `msg_id` and `event_id` (§6.1). */
  readonly proactive: boolean
  readonly quote: { readonly author: string; readonly text: string } | null
  /**
   * `held` during the review (§2.5); `growing` until the final frame of a stream, `unfinished` without one (§5.4.1).
   */
  readonly state: 'sent' | 'recalled' | 'held' | 'growing' | 'unfinished'
}

/** A bot is typing in a conversation, until this time or its next message. */
export interface PageTyping {
  readonly room: string
  readonly author: string
  /** Wall time of the simulator in ms. */
  readonly until: number
}

/** A press of a callback button, with the bot's acknowledgement (§5.7). */
export interface PagePress {
  readonly message: string
  readonly button: string
  readonly at: number
  /** `null` until the bot acknowledges the interaction; 0 is success. */
  readonly code: number | null
}

/** A change of the bot's connection, shown between the bubbles of every conversation. */
export interface PageNote {
  readonly order: number
  readonly at: number
  readonly what: 'closed' | 'frozen' | 'session.created' | 'session.resumed'
  /** The close code. */
  readonly code: number
}

/** One line of the feed: a gateway frame, an HTTP call, or something that happened to a connection. */
export interface PageFeedEntry {
  readonly seq: number
  readonly at: number
  readonly kind: 'frame' | 'call' | 'event'
  /** Seen from the platform: `in` comes from the bot, `out` goes to it. */
  readonly direction: 'in' | 'out' | 'none'
  /** e.g. `DISPATCH`, `POST`, `open`. */
  readonly verb: string
  /** e.g. the event name or the path. */
  readonly subject: string
  /** e.g. `s 12` or `200`. */
  readonly result: string
  readonly tone: 'calm' | 'good' | 'bad'
  /** Whether the line is a heartbeat or its answer; the page can hide these. */
  readonly beat: boolean
  readonly connection: string | null
  /** The raw frame, or request and response, as JSON text. */
  readonly detail: string | null
}

/** Number of strikes of a fault. */
export type PageFaultTimes = 'once' | 'always' | number

/** An armed fault. */
export interface PageFault {
  readonly id: string
  /** Kind of its offer; `custom` for any other fault. */
  readonly kind: string
  /** The fault itself, as JSON text. */
  readonly what: string
  /** A connection, a route, or `all`. */
  readonly target: string
  /** `null` until cleared. */
  readonly remaining: number | null
}

/** An input field of an offered fault. */
export interface PageFaultField {
  readonly name: string
  readonly type: 'number' | 'text' | 'json'
  readonly value: string
}

/** The section of the page that offers a fault. */
export type PageFaultGroup = 'now' | 'handshake' | 'events' | 'lookup' | 'calls' | 'pushes' | 'custom'

/** A fault that the page offers. */
export interface PageFaultOffer {
  readonly kind: string
  readonly group: PageFaultGroup
  /** The possible aim besides everything. */
  readonly aim: 'connection' | 'route' | 'none'
  /** The default route of its aim. */
  readonly route: string | null
  /** Whether it strikes once at once, instead of being armed. */
  readonly immediate: boolean
  readonly fields: readonly PageFaultField[]
}

/** A live switch with its position. */
export interface PageSwitch {
  readonly name: string
  /** Section of the protocol reference. */
  readonly section: string
  /** The named values; the first is the default. */
  readonly values: readonly string[]
  /** The meaning of a number, if the switch takes one. */
  readonly number: string | null
  readonly value: string
  /** Its initial position. */
  readonly start: string
  readonly what: { readonly en: string; readonly zh: string }
}

/** The whole state, sent first on every feed. */
export interface PageSnapshot {
  readonly version: 1
  /** Wall time of the simulator in ms: its clock may not be the browser's. */
  readonly now: number
  readonly bot: PageBot
  readonly connections: readonly PageConnection[]
  readonly rooms: readonly PageRoom[]
  readonly messages: readonly PageMessage[]
  readonly notes: readonly PageNote[]
  readonly feed: readonly PageFeedEntry[]
  readonly faults: readonly PageFault[]
  readonly offers: readonly PageFaultOffer[]
  readonly switches: readonly PageSwitch[]
  readonly presses: readonly PagePress[]
  readonly typing: readonly PageTyping[]
  /** Names of the routes that a fault can aim at. */
  readonly routes: readonly string[]
}

/**
 * Changes of the state. Lists replace the former list, except `feed` and `notes`, which are appended, and `messages`,
 * merged by id.
 */
export interface PageUpdate {
  readonly now: number
  readonly feed?: readonly PageFeedEntry[]
  readonly messages?: readonly PageMessage[]
  readonly notes?: readonly PageNote[]
  readonly connections?: readonly PageConnection[]
  readonly rooms?: readonly PageRoom[]
  readonly faults?: readonly PageFault[]
  readonly switches?: readonly PageSwitch[]
  readonly presses?: readonly PagePress[]
  readonly typing?: readonly PageTyping[]
}

/** Bodies of the POST inputs, by the last part of their path under `/_sim/`. */
export interface PageInputs {
  readonly say: {
    readonly scene: PageScene
    readonly room: string
    readonly person: string
    readonly text: string
  }
  readonly press: { readonly message: string; readonly button: string; readonly person: string }
  readonly rooms: { readonly scene: PageScene; readonly room: string; readonly person: string }
  readonly faults: {
    readonly kind: string
    readonly times: PageFaultTimes
    readonly target: string
    readonly values: Readonly<Record<string, string>>
  }
  readonly clear: { readonly id: string }
  /** Without a value the switch returns to its initial position; without a name all do. */
  readonly live: { readonly name: string | null; readonly value: string | null }
}
