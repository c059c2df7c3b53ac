import type { Clock, CloseOptions, Delivery, LogSink, ShardId, Source, SourceStatus } from '@qqkit/core'
import { messageOf, type NameWords, onAbort } from '@qqkit/core/internal'

import { findingOf } from '../decisions/findings.js'
import { PublishLog } from '../decisions/publish-log.js'
import type { Connection } from '../port/connection.js'
import { RedisError } from '../port/errors.js'
import { type EventQueue, type NewEvent, OF_PROCESS } from '../queue/event-queue.js'
import { type SessionLocks, shardName } from '../queue/session-locks.js'
import { againEntry, writeEntry } from './entry.js'
import {
  clickId,
  defaultConversation,
  digestOf,
  isClick,
  isOrder,
  type RawEvent,
  rawEvent,
  safeConversation,
} from './raw-event.js'
import { Wake } from '../port/wake.js'
import { ClickAnswers, type ClickAnswersDeps, type OpenClick } from './click-answers.js'
import { passExamination } from './examination.js'
import { type Missing, PeerWatch } from './peer-watch.js'

/** Dependencies of a {@link Publisher}. */
export interface PublisherDeps {
  readonly source: Source
  readonly connection: Pick<Connection, 'lives'>
  /** Looks at the server before anything is sent to it. */
  readonly examine: () => Promise<void>
  readonly queues: { readonly events: EventQueue; readonly clicks: EventQueue }
  /** The locks of this process on its sessions. */
  readonly locks: SessionLocks
  readonly clock: Clock
  readonly log: LogSink
  /** The name of this process, with what makes it unique. */
  readonly process: string
  /** Replicas that must have an event before it is settled; 0: none. */
  readonly replicas: number
  /** Waits until replicas have all that was sent; resolves with their number. */
  readonly confirm: () => Promise<number>
  /** Most unfinished events of a bot. */
  readonly backlog: number
  readonly conversationOf: (event: RawEvent) => string
  /** Looks for workers. */
  readonly look: () => Promise<Missing | null>
  /** Says that this process publishes, or does so no more. Never rejects. */
  readonly leave: () => Promise<void>
  /** Counts a loss of Redis. Never throws. */
  readonly onRewound: () => void
  /** Messages that begin with one pass the queue of their conversation. */
  readonly controlWords: readonly NameWords[]
  /** Hears the codes that workers give to clicks; `null`: a click is answered with 0 when the queue has it. */
  readonly listenToCodes: ClickAnswersDeps['listen']
}

/** Events of one call. */
const BATCH = 64
/** ms after which the server is asked again how far it is, and after which a full queue is tried again. */
const ASK_AGAIN = 5000
const FULL_PAUSE = 500
const FAILED_PAUSE = 500
/** ms that events on their way may take after the source has been drained. */
const FLUSH = 5000
/** The code that takes the loading sign from a click. */
const OK = 0

interface Outgoing extends NewEvent {
  readonly delivery: Delivery
  /** Of a click: its request may be answered now. */
  readonly onPublished: () => void
}

/** How far an outlet is. */
type OutletState =
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'failed' }

/** Publishes the events of one source in one lane, in order, one batch at a time. */
class Outlet {
  state: OutletState = { kind: 'waiting', reason: 'the queue is not open yet' }
  readonly #name: string
  readonly #shard: ShardId | null
  readonly #queue: EventQueue
  readonly #deps: PublisherDeps
  /** Whether the server may be used; `false` at a stop before that is known. */
  readonly #examined: Promise<boolean>
  readonly #onFailed: (error: RedisError) => void
  readonly #log = new PublishLog<Outgoing>()
  readonly #wake: Wake
  /** Ends pauses at the stop; new events do not. */
  readonly #end: Wake
  /** Lives of the connection in which the source was opened; -1: it has to be opened. */
  #openedIn = -1
  #begun = false
  /** Whether the first opening takes the source over from another process. */
  #takesOver = true
  #stopped = false
  #idle: Promise<void> | null = null

  constructor(
    { name, shard }: { readonly name: string; readonly shard: ShardId | null },
    queue: EventQueue,
    deps: PublisherDeps,
    { examined, onFailed }: { examined: Promise<boolean>; onFailed: (error: RedisError) => void },
  ) {
    this.#name = name
    this.#shard = shard
    this.#queue = queue
    this.#deps = deps
    this.#examined = examined
    this.#onFailed = onFailed
    this.#wake = new Wake(deps.clock)
    this.#end = new Wake(deps.clock)
  }

  get pending(): number {
    return this.#log.pending
  }

  /** What the server does not have. */
  unpublished(): readonly Delivery[] {
    return this.#log.batch(this.pending).events.map(({ delivery }) => delivery)
  }

  add(event: Outgoing): void {
    this.#log.add(event)
    this.#wake.now()
    this.#idle ??= this.#run()
  }

  /** Leaves the source to another process that has opened it, or will. */
  giveWay(): void {
    this.#takesOver = false
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake.now()
    this.#end.now()
    await this.#idle
  }

  async #run(): Promise<void> {
    const { clock, connection } = this.#deps
    let askAt = -Infinity
    if (!(await this.#examined.catch(() => false))) return
    while (!this.#stopped && this.state.kind !== 'failed') {
      try {
        // The server may have lost what it confirmed: it is asked after every reconnect, and now and then.
        if (this.#openedIn !== connection.lives || clock.now() >= askAt) {
          askAt = clock.now() + ASK_AGAIN
          await this.#open()
        }
        if (this.#log.pending === 0) await this.#wake.wait(askAt - clock.now())
        else await this.#publish()
      } catch (error) {
        this.#openedIn = -1
        if (RedisError.is(error) && error.code === 'redis_closed') return this.#fail(error)
        await this.#pause(messageOf(error), FAILED_PAUSE, error)
      }
    }
  }

  async #open(): Promise<void> {
    const { connection, process, locks } = this.#deps
    const begun = this.#begun
    const again = begun || !this.#takesOver
    const lock = this.#shard && locks.of(this.#shard)
    let answer = await this.#queue.open(this.#name, process, { again, mark: null, lock })
    const { lives } = connection
    if (answer.kind === 'fenced') return this.#fence()
    if (begun) {
      const resumption = this.#log.opened(answer.kind === 'open' ? answer.mark : null)
      if (resumption.kind !== 'even') this.#report(resumption)
      if (answer.kind === 'absent' || resumption.kind === 'torn')
        answer = await this.#queue.open(this.#name, process, { again: true, mark: this.#log.mark, lock })
    } else {
      if (answer.kind === 'absent')
        answer = await this.#queue.open(this.#name, process, { again, mark: 0, lock })
      this.#log.startAt(answer.kind === 'open' ? answer.mark : 0)
      this.#begun = true
    }
    if (answer.kind === 'fenced') return this.#fence()
    this.#openedIn = lives
    // What waits is still to be taken: the queue may have no room.
    if (this.#log.pending === 0) this.state = { kind: 'open' }
  }

  async #publish(): Promise<void> {
    const { clock, process, backlog, replicas, connection, confirm } = this.#deps
    const { lives } = connection
    const { first, events } = this.#batch()
    const answer = await this.#queue.publish(this.#name, process, { first, most: backlog, events })
    if (answer.kind !== 'taken') {
      // Not final: the source may only be gone.
      this.#openedIn = -1
      return
    }
    if (replicas > 0) {
      const confirmed = await confirm()
      // Replicas of another connection confirm what that one sent. The batch is published again, and the server knows it.
      if (connection.lives !== lives) return
      if (confirmed < replicas)
        return this.#pause(`${confirmed} replicas have confirmed, and ${replicas} must`, FAILED_PAUSE)
    }
    for (const { delivery, onPublished } of this.#log.taken(first, answer.fates, clock.now())) {
      onPublished()
      delivery.settle('done')
    }
    if (answer.fates.length < events.length)
      return this.#pause(`the queue has ${backlog} unfinished events, and no room`, FULL_PAUSE)
    this.state = { kind: 'open' }
  }

  #batch(): { readonly first: number; readonly events: readonly NewEvent[] } {
    const { first, events } = this.#log.batch(BATCH)
    const { again } = this.#log
    if (first > again) return { first, events }
    const marked = events.map((one, index) =>
      first + index <= again ? { ...one, body: againEntry(one.body) } : one,
    )
    return { first, events: marked }
  }

  async #pause(reason: string, ms: number, error?: unknown): Promise<void> {
    const record = {
      level: 'warn',
      event: 'redis.publish_waits',
      message: reason,
      source: this.#name,
    } as const
    if (this.state.kind === 'open') this.#deps.log(error === undefined ? record : { ...record, error })
    this.state = { kind: 'waiting', reason }
    if (!this.#stopped) await this.#end.wait(ms)
  }

  #report(resumption: { readonly kind: string; readonly lost?: number; readonly count?: number }): void {
    const { kind, lost = 0, count = 0 } = resumption
    const again = {
      level: 'warn',
      event: 'redis.rewound',
      message: 'Redis has lost its last events; they are published again',
    } as const
    const gone = {
      level: 'error',
      event: 'redis.emptied',
      message: 'Redis has lost events that were confirmed, and they cannot be published again',
    } as const
    if (kind === 'again') this.#deps.onRewound()
    const { code, text, advice } = findingOf('redis_emptied', gone.message)
    const record = kind === 'again' ? again : { ...gone, message: text.en, code, advice }
    this.#deps.log({ ...record, source: this.#name, lost, again: count })
  }

  #fence(): void {
    this.#fail(new RedisError('redis_fenced', this.#name))
  }

  #fail(error: RedisError): void {
    this.state = { kind: 'failed' }
    this.#onFailed(error)
  }
}

/**
 * The numbering of an event. Clicks have one of their own and pass everything; an order is numbered among the events, so that it
 * cannot pass what was said before it on the way to the server.
 */
type Numbering = 'events' | 'clicks'

/** How far the start is: whether the server may be used. */
type Start =
  | { readonly kind: 'examining'; /** Why it cannot be asked yet. */ readonly problem: string | null }
  | { readonly kind: 'passed' }
  | { readonly kind: 'refused' }

/** The place of a shard in the numbering; a source without shards is as unique as its process. */
const sourceName = (shard: ShardId | null, process: string): string =>
  shard === null ? `${OF_PROCESS}${process}` : `shard:${shardName(shard)}`

/**
 * Puts the events of a gateway or a webhook into the queue of a bot. An event is settled when the server has it; until then its
 * source keeps it. Runs, drains and closes like the source itself.
 */
export class Publisher {
  readonly #deps: PublisherDeps
  readonly #outlets = new Map<string, Outlet>()
  #reject: ((error: RedisError) => void) | null = null
  #closing: Promise<void> | null = null
  #examined: Promise<boolean> = Promise.resolve(false)
  readonly #clicks: ClickAnswers
  readonly #watch: PeerWatch
  #start: Start = { kind: 'examining', problem: null }
  readonly #end: Wake
  #stopped = false

  constructor(deps: PublisherDeps) {
    this.#deps = deps
    this.#end = new Wake(deps.clock)
    this.#watch = new PeerWatch(deps)
    this.#clicks = new ClickAnswers({ clock: deps.clock, listen: deps.listenToCodes })
  }

  /**
   * Runs the source. Resolves after `close()` or an abort of the signal.
   *
   * @throws what the source rejects with; RedisError `redis_unfit` for a server that would lose events, `redis_fenced` when another
   *   process publishes for the same shard, `redis_closed`
   */
  async run(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    if (signal?.aborted) return
    const leave = signal && onAbort(signal, () => void this.close({ resumable: true }))
    this.#clicks.run()
    const fenced = new Promise<never>((_, reject) => {
      this.#reject = reject
    })
    this.#examined = passExamination({
      examine: this.#deps.examine,
      end: this.#end,
      isStopped: () => this.#stopped,
      onProblem: (error) => this.#onProblem(error),
    })
    this.#examined.then(
      (passed) => {
        this.#start = { kind: 'passed' }
        if (passed) void this.#watch.run()
      },
      (error: RedisError) => {
        this.#start = { kind: 'refused' }
        this.#reject?.(error)
      },
    )
    try {
      await Promise.race([this.#deps.source.run(this.#deliver, { relays: true }), fenced])
      await this.#closing
    } catch (error) {
      // Another process may have its events by now.
      for (const outlet of this.#outlets.values()) outlet.giveWay()
      await this.close({ resumable: true })
      throw error
    } finally {
      leave?.()
    }
  }

  /** The status of the source; `waiting` while the server does not take its events. */
  status(): SourceStatus {
    const states = [...this.#outlets.values()].map(({ state }) => state)
    const waiting = states.find((state) => state.kind === 'waiting')
    const own = this.#deps.source.status()
    const problem = this.#start.kind === 'examining' ? this.#start.problem : null
    const reason = problem ?? (waiting?.kind === 'waiting' ? waiting.reason : null)
    if (own.state !== 'ready') return own
    if (reason !== null) return { state: 'waiting', reason }
    const { problem: missing } = this.#watch
    return missing ? { ...own, reason: missing.text.en, advice: missing.advice } : own
  }

  /** How many events the source has handed over and the server does not have yet. */
  get pending(): number {
    return [...this.#outlets.values()].reduce((sum, { pending }) => sum + pending, 0)
  }

  /** Takes no new events from the source. */
  drain(): void {
    this.#deps.source.drain?.()
  }

  /** Publishes what has come, for up to 5 s, and closes the source. What is left stays unsettled for the next process. */
  close(options: CloseOptions = {}): Promise<void> {
    return (this.#closing ??= this.#close(options))
  }

  async #close(options: CloseOptions): Promise<void> {
    const { source, clock } = this.#deps
    source.drain?.()
    const until = clock.now() + FLUSH
    const wake = new Wake(clock)
    while (this.pending > 0 && clock.now() < until && this.#mayPublish) await wake.wait(5)
    this.#stopped = true
    this.#end.now()
    await Promise.all([...this.#outlets.values()].map(async (outlet) => outlet.stop()))
    this.#reportLostClicks()
    this.#clicks.close()
    this.#watch.close()
    await this.#deps.leave()
    // What is left is not settled here any more.
    await source.close({ ...options, drain: false })
  }

  /** A click that was answered, since the server stayed away, is not pushed again. */
  #reportLostClicks(): void {
    const unpublished = [...this.#outlets.values()].flatMap((outlet) => outlet.unpublished())
    const lost = unpublished.filter(({ acknowledged }) => acknowledged).length
    if (lost === 0) return
    const message = `${lost} clicks were answered and could not be published; they are lost`
    this.#deps.log({ level: 'error', event: 'redis.clicks_lost', message, count: lost })
  }

  #onProblem(error: unknown): void {
    const message = messageOf(error)
    const isFirst = this.#start.kind === 'examining' && this.#start.problem === null
    if (isFirst) this.#deps.log({ level: 'warn', event: 'redis.publish_waits', message, error })
    this.#start = { kind: 'examining', problem: message }
  }

  /** Whether what has come may still reach the server. */
  get #mayPublish(): boolean {
    if (this.#start.kind === 'examining') return this.#start.problem === null
    return (
      this.#start.kind === 'passed' &&
      ![...this.#outlets.values()].some(({ state }) => state.kind === 'failed')
    )
  }

  readonly #deliver = (delivery: Delivery): void => {
    const { process, controlWords } = this.#deps
    const { frame, shard } = delivery
    const click = isClick(frame)
    const order = !click && isOrder(frame, controlWords)
    const open = click ? this.#openClick(delivery) : null
    const awaitsCode = open?.awaitsCode === true
    const acknowledged = open ? !awaitsCode : click && delivery.acknowledge(OK)
    const digest = digestOf(delivery)
    const conversation = this.#conversationOf(rawEvent(frame))
    const more = order ? { order: conversation } : { awaitsCode }
    const body = writeEntry(delivery, { digest, acknowledged, ...more })
    const source = { name: sourceName(shard, process), shard }
    this.#outletOf(click ? 'clicks' : 'events', source).add({
      delivery,
      digest,
      // It does not wait for the clicks of its conversation.
      conversation: order ? `order:${conversation}` : conversation,
      body,
      onPublished: open?.onPublished ?? (() => {}),
      order,
      unanswered: click && !acknowledged && !awaitsCode,
    })
  }

  /** `null` for a click whose source waits for no code in its answer. */
  #openClick(delivery: Delivery): OpenClick | null {
    const id = delivery.holdsAnswer ? clickId(delivery.frame) : null
    return id === null ? null : this.#clicks.open(id, delivery)
  }

  /** That of the user's function; the default for an event for which it fails. */
  #conversationOf(event: RawEvent): string {
    const { conversationOf, log } = this.#deps
    try {
      const named: unknown = conversationOf(event)
      if (typeof named === 'string') return safeConversation(named)
    } catch (error) {
      const message = 'the option conversation failed for an event; its default is used'
      log({ level: 'error', event: 'redis.conversation_failed', message, name: event.name, error })
    }
    return safeConversation(defaultConversation(event))
  }

  #outletOf(numbering: Numbering, source: { readonly name: string; readonly shard: ShardId | null }): Outlet {
    const place = `${numbering} ${source.name}`
    const known = this.#outlets.get(place)
    if (known) return known
    const outlet = new Outlet(source, this.#deps.queues[numbering], this.#deps, {
      examined: this.#examined,
      onFailed: (error) => this.#reject?.(error),
    })
    this.#outlets.set(place, outlet)
    return outlet
  }
}
