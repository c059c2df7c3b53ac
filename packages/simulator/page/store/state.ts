import type { PageAttachment, PageRefusal } from '../../src/page/contract/inputs.js'
import type {
  PageBot,
  PageBotName,
  PageConnection,
  PageFault,
  PageFaultOffer,
  PageFeedEntry,
  PageLine,
  PageMessage,
  PageNote,
  PageIncident,
  PagePlace,
  PagePlayback,
  PagePress,
  PageRoom,
  PageSwitch,
  PageTimeline,
  PageTyping,
} from '../../src/page/contract/wire.js'

/** Most lines of the feed in the browser, and most characters of their details; older ones are dropped. */
export const FEED_LIMIT = 10_000
export const FEED_SIZE: number = 16 * 1024 * 1024
/** Most lines that are drawn at once. */
export const DRAWN_LIMIT = 500
/** Most notes in the browser. */
export const NOTE_LIMIT = 200
/** Most lines of the bot's output in the browser. */
export const OUTPUT_LIMIT = 2000
/** Most bubbles in the browser, over all conversations. */
export const MESSAGE_LIMIT = 1000

export type Language = 'en' | 'zh'
/** The pane that a narrow screen shows; a wide one shows all. */
export type Pane = 'rooms' | 'chat' | 'side'
/** The tab of the right side. */
export type Side = 'feed' | 'faults' | 'live' | 'scenarios' | 'output'
/** Which lines of the feed are shown: those that pass every part. */
export interface FeedFilter {
  /** All kinds when it is empty. */
  readonly kinds: readonly PageFeedEntry['kind'][]
  readonly direction: 'all' | 'in' | 'out'
  /** AppID; `null` for all bots. */
  readonly bot: string | null
  /** Only the lines of the conversation on the screen. */
  readonly here: boolean
  /** Only refusals, faults and losses. */
  readonly trouble: boolean
  readonly beats: boolean
  /** Words that a line must have, each after a minus one that it must not have. */
  readonly text: string
}

export const wholeFeed: FeedFilter = {
  kinds: [],
  direction: 'all',
  bot: null,
  here: false,
  trouble: false,
  beats: false,
  text: '',
}

/** The state of the feed to the simulator itself. */
export type Link = 'connecting' | 'live' | 'lost'

/** The state of the page, from which everything on the screen is derived. */
export interface State {
  readonly link: Link
  /** Difference between the simulator's clock and the browser's, in ms. */
  readonly clockOffset: number
  readonly bot: PageBot | null
  readonly bots: readonly PageBotName[]
  /** The bot's place, by room. */
  readonly places: Readonly<Record<string, PagePlace>>
  readonly connections: readonly PageConnection[]
  readonly rooms: readonly PageRoom[]
  readonly messages: readonly PageMessage[]
  readonly notes: readonly PageNote[]
  readonly faults: readonly PageFault[]
  readonly offers: readonly PageFaultOffer[]
  readonly switches: readonly PageSwitch[]
  readonly feed: readonly PageFeedEntry[]
  /** Characters of the details of the feed. */
  readonly feedSize: number
  /** The lines on the screen when the feed was paused. */
  readonly frozen: readonly PageFeedEntry[] | null
  /** The log in whole, from a file or to look back; `null` for the live feed. */
  readonly past: {
    /** Name of the file; `null` for the log of the simulator. */
    readonly name: string | null
    readonly rows: readonly PageFeedEntry[]
    readonly timeline: PageTimeline
    /** Number of the first shown line. */
    readonly from: number
  } | null
  /** Number of the last cleared line. */
  readonly clearedTo: number
  readonly filter: FeedFilter
  readonly output: readonly PageLine[]
  /** Words that filter the output. */
  readonly sought: string
  readonly room: string | null
  /** The speaker, by room. */
  readonly speakers: Readonly<Record<string, string>>
  readonly drafts: Readonly<Record<string, string>>
  /** Id of the message that the draft quotes, by room. */
  readonly quotes: Readonly<Record<string, string | null>>
  /** The files that the draft carries, by room. */
  readonly files: Readonly<Record<string, readonly PageAttachment[]>>
  /** The rooms in which messages do not mention the bot. */
  readonly silent: readonly string[]
  /** Texts that were sent from this page, by room, oldest first. */
  readonly history: Readonly<Record<string, readonly string[]>>
  /** The newest seen message, by room. */
  readonly seen: Readonly<Record<string, number>>
  readonly presses: readonly PagePress[]
  readonly typing: readonly PageTyping[]
  /** Names of the routes that a fault can aim at. */
  readonly routes: readonly string[]
  readonly incidents: readonly PageIncident[]
  readonly playing: readonly PagePlayback[]
  /** Wall time in ms of a manual clock; else `null`. */
  readonly clock: number | null
  readonly language: Language
  readonly pane: Pane
  readonly side: Side
  /** Whether the timeline is shown above the feed. */
  readonly plotted: boolean
  /** Number of messages that this page has sent. */
  readonly sent: number
  readonly notice: PageRefusal | null
}

/** Most texts of a room that ArrowUp brings back. */
export const HISTORY_LIMIT = 50

export const initialState = (language: Language, seen: State['seen'] = {}): State => ({
  link: 'connecting',
  clockOffset: 0,
  bot: null,
  bots: [],
  places: {},
  connections: [],
  rooms: [],
  messages: [],
  notes: [],
  faults: [],
  offers: [],
  switches: [],
  feed: [],
  feedSize: 0,
  frozen: null,
  past: null,
  clearedTo: 0,
  filter: wholeFeed,
  output: [],
  sought: '',
  room: null,
  speakers: {},
  drafts: {},
  quotes: {},
  files: {},
  silent: [],
  history: {},
  seen,
  presses: [],
  typing: [],
  routes: [],
  incidents: [],
  playing: [],
  clock: null,
  language,
  pane: 'chat',
  side: 'feed',
  plotted: false,
  sent: 0,
  notice: null,
})
