/** What the page shows, as its server sends it; both import it. */

/** The four scenes of conversations (§4.3, §4.6). */
export type PageScene = 'c2c' | 'group' | 'channel' | 'dm'

/**
 * The data that a newcomer needs to connect a bot. The secret is included only if it is the simulator's own test
 * secret.
 */
export interface PageBot {
  readonly appId: string
  readonly name: string
  readonly secret: string | null
  readonly baseUrl: string
  readonly tokenUrl: string
}

/** One of several bots. */
export interface PageBotName {
  readonly appId: string
  readonly name: string
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
  /** `scene:name`, after the AppID of another bot than the first; all other values refer to the conversation by it. */
  readonly id: string
  /** AppID of the bot. */
  readonly bot: string
  readonly scene: PageScene
  readonly name: string
  /** The people who can speak in it; exactly one in `c2c` and `dm`. */
  readonly people: readonly string[]
}

/** An item that a tap chooses: of the bot's menu, or of a panel (§5.9). */
export interface PageItem {
  readonly name: string
  /** `text` says something to the bot, `link` opens an address. */
  readonly kind: 'text' | 'link'
  /** The text or the address. */
  readonly value: string
}

/** The bot's place in a conversation. */
export interface PagePlace {
  /** The bot is a friend or a member. */
  readonly present: boolean
  /** Proactive messages are allowed. */
  readonly accepts: boolean
  /** Groups: the bot gets messages without a mention too. */
  readonly hearsAll: boolean
  readonly menu: readonly PageItem[]
  readonly panel: readonly PageItem[]
}

/** One button of a keyboard (§5.3). */
export interface PageButton {
  readonly id: string
  readonly label: string
  readonly visitedLabel: string
  /** 0 grey, 1 blue, 3 red on white, 4 white on blue. */
  readonly style: number
  /** `callback` raises INTERACTION_CREATE, `command` puts text into the input, `link` opens an address. */
  readonly kind: 'link' | 'callback' | 'command' | 'other'
  readonly data: string
  /** Whether a command is sent at once. */
  readonly enter: boolean
  /** Whether a command quotes the message of the button. */
  readonly reply: boolean
  /** Buttons of one group turn grey together; `''` for none. */
  readonly group: string
  /** The people who may press it. */
  readonly permission: 'everyone' | 'listed' | 'admins' | 'roles'
  /** The question before a press, if any. */
  readonly modal: { readonly content: string; readonly confirm: string; readonly cancel: string } | null
}

/** A picture, video, voice or other file of a message. */
export interface PageFile {
  readonly kind: 'image' | 'video' | 'voice' | 'file'
  readonly name: string
  /** MIME type; `null` when unknown. */
  readonly type: string | null
  /** In bytes; `null` when unknown. */
  readonly size: number | null
  /** Address on the page's own server, if the simulator keeps the bytes. */
  readonly own: string | null
  /** The address that the sender gave. */
  readonly url: string | null
}

/** A card: an embed or an ark (§5.3), or a post of a forum or a comment on one (§5.11). */
export interface PageCard {
  readonly kind: 'embed' | 'ark' | 'post' | 'comment'
  /** Number of the ark's template. */
  readonly template: string
  readonly title: string
  readonly text: string
  readonly image: string | null
  readonly link: string | null
  readonly lines: readonly { readonly text: string; readonly link: string | null }[]
}

/** A reaction to a message, with the people who gave it. */
export interface PageReaction {
  readonly emoji: string
  readonly people: readonly string[]
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
  /** Names of the mentioned people, by id. */
  readonly names: Readonly<Record<string, string>>
  readonly files: readonly PageFile[]
  readonly card: PageCard | null
  /** The kind of a message that the page cannot draw, e.g. of a markdown template. */
  readonly other: string | null
  readonly buttons: readonly (readonly PageButton[])[]
  /** Whether the bot sent it without `msg_id` and `event_id` (§6.1). */
  readonly proactive: boolean
  readonly quote: { readonly id: string | null; readonly author: string; readonly text: string } | null
  readonly reactions: readonly PageReaction[]
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
  readonly person: string
  readonly at: number
  /** `null` until the bot acknowledges the interaction; 0 is success. */
  readonly code: number | null
}

/** What a bot does in a conversation besides messages. */
export type PageDeed =
  | 'post'
  | 'comment'
  | 'post.deleted'
  | 'audio.start'
  | 'audio.pause'
  | 'audio.resume'
  | 'audio.stop'
  | 'mic.on'
  | 'mic.off'
  | 'announced'
  | 'announced.end'
  | 'pinned'
  | 'unpinned'
  | 'scheduled'
  | 'scheduled.changed'
  | 'scheduled.deleted'
  | 'channel.changed'
  | 'channel.deleted'
  | 'permissions'
  | 'removed'
  | 'blacklist'
  | 'join.answered'
  | 'muted'

/** A line between the bubbles: a change of the bot's connection, or what the bot did besides messages. */
export interface PageNote {
  readonly order: number
  readonly at: number
  /** The conversation; `null` for every one. */
  readonly room: string | null
  readonly what: 'closed' | 'frozen' | 'session.created' | 'session.resumed' | PageDeed
  /** The close code. */
  readonly code: number
  /** Words of the bot within the line. */
  readonly text: string
  /** A post of the forum. */
  readonly card: PageCard | null
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
  /** The text within, in a few words; `''` without one. */
  readonly gist: string
  /** AppID of the bot, where it is known. */
  readonly bot: string | null
  /** Id of the conversation that it belongs to, where it is known. */
  readonly room: string | null
  /** e.g. `s 12` or `200`. */
  readonly result: string
  readonly tone: 'calm' | 'good' | 'bad'
  /** Whether the line is a heartbeat or its answer; the page can hide these. */
  readonly beat: boolean
  readonly connection: string | null
  /** The raw frame, or request and response, as JSON text. */
  readonly detail: string | null
}

/** A line of the output of the bot's program, or of the tool that runs it. */
export interface PageLine {
  /** Rises with every line. */
  readonly order: number
  readonly at: number
  readonly from: 'stdout' | 'stderr' | 'dev'
  /** As the line names it. */
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
}

/** The rows of a whole log: of the one that the simulator keeps, or of a file. */
export interface PageRows {
  readonly rows: readonly PageFeedEntry[]
  readonly timeline: PageTimeline
}

/** The states of the connections, each worse than the one before; `never` before the first connection. */
export const timelineStates = ['never', 'ready', 'joining', 'frozen', 'away'] as const

/** One moment of a timeline. */
export interface PageMoment {
  /** The worst state within it. */
  readonly state: (typeof timelineStates)[number]
  /** The longest wait for an answer that ended in it, in ms. */
  readonly wait: number
  /** Number of strikes of faults. */
  readonly faults: number
}

/** What happened over time, in moments of one length. */
export interface PageTimeline {
  /** Wall time in ms. */
  readonly start: number
  /** Length of a moment in ms. */
  readonly width: number
  readonly moments: readonly PageMoment[]
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
  /** `null` until cleared; 0 when it is over. */
  readonly remaining: number | null
  readonly strikes: number
  /** Its last strike. */
  readonly last: { readonly at: number; readonly where: string } | null
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

/** An incident that the page can play. */
export interface PageIncident {
  readonly name: string
  /** In English. */
  readonly story: string
  readonly source: string
  /** ms to its last step. */
  readonly length: number
}

/** A scenario that is playing or paused. */
export interface PagePlayback {
  readonly id: number
  readonly name: string
  /** ms */
  readonly position: number
  readonly length: number
  readonly paused: boolean
}

/** The whole state, sent first on every feed. */
export interface PageSnapshot {
  readonly version: 1
  /** Wall time of the simulator in ms: its clock may not be the browser's. */
  readonly now: number
  readonly bot: PageBot
  readonly bots: readonly PageBotName[]
  /** By room. */
  readonly places: Readonly<Record<string, PagePlace>>
  readonly connections: readonly PageConnection[]
  readonly rooms: readonly PageRoom[]
  readonly messages: readonly PageMessage[]
  readonly notes: readonly PageNote[]
  readonly feed: readonly PageFeedEntry[]
  /** Empty unless a tool that runs the bot shows its output. */
  readonly output: readonly PageLine[]
  readonly faults: readonly PageFault[]
  readonly offers: readonly PageFaultOffer[]
  readonly switches: readonly PageSwitch[]
  readonly presses: readonly PagePress[]
  readonly typing: readonly PageTyping[]
  /** Names of the routes that a fault can aim at. */
  readonly routes: readonly string[]
  readonly incidents: readonly PageIncident[]
  readonly playing: readonly PagePlayback[]
  /** Wall time in ms of a manual clock, which stands still between the steps of a person; else `null`. */
  readonly clock: number | null
}

/**
 * Changes of the state. Lists replace the former list, except `feed`, `notes` and `output`, which are appended, and
 * `messages`, merged by id.
 */
export interface PageUpdate {
  readonly now: number
  readonly feed?: readonly PageFeedEntry[]
  readonly output?: readonly PageLine[]
  readonly messages?: readonly PageMessage[]
  readonly notes?: readonly PageNote[]
  readonly connections?: readonly PageConnection[]
  readonly rooms?: readonly PageRoom[]
  readonly faults?: readonly PageFault[]
  readonly switches?: readonly PageSwitch[]
  readonly presses?: readonly PagePress[]
  readonly typing?: readonly PageTyping[]
  readonly bots?: readonly PageBotName[]
  readonly playing?: readonly PagePlayback[]
  readonly clock?: number | null
  readonly places?: Readonly<Record<string, PagePlace>>
}
