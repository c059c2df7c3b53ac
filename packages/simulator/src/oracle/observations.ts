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

/** Moments of one kind of thing, oldest first and bounded. */
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

  /** The largest number of moments in any window of `ms`. */
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

/** The replies of bots by what they reply to, bounded by the number of anchors and by size. */
export class Replies {
  readonly #limit: number
  readonly #maxSize: number
  readonly #kept = new Map<string, Kept>()
  #size = 0

  /**
   * @param limit anchors whose replies are kept; the oldest are forgotten
   * @param maxSize characters that all replies may hold together
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

  /** A reply, in place of what was known of it before. */
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

  /** Several at once: a map that loses its first entry again and again becomes slow to look at. */
  #makeRoom(): void {
    const [limit, maxSize] = [this.#limit - (this.#limit >> 3), this.#maxSize - this.#maxSize / 8]
    for (const [oldest, { size }] of this.#kept) {
      if (this.#kept.size <= limit && this.#size <= maxSize) return
      this.#kept.delete(oldest)
      this.#size -= size
    }
  }
}

/** An event and what became of it. */
export interface EventRecord {
  /** The outer `id` of the frame. */
  readonly id: string
  readonly t: string
  readonly bot: string
  /** When it was first published, in ms since the epoch. */
  readonly at: number
  /**
   * How often it was published; the platform repeats some
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
   */
  readonly copies: number
  /** Where its order matters: the peer and the person. */
  readonly conversation: string
  /** Sessions that it was meant for. */
  readonly sessions: readonly string[]
  /** How often it left, whole, over a connection that was alive. */
  readonly sent: number
  /** It was pushed to a webhook and accepted there. */
  readonly accepted: boolean
}

/** Things that are counted by moment. */
export type Counted = 'connect' | 'identify' | 'resume' | 'token' | 'lookup' | 'send' | 'call'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const countedKinds: readonly Counted[] = ['connect', 'identify', 'resume', 'token', 'lookup', 'send', 'call']

const countedRoute = (route: string): Counted | null => {
  if (route === 'token') return 'token'
  if (route.startsWith('gateway.')) return 'lookup'
  return route.endsWith('.send') ? 'send' : null
}

/** A message that people get to see; a streamed one again with each chunk. */
const isSaidByBot = ({ direction, change }: MessageEntry): boolean =>
  direction === 'out' && ['sent', 'streaming', 'streamed', 'unfinished'].includes(change)

const isReply = (entry: MessageEntry): entry is MessageEntry & { readonly replyTo: string } =>
  isSaidByBot(entry) && entry.replyTo !== null

/** Who talks to whom, as one text. */
export const conversationKey = ({
  bot,
  scene,
  peerId,
}: Pick<MessageEntry, 'bot' | 'scene' | 'peerId'>): string => `${bot} ${scene} ${peerId}`

/** Keeps books of the log: more than the log itself keeps, and only what questions need. */
export class Observations {
  readonly #limit: number
  readonly events: Map<string, Mutable<EventRecord>> = new Map()
  readonly replies: Replies
  /** What bots said of their own accord, by conversation. */
  readonly proactive: Replies
  readonly refusals: Map<number, number> = new Map()
  readonly executed: Map<string, number> = new Map()
  /** Highest sequence number that a heartbeat has named, by session. */
  readonly acknowledged: Map<string, number> = new Map()
  readonly clicks: Map<string, InteractionEntry> = new Map()
  readonly moments: ReadonlyMap<Counted, TimeSeries>
  readonly #sessionOf: Map<number, string> = new Map()
  /** Numbers of frames whose event entry has not come yet. */
  readonly #early: Set<string> = new Set()
  readonly #eventOf: Map<string, string> = new Map()

  /**
   * @param limit records that are kept of each kind
   * @param maxSize characters that the replies may hold together
   */
  constructor(limit: number, maxSize: number) {
    this.#limit = limit
    this.replies = new Replies(limit, maxSize)
    this.proactive = new Replies(limit, maxSize)
    this.moments = new Map(countedKinds.map((name) => [name, new TimeSeries(limit)]))
  }

  /** Takes a log entry in. */
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
      const { id, t, bot, at, conversation } = entry
      const sessions = entry.sessions.map(({ session }) => session)
      putBounded(
        this.events,
        id,
        { id, t, bot, at, conversation: conversation ?? '', copies: 1, sessions, sent: 0, accepted: false },
        this.#limit,
      )
    }
    for (const { session, s } of entry.sessions)
      putBounded(this.#eventOf, `${session} ${s}`, entry.id, this.#limit)
    // Frames to live sessions come before the entry of their event.
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
