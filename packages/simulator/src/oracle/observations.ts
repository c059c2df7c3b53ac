import { putBounded } from '../core/kernel/bounded-map.js'
import type {
  CallEntry,
  EventEntry,
  FrameEntry,
  InteractionEntry,
  LogEntry,
  MessageEntry,
  SessionEntry,
} from '../core/kernel/log-entry.js'

/** Times of one kind of occurrence, oldest first and bounded. */
export class TimeSeries {
  readonly #limit: number
  #moments: number[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(at: number): void {
    this.#moments.push(at)
    if (this.#moments.length >= 2 * this.#limit) this.#moments = this.#moments.slice(-this.#limit)
  }

  get count(): number {
    return this.#moments.length
  }

  /** The largest number of occurrences in any window of `ms`. */
  most(ms: number): number {
    let first = 0
    let most = 0
    for (const [last, at] of this.#moments.entries()) {
      while (at - (this.#moments[first] ?? 0) >= ms) first += 1
      most = Math.max(most, last - first + 1)
    }
    return most
  }
}

interface Kept {
  readonly entries: MessageEntry[]
  readonly sizes: number[]
  size: number
}

/** The replies of bots by anchor, bounded by number of anchors and by size. */
export class Replies {
  readonly #limit: number
  readonly #maxSize: number
  readonly #kept = new Map<string, Kept>()
  #size = 0

  /**
   * @param limit most anchors; the oldest are dropped
   * @param maxSize total size of all replies, in characters
   */
  constructor(limit: number, maxSize: number) {
    this.#limit = limit
    this.#maxSize = maxSize
  }

  /** The replies to an anchor, oldest first. */
  to(anchor: string): readonly MessageEntry[] {
    return this.#kept.get(anchor)?.entries ?? []
  }

  /** The replies to each anchor, oldest first. */
  groups(): readonly (readonly MessageEntry[])[] {
    return [...this.#kept.values()].map(({ entries }) => entries)
  }

  /** Adds a reply, in place of its earlier state. */
  add(anchor: string, entry: MessageEntry, size: number): void {
    const known = this.#kept.get(anchor)
    const kept = known ?? { entries: [], sizes: [], size: 0 }
    if (!known) this.#kept.set(anchor, kept)
    const before = kept.entries.findIndex(({ id }) => id === entry.id)
    const freed = before < 0 ? 0 : (kept.sizes[before] ?? 0)
    const place = before < 0 ? kept.entries.length : before
    kept.entries[place] = entry
    kept.sizes[place] = size
    kept.size += size - freed
    this.#size += size - freed
    if (this.#kept.size > this.#limit || this.#size > this.#maxSize) this.#makeRoom()
  }

  /** Evicts several at once: repeated deletion of the first entry leaves holes that make a `Map` slow to iterate. */
  #makeRoom(): void {
    const [limit, maxSize] = [this.#limit - (this.#limit >> 3), this.#maxSize - this.#maxSize / 8]
    for (const [oldest, { size }] of this.#kept) {
      if (this.#kept.size <= limit && this.#size <= maxSize) return
      this.#kept.delete(oldest)
      this.#size -= size
    }
  }
}

/** An event and its delivery. */
export interface EventRecord {
  /** The outer `id` of the frame. */
  readonly id: string
  readonly t: string
  readonly bot: string
  /** Time of the first publication, in ms since the epoch. */
  readonly at: number
  /**
   * Number of publications; the platform repeats some events
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
   */
  readonly copies: number
  /** The peer and the person: events of one conversation have an order. */
  readonly conversation: string
  /** Sessions that should receive it. */
  readonly sessions: readonly string[]
  /** Whether it was pushed to a webhook. */
  readonly pushed: boolean
  /** Number of complete transmissions over living connections. */
  readonly sent: number
  /** Whether a webhook accepted its push. */
  readonly accepted: boolean
}

/** Occurrences that the oracle counts over time. */
export type Counted = 'connect' | 'identify' | 'resume' | 'token' | 'lookup' | 'send' | 'call'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const countedKinds: readonly Counted[] = ['connect', 'identify', 'resume', 'token', 'lookup', 'send', 'call']

const countedRoute = (route: string): Counted | null => {
  if (route === 'token') return 'token'
  if (route.startsWith('gateway.')) return 'lookup'
  return route.endsWith('.send') ? 'send' : null
}

/** Whether an entry is a visible message of a bot; a streamed one recurs with each chunk. */
const isSaidByBot = ({ direction, change }: MessageEntry): boolean =>
  direction === 'out' && ['sent', 'streaming', 'streamed', 'unfinished'].includes(change)

const isReply = (entry: MessageEntry): entry is MessageEntry & { readonly replyTo: string } =>
  isSaidByBot(entry) && entry.replyTo !== null

/** Key of a conversation: bot, scene and peer. */
export const conversationKey = ({
  bot,
  scene,
  peerId,
}: Pick<MessageEntry, 'bot' | 'scene' | 'peerId'>): string => `${bot} ${scene} ${peerId}`

/** Collects what the oracle needs from log entries, for longer than the log keeps them. */
export class Observations {
  readonly #limit: number
  readonly events: Map<string, Mutable<EventRecord>> = new Map()
  readonly replies: Replies
  /** Proactive messages, by conversation. */
  readonly proactive: Replies
  readonly refusals: Map<number, number> = new Map()
  readonly executed: Map<string, number> = new Map()
  /** Highest sequence number in a heartbeat, by session. */
  readonly acknowledged: Map<string, number> = new Map()
  readonly clicks: Map<string, InteractionEntry> = new Map()
  readonly moments: ReadonlyMap<Counted, TimeSeries>
  readonly #sessionOf: Map<number, string> = new Map()
  /** Frames that were logged before the entry of their event. */
  readonly #early: Set<string> = new Set()
  readonly #eventOf: Map<string, string> = new Map()

  /**
   * @param limit most records of each kind
   * @param maxSize total size of the replies, in characters
   */
  constructor(limit: number, maxSize: number) {
    this.#limit = limit
    this.replies = new Replies(limit, maxSize)
    this.proactive = new Replies(limit, maxSize)
    this.moments = new Map(countedKinds.map((name) => [name, new TimeSeries(limit)]))
  }

  /** Processes a log entry. */
  observe(entry: LogEntry, size: number): void {
    switch (entry.kind) {
      case 'connection':
        if (entry.change === 'opened') this.#count('connect', entry.at)
        return
      case 'session':
        this.#session(entry)
        return
      case 'event':
        this.#event(entry)
        return
      case 'frame':
        this.#frame(entry)
        return
      case 'call':
        this.#call(entry)
        return
      case 'message':
        if (isReply(entry)) this.replies.add(entry.replyTo, entry, size)
        else if (isSaidByBot(entry)) this.proactive.add(conversationKey(entry), entry, size)
        return
      case 'interaction':
        putBounded(this.clicks, entry.id, entry, this.#limit)
        return
      case 'push': {
        const event = entry.id === null ? undefined : this.events.get(entry.id)
        if (event && entry.outcome === 'accepted') event.accepted = true
        return
      }
      case 'fault':
      case 'heartbeat':
      case 'refused-intents':
      case 'switch':
      case 'press':
      case 'reaction':
      case 'typing':
        return
    }
  }

  #count(what: Counted, at: number): void {
    this.moments.get(what)?.add(at)
  }

  #session(entry: SessionEntry): void {
    if (entry.change === 'created') this.#count('identify', entry.at)
    if (entry.change === 'resumed') this.#count('resume', entry.at)
    if (entry.connection !== null) putBounded(this.#sessionOf, entry.connection, entry.session, this.#limit)
  }

  #event(entry: EventEntry): void {
    const known = this.events.get(entry.id)
    if (known) known.copies += 1
    else {
      const { id, t, bot, at, conversation, pushed } = entry
      const sessions = entry.sessions.map(({ session }) => session)
      putBounded(
        this.events,
        id,
        {
          id,
          t,
          bot,
          at,
          conversation: conversation ?? '',
          copies: 1,
          sessions,
          pushed,
          sent: 0,
          accepted: false,
        },
        this.#limit,
      )
    }
    for (const { session, s } of entry.sessions)
      putBounded(this.#eventOf, `${session} ${s}`, entry.id, this.#limit)
    // Frames to connected sessions are logged before the entry of their event.
    for (const { session, s } of entry.sessions) {
      if (this.#early.delete(`${session} ${s}`)) this.#sent(entry.id)
    }
  }

  #sent(id: string): void {
    const event = this.events.get(id)
    if (event) event.sent += 1
  }

  #frame(entry: FrameEntry): void {
    const session = this.#sessionOf.get(entry.connection)
    if (session === undefined) return
    if (entry.direction === 'in') {
      if (entry.op === 1) this.#heartbeat(session, entry.text)
      return
    }
    if (entry.op !== 0 || entry.s === null || entry.fault === 'half-open') return
    const key = `${session} ${entry.s}`
    const id = this.#eventOf.get(key)
    if (id !== undefined) this.#sent(id)
    else if (entry.t !== 'READY' && entry.t !== 'RESUMED') {
      this.#early.add(key)
      if (this.#early.size > this.#limit) this.#early.clear()
    }
  }

  #heartbeat(session: string, text: string): void {
    const d = Number(/"d":\s*(\d+)/.exec(text)?.[1])
    if (Number.isFinite(d)) {
      putBounded(this.acknowledged, session, Math.max(d, this.acknowledged.get(session) ?? 0), this.#limit)
    }
  }

  #call(entry: CallEntry): void {
    this.#count('call', entry.at)
    const counted = countedRoute(entry.route)
    if (counted) this.#count(counted, entry.at)
    if (entry.executed) this.executed.set(entry.route, (this.executed.get(entry.route) ?? 0) + 1)
    if (entry.code !== null)
      putBounded(this.refusals, entry.code, (this.refusals.get(entry.code) ?? 0) + 1, this.#limit)
  }
}
