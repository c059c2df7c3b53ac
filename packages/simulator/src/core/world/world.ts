import { type Administration, createAdministration } from '../administration.js'
import type { Connection, Session } from '../gateway/session-state.js'
import type { Effect } from '../kernel/effect.js'
import type { FaultSpec } from '../kernel/faults.js'
import type { LogEntryBody } from '../kernel/log-entry.js'
import { sizeOf } from '../kernel/log-size.js'
import { type RandomState, seedRandom } from '../kernel/random.js'
import type { Settings } from '../kernel/settings.js'
import type { Task } from '../kernel/task.js'
import { createTimerHeap, type Due, plan, type TimerHeap } from '../kernel/timer-heap.js'
import type { StoredFile, Upload } from '../media/state.js'
import type { LiveSettings } from '../rules/live-settings.js'
import type { Scene } from '../rules/scene.js'
import type { Stream } from '../streams/stream-state.js'

/** A task that was planned and may still be dropped. */
export type Planned = Due<Task>

/** An access token that the platform gave out. */
export interface Token {
  readonly value: string
  readonly expiresAt: number
}

/** A bot that exists on the platform. */
export interface Bot {
  readonly appId: string
  readonly secret: string
  /**
   * The third console value, for the old authorization
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-1 §1.1}).
   */
  readonly legacyToken: string
  readonly name: string
  /**
   * The guild-style id of the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
   */
  readonly userId: string
  /** Intents that the bot may ask for. */
  intents: number
  /**
   * Private-domain bots may recall and administer
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  readonly privateDomain: boolean
  /**
   * The platform opened group management to the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  readonly groupManagement: boolean
  /**
   * Certified bots have larger proactive quotas
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly certified: boolean
  standing: 'good' | 'delisted' | 'banned'
  /**
   * Newest last; two at most are valid at a time
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-3 §1.3}).
   */
  tokens: Token[]
  tokenCalls: number[]
  /** Identifies of the running 24 h, and when these end. */
  starts: { used: number; resetsAt: number }
  recentStarts: number[]
  readonly sessions: Set<string>
  /**
   * Where events are pushed instead of the gateway
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7 §7}).
   */
  webhook: string | null
}

/** Something that can be replied to. */
export interface Anchor {
  readonly id: string
  readonly kind: 'message' | 'event'
  readonly bot: string
  readonly scene: Scene
  readonly peerId: string
  /** Name of who said or did it. */
  readonly person: string
  /** Name of the event. */
  readonly t: string
  readonly at: number
  replies: number
  /** Used up `msg_seq`s. */
  readonly seqs: number[]
}

/** A message that was sent in either direction. */
export interface StoredMessage {
  readonly id: string
  readonly bot: string
  readonly direction: 'in' | 'out'
  readonly scene: Scene
  readonly peerId: string
  readonly peer: string
  readonly authorId: string
  /** Name of the person, or the bot's. */
  readonly author: string
  readonly content: string
  readonly at: number
  /** The payload as people see it. */
  readonly payload: unknown
  recalled: boolean
  readonly refIdx: string
  /** Characters of JSON that it holds. */
  readonly size: number
}

/** Who stands behind an id in a path, as one bot sees it. */
export interface Peer {
  readonly scene: Scene
  readonly name: string
  readonly id: string
  readonly bot: string
  /** Channels and DMs: the guild. */
  readonly guildId: string | null
  /** The bot is a friend, member or participant. */
  present: boolean
  /**
   * The user or group lets the bot send proactively
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  accepts: boolean
  /** The bot is muted (40054002). */
  muted: boolean
  /**
   * Every group message is pushed, not only those that mention the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  hearsAll: boolean
}

/** A call that is being handled or waits because of a fault. */
export interface OpenCall {
  readonly call: number
  readonly startedAt: number
  readonly method: string
  readonly path: string
  bot: string | null
  route: string
  request: string
  executed: boolean
  code: number | null
  fault: string | null
  /** The platform is still executing it. */
  executing: boolean
  /** What the client had of it before it was executed; status 0 when it gave up. */
  given: { readonly status: number; readonly body: string; readonly at: number } | null
}

/**
 * A button press or menu choice that waits for the bot's acknowledgement
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface Interaction {
  readonly id: string
  readonly bot: string
  readonly at: number
  /** Names of the conversation and of who pressed. */
  readonly peer: string
  readonly person: string
  readonly type: number
  /**
   * How the bot was told of it: where its acknowledgement is looked for
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}).
   */
  readonly over: 'gateway' | 'webhook'
  outcome: ClickOutcome
}

/**
 * What became of a click. After 3 s without a code people see a failure
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
 */
export type ClickOutcome =
  /** `miss`: the end of its window, where it has one. */
  | { readonly kind: 'waiting'; readonly miss: Planned | null }
  | { readonly kind: 'acknowledged'; readonly code: number }
  | { readonly kind: 'failed' }

/** A fault that is armed. */
export interface ArmedFault {
  readonly id: string
  readonly spec: FaultSpec
  left: number
  skip: number
}

/** A push under way. */
export interface OpenPush {
  readonly push: number
  readonly bot: string
  readonly t: string | null
  readonly id: string | null
  /** Names of the conversation and of the person that the event belongs to. */
  readonly peer: string | null
  readonly person: string | null
  readonly body: string
  readonly url: string
  readonly expects: PushAnswer
  readonly startedAt: number
  attempt: number
}

/** What the answer to a push has to say. */
export type PushAnswer =
  /**
   * Any 2xx; for a click, its code
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}).
   */
  | { readonly kind: 'event'; readonly interaction: string | null }
  /**
   * A proof that the secret is known
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}).
   */
  | { readonly kind: 'proof'; readonly timestamp: string; readonly plain: string }
  /**
   * op 11 with the same number ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-5 §7.5}).
   */
  | { readonly kind: 'heartbeat'; readonly d: number }

/**
 * A message that waits for review
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}).
 */
export interface Audit {
  readonly id: string
  readonly bot: string
  readonly peer: Peer
  /** The id that the message will have. */
  readonly message: string
  readonly body: Readonly<Record<string, unknown>>
  readonly replyTo: string | null
  readonly at: number
}

/** Everything the platform knows. Plain data, changed only by the functions of the core. */
export interface World extends Administration {
  readonly settings: Settings
  /** Where the live switches stand. */
  readonly live: { -readonly [Name in keyof LiveSettings]: LiveSettings[Name] }
  /** ms since the Unix epoch; set by every step. */
  now: number
  readonly random: RandomState
  readonly effects: Effect[]
  readonly timers: TimerHeap<Task>
  /** How many entries the log has had. */
  logged: number
  /** Running numbers. */
  readonly counters: {
    connection: number
    push: number
    fault: number
    seqInChannel: number
    /** Characters that `messages` holds. */
    messageSize: number
  }
  readonly bots: Map<string, Bot>
  readonly connections: Map<number, Connection>
  readonly sessions: Map<string, Session>
  /** Keyed by bot and id. */
  readonly peers: Map<string, Peer>
  /** Keyed by id. */
  readonly anchors: Map<string, Anchor>
  readonly messages: Map<string, StoredMessage>
  readonly interactions: Map<string, Interaction>
  readonly calls: Map<number, OpenCall>
  readonly faults: Map<string, ArmedFault>
  readonly audits: Map<string, Audit>
  readonly uploads: Map<string, Upload>
  readonly files: Map<string, StoredFile>
  readonly streams: Map<string, Stream>
  readonly pushes: Map<number, OpenPush>
  /** Moments of counted things, by limit and subject. */
  readonly meters: Map<string, number[]>
  /** Where clients reach the platform: bases without a trailing slash. `everywhere`: on every address. */
  base: { http: string; ws: string; everywhere: boolean }
}

/** A platform on which nobody is yet. */
export const createWorld = (settings: Settings, now: number): World => ({
  settings,
  live: { ...settings.live },
  now,
  random: seedRandom(settings.seed),
  effects: [],
  timers: createTimerHeap(),
  logged: 0,
  counters: { connection: 0, push: 0, fault: 0, seqInChannel: 0, messageSize: 0 },
  bots: new Map(),
  connections: new Map(),
  sessions: new Map(),
  peers: new Map(),
  anchors: new Map(),
  messages: new Map(),
  interactions: new Map(),
  calls: new Map(),
  faults: new Map(),
  audits: new Map(),
  uploads: new Map(),
  files: new Map(),
  streams: new Map(),
  pushes: new Map(),
  meters: new Map(),
  ...createAdministration(),
  base: { http: '', ws: '', everywhere: false },
})

/** Asks the adapter to do something. */
export const emit = (world: World, effect: Effect): void => {
  world.effects.push(effect)
}

/** Writes an entry into the log. */
export const record = (world: World, entry: LogEntryBody): void => {
  world.logged += 1
  emit(world, { kind: 'log', entry: { n: world.logged, at: world.now, ...entry }, size: sizeOf(entry) })
}

/** Plans a task in `ms` milliseconds. */
export const later = (world: World, ms: number, task: Task): Planned =>
  plan(world.timers, world.now + Math.max(0, ms), task)
