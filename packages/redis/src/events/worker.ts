import type {
  Clock,
  CloseOptions,
  Delivery,
  DeliveryOrder,
  LogSink,
  SendLedger,
  ShardId,
  Source,
  SourceStatus,
  WireFrame,
} from '@qqkit/core'
import { messageOf, onAbort, sleep } from '@qqkit/core/internal'

import { LeaseGate } from '../decisions/lease-gate.js'
import { SettledTail } from '../decisions/settled-tail.js'
import type { Connection } from '../port/connection.js'
import { RedisError } from '../port/errors.js'
import { Listener, type ListenerDeps } from '../port/listener.js'
import type { EventName, EventQueue, Settled, TakenEvent } from '../queue/event-queue.js'
import { type Entry, readEntry } from './entry.js'
import { EventFence, EventLedger, QueueLease } from './fence.js'
import { clickId } from './raw-event.js'
import { Wake } from '../port/wake.js'
import { passExamination } from './examination.js'
import { type Missing, PeerWatch } from './peer-watch.js'

/** The settlements of other workers, of which the server may have lost the record. */
export interface SettledElsewhere {
  tell(keys: readonly string[]): Promise<void>
  /** Which of these were settled. */
  ask(keys: readonly string[]): Promise<ReadonlySet<string>>
}

/** One lane of the queue: events, or clicks. */
export interface WorkerLane {
  readonly queue: EventQueue
  readonly elsewhere: SettledElsewhere
  /** Most conversations at once. */
  readonly slots: number
}

/** The queue that an order of a person has passed. */
export interface Orders {
  /** Leaves out what waits in a conversation and is older. @returns how many */
  leaveOut(event: EventName): Promise<number>
  /** What is handled in a conversation, and by which worker. */
  owner(conversation: string): Promise<{ readonly id: string; readonly token: string } | null>
  /** Tells all workers to stop what they handle there. */
  tell(conversation: string): Promise<void>
}

/** Dependencies of a {@link RedisSource}. */
export interface RedisSourceDeps {
  readonly connection: Pick<Connection, 'lives' | 'isOpen' | 'restartedAt'>
  /** Looks at the server before anything is taken from it. */
  readonly examine: () => Promise<void>
  readonly lanes: readonly WorkerLane[]
  /** Calls back when something became ready; resolves with a function that ends it. */
  readonly listen: ListenerDeps['listen']
  /** Looks for publishers. */
  readonly look: () => Promise<Missing | null>
  /** What an order of a person needs of the queue of events. */
  readonly orders: Orders
  /** Tells the fronts the code of a click. Never throws. */
  readonly tellCode: (click: string, code: number) => void
  readonly clock: Clock
  readonly random: () => number
  readonly log: LogSink
  /** ms of the lease of this process. */
  readonly lease: number
  /** The name of this process, with what makes it unique. */
  readonly process: string
}

/** Renewals within a lease. */
const TICKS = 3
/** ms after which an idle worker looks for work that no message announced: three looks between two renewals of the usual lease. */
const POLL = 1700
const FAILED_PAUSE = 500
/** ms in which a worker takes nothing after an event that it cannot read. */
const NEWER_PAUSE = 1000
/** ms in which workers that a message woke spread their calls. */
const HERD = 2
/** ms between two looks whether a handler was stopped, and how many looks. */
const ORDER_LOOK = 50
const ORDER_TURNS = 100
/** Workers that died with an event before it is given up. */
const LIVES = 3
/** ms for the last settlements at a close. */
const FLUSH = 5000

/** An event in the hands of the consumer. */
class QueueDelivery implements Delivery {
  readonly key: string
  readonly frame: WireFrame
  readonly shard: ShardId | null
  readonly replayed: boolean
  /** Any other worker may have got it, before or after this one. */
  readonly shared = true
  readonly acknowledged: boolean
  readonly event: TakenEvent
  readonly digest: string
  readonly lease: QueueLease
  readonly order?: DeliveryOrder
  /** Tells the front that waits the code of a click; `null` where none waits. */
  readonly #tellCode: ((code: number) => void) | null
  readonly #lost = new AbortController()
  readonly #onSettled: (delivery: QueueDelivery) => void
  #open = true

  constructor(
    event: TakenEvent,
    entry: Entry,
    {
      gate,
      tellCode,
      fenceOf,
      order,
      ledgerOf,
      onSettled,
    }: {
      readonly gate: () => boolean
      readonly order: DeliveryOrder | null
      readonly tellCode: ((code: number) => void) | null
      readonly fenceOf: (delivery: QueueDelivery, lost: AbortSignal) => EventFence
      readonly ledgerOf: (fence: EventFence) => SendLedger
      readonly onSettled: (delivery: QueueDelivery) => void
    },
  ) {
    this.event = event
    this.key = entry.key
    this.frame = entry.frame
    this.shard = entry.shard
    this.replayed = entry.replayed || event.lives > 0
    this.acknowledged = entry.acknowledged
    this.digest = entry.digest
    const { signal } = this.#lost
    const valid = (): boolean => this.#open && gate()
    this.lease = new QueueLease(fenceOf(this, signal), signal, valid, ledgerOf)
    this.#tellCode = tellCode
    if (order) this.order = order
    this.#onSettled = onSettled
  }

  /** Whether it is neither settled nor lost. */
  get isOpen(): boolean {
    return this.#open
  }

  settle(): void {
    if (!this.#open) return
    this.#open = false
    this.#onSettled(this)
  }

  /**
   * A front has answered with 0, or waits for the code and answers with 0 if it comes too late; other clicks are acknowledged by
   * a call.
   */
  acknowledge(code: number): boolean {
    if (this.acknowledged) return code === 0
    if (this.#tellCode === null || !this.lease.valid()) return false
    this.#tellCode(code)
    return true
  }

  /** Another worker has it, or will get it. */
  lose(reason: Error): void {
    if (!this.#open) return
    this.#open = false
    this.#lost.abort(reason)
  }
}

/** The work of one lane: settles, takes and hands out, one call at a time. */
class LaneWork {
  problem: string | null = 'the queue is not open yet'
  readonly #lane: WorkerLane
  readonly #deps: RedisSourceDeps
  readonly #name: string
  readonly #deliver: (delivery: Delivery) => void
  readonly #wake: Wake
  readonly #tail = new SettledTail()
  readonly #gate: LeaseGate
  /** By conversation. */
  readonly #running = new Map<string, QueueDelivery>()
  #outbox: (Settled & { readonly digest: string })[] = []
  #joins = 0
  /** Ledgers that were made. */
  #runs = 0
  #joinedAt = -Infinity
  /** Lives of the connection at the last join; -1: it has to join. */
  #joinedIn = -1
  #tickAt = -Infinity
  /** The last event that this version could not read, and until when nothing is taken because of it. */
  #newer = ''
  #pausedUntil = -Infinity
  #draining = false
  #stopped = false

  constructor(lane: WorkerLane, name: string, deps: RedisSourceDeps, deliver: (delivery: Delivery) => void) {
    this.#lane = lane
    this.#name = name
    this.#deps = deps
    this.#deliver = deliver
    this.#wake = new Wake(deps.clock)
    this.#gate = new LeaseGate(deps.lease)
  }

  get running(): number {
    return this.#running.size
  }

  /** The person stops what runs in a conversation. */
  endByPerson(conversation: string): void {
    this.#running.get(conversation)?.lease.endByPerson()
  }

  /** Something may be ready. */
  look(): void {
    this.#wake.now()
  }

  drain(): void {
    this.#draining = true
    this.#wake.now()
  }

  /** Leaves what still runs to other workers. */
  stop(): void {
    this.drain()
    for (const delivery of this.#running.values()) {
      this.#settled(delivery, 'back')
      delivery.lose(new Error('the source was closed'))
    }
    this.#stopped = true
    this.#wake.now()
  }

  /** Works until it is stopped and everything is settled, or cannot be settled in time. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    let giveUpAt = Infinity
    for (;;) {
      if (this.#stopped && giveUpAt === Infinity) giveUpAt = clock.now() + FLUSH
      if (this.#stopped && (this.#outbox.length === 0 || clock.now() >= giveUpAt)) break
      try {
        await this.#turn()
      } catch (error) {
        this.#joinedIn = -1
        if (RedisError.is(error) && error.code === 'redis_closed') {
          for (const delivery of this.#running.values()) delivery.lose(error)
          throw error
        }
        this.#failed(error)
        await this.#wake.wait(FAILED_PAUSE)
      }
    }
    await this.#leave()
  }

  async #turn(): Promise<void> {
    const { clock } = this.#deps
    if (!this.#isJoined) await this.#join()
    if (clock.now() >= this.#tickAt) await this.#tick()
    // Sent over a new link, it would take events whose outcome the server has lost.
    if (!this.#isJoined) return
    this.problem = null
    const quiet = Math.max(this.#tail.quietFor(clock.now()), this.#pausedUntil - clock.now(), 0)
    const most = this.#draining || quiet > 0 ? 0 : this.#lane.slots - this.#running.size
    const sent = this.#outbox.length
    const taken = most > 0 || sent > 0 ? await this.#work(most) : 0
    if (this.#stopped || this.#outbox.length > 0 || this.#joinedIn === -1) return
    // A full hand may not be all there is.
    if (taken > 0 && taken === most && this.#running.size < this.#lane.slots) return
    const wait = Math.min(quiet > 0 ? quiet : POLL, Math.max(0, this.#tickAt - clock.now()))
    await this.#wake.wait(most === 0 && quiet === 0 ? Math.max(0, this.#tickAt - clock.now()) : wait)
  }

  /** Whether it has joined over the link that is open. */
  get #isJoined(): boolean {
    const { connection } = this.#deps
    return connection.isOpen && this.#joinedIn === connection.lives
  }

  async #work(most: number): Promise<number> {
    const sent = this.#outbox
    this.#outbox = []
    try {
      const { live, taken, lost } = await this.#lane.queue.work(this.#token, most, sent)
      if (!live) this.#joinedIn = -1
      if (lost.some((index) => sent[index]?.outcome === 'done')) this.#tellLate()
      await this.#handOut(taken)
      return taken.length
    } catch (error) {
      // Executed or not: the next join says whose they are.
      this.#outbox = [...sent, ...this.#outbox]
      throw error
    }
  }

  /** What it handled went to another process before it could say so. */
  #tellLate(): void {
    const message =
      'an event was handled here after its lease had ended, since this process was blocked; another one may handle it again'
    this.#deps.log({ level: 'warn', event: 'redis.settled_late', message })
  }

  async #handOut(taken: readonly TakenEvent[]): Promise<void> {
    const { clock } = this.#deps
    const entries = taken.map((event) => [event, readEntry(event.body)] as const)
    const digests = entries.flatMap(([, entry]) =>
      entry === null || entry === 'newer' || entry.digest === '' ? [] : [entry.digest],
    )
    const done =
      digests.length > 0 && this.#tail.asks(clock.now())
        ? await this.#lane.elsewhere.ask(digests)
        : new Set<string>()
    for (const [event, entry] of entries) {
      // Closed meanwhile: what began now would never be settled.
      if (this.#stopped) this.#outbox.push({ ...event, outcome: 'back', digest: '' })
      else if (entry === 'newer') this.#leaveToNewer(event)
      else if (entry === null) this.#damaged(event)
      else if (done.has(entry.digest)) this.#outbox.push({ ...event, outcome: 'done', digest: entry.digest })
      else if (event.lives >= LIVES) this.#giveUp(event, entry)
      else this.#handOutOne(event, entry)
    }
  }

  #handOutOne(event: TakenEvent, entry: Entry): void {
    const { clock, log, tellCode } = this.#deps
    const click = entry.awaitsCode ? clickId(entry.frame) : null
    const delivery = new QueueDelivery(event, entry, {
      gate: () => this.#gate.isValid(clock.now()),
      tellCode: click === null ? null : (code) => tellCode(click, code),
      fenceOf: this.#fenceOf,
      order:
        entry.order === '' ? null : { stop: async (options) => this.#order(event, entry.order, options) },
      ledgerOf: this.#ledgerOf,
      onSettled: (settled) => this.#settled(settled, 'done'),
    })
    this.#running.set(event.conversation, delivery)
    try {
      this.#deliver(delivery)
    } catch (error) {
      // The event stays open, as the consumer may have begun with it.
      log({ level: 'error', event: 'redis.consumer_failed', message: 'the consumer of run() failed', error })
    }
  }

  readonly #fenceOf = (delivery: QueueDelivery, lost: AbortSignal): EventFence =>
    new EventFence({
      event: delivery.event,
      ownKey: this.#lane.queue.ownKey,
      token: () => this.#token,
      isOpen: () => delivery.isOpen,
      lost,
      onDoubt: this.#onDoubt,
      clock: this.#deps.clock,
    })

  readonly #ledgerOf = (fence: EventFence): SendLedger => {
    this.#runs += 1
    const { queue } = this.#lane
    return new EventLedger(fence, `${this.#name}#${this.#runs}`, async (token, note) =>
      queue.note(token, note),
    )
  }

  readonly #onDoubt = (token: string): void => {
    // Said to an earlier token, it means nothing.
    if (token !== this.#token) return
    this.#joinedIn = -1
    this.#wake.now()
  }

  /** Stops what others handle in a conversation, by an event that has passed its queue. */
  async #order(
    { id }: TakenEvent,
    conversation: string,
    { waiting }: { readonly waiting: boolean },
  ): Promise<{ readonly stopped: number; readonly waiting: number }> {
    const { orders, clock, process } = this.#deps
    const left = waiting ? await orders.leaveOut({ conversation, id }) : 0
    const owner = await orders.owner(conversation)
    if (owner === null || owner.token.startsWith(process)) return { stopped: 0, waiting: left }
    await orders.tell(conversation)
    for (let turn = 0; turn < ORDER_TURNS; turn += 1) {
      const now = await orders.owner(conversation)
      if (now?.id !== owner.id) break
      await sleep(clock, ORDER_LOOK)
    }
    return { stopped: 1, waiting: left }
  }

  #settled(delivery: QueueDelivery, outcome: 'done' | 'back'): void {
    const { event, digest } = delivery
    // Also where the server never hears of it, or says that it is lost: it was handled.
    if (outcome === 'done') this.#tail.add(digest, this.#deps.clock.now())
    if (this.#running.get(event.conversation) === delivery) this.#running.delete(event.conversation)
    this.#outbox.push({ conversation: event.conversation, id: event.id, outcome, digest })
    this.#wake.now()
  }

  /** A newer publisher wrote it: a newer worker handles it, and this one leaves it the time to take it. */
  #leaveToNewer(event: TakenEvent): void {
    const { clock, log } = this.#deps
    const message = 'an event of the queue has a newer format; it is left to a worker of a newer version'
    if (this.#newer !== event.id) log({ level: 'warn', event: 'redis.newer_entry', message, id: event.id })
    this.#newer = event.id
    this.#pausedUntil = clock.now() + NEWER_PAUSE
    this.#outbox.push({ ...event, outcome: 'back', digest: '' })
  }

  #damaged(event: TakenEvent): void {
    const { log } = this.#deps
    const message = 'an event of the queue is damaged; it is given up'
    log({ level: 'error', event: 'redis.damaged_entry', message, id: event.id })
    this.#outbox.push({ ...event, outcome: 'dead', digest: '' })
  }

  #giveUp(event: TakenEvent, { key, frame, digest }: Entry): void {
    const { log } = this.#deps
    const message = `${event.lives} workers died while they handled this event; it is given up`
    log({ level: 'error', event: 'redis.dead', message, key, name: frame.t })
    this.#outbox.push({ ...event, outcome: 'dead', digest })
  }

  get #token(): string {
    return `${this.#name}:${this.#joins}`
  }

  async #join(): Promise<void> {
    const { clock, connection, log, lease } = this.#deps
    const startedAt = clock.now()
    this.#joins += 1
    const running = [...this.#running.values()]
    const sent = this.#outbox
    const names = [...running.map(({ event }) => event), ...sent]
    const { lost } = await this.#lane.queue.join(this.#name, this.#token, {
      ttl: lease,
      running: names,
    })
    this.#gate.renewed(startedAt)
    this.#tickAt = startedAt + lease / TICKS
    const again = this.#joinedAt !== -Infinity
    this.#joinedAt = clock.now()
    this.#joinedIn = connection.lives
    const lostNames = new Set(lost.map((index) => names[index]))
    for (const delivery of running) {
      if (!lostNames.has(delivery.event)) continue
      this.#running.delete(delivery.event.conversation)
      delivery.lose(new Error('another process handles this event now'))
      log({
        level: 'warn',
        event: 'redis.lease_lost',
        message: 'an event was given to another process; its handler is ended here',
        key: delivery.key,
      })
    }
    this.#outbox = this.#outbox.filter((one) => !lostNames.has(one))
    if (!again) return this.#tail.begun(connection.restartedAt)
    const keys = this.#tail.joined(clock.now())
    if (keys.length > 0) await this.#lane.elsewhere.tell(keys)
  }

  async #tick(): Promise<void> {
    const { clock, lease } = this.#deps
    const startedAt = clock.now()
    // Right after a reconnect leases ran out because the server was away, not their workers.
    const reap = startedAt - this.#joinedAt >= lease
    const answer = await this.#lane.queue.tick(this.#token, { ttl: lease, reap })
    this.#tickAt = startedAt + lease / TICKS
    if (answer === 'kept') this.#gate.renewed(startedAt)
    else await this.#join()
  }

  /** Ends the lease at once. The others learn what was settled lately, since the server may still lose it. */
  async #leave(): Promise<void> {
    try {
      const keys = this.#tail.recent(this.#deps.clock.now())
      if (keys.length > 0) await this.#lane.elsewhere.tell(keys)
      if (this.#joinedIn !== -1) await this.#lane.queue.tick(this.#token, { ttl: 0, reap: false })
    } catch {
      // It runs out.
    }
  }

  #failed(error: unknown): void {
    const message = `the queue cannot be reached: ${messageOf(error)}`
    if (this.problem === null) this.#deps.log({ level: 'warn', event: 'redis.work_waits', message, error })
    this.problem = message
  }
}

/**
 * The events of a bot from its queue, for one of its workers. Each conversation is handled by one worker at a time, in order; an event
 * is removed when it is settled, and goes to another worker when this one dies, or loses its lease. Every event is `shared`.
 */
export class RedisSource implements Source {
  readonly shared = true
  readonly #deps: RedisSourceDeps
  #lanes: readonly LaneWork[] = []
  #state: SourceStatus['state'] = 'idle'
  #ended: Promise<void> | null = null
  #closing: Promise<void> | null = null
  /** Why the server cannot be asked yet. */
  #problem: string | null = null
  readonly #end: Wake
  readonly #watch: PeerWatch

  constructor(deps: RedisSourceDeps) {
    this.#deps = deps
    this.#end = new Wake(deps.clock)
    this.#watch = new PeerWatch(deps)
  }

  /** @throws RedisError `redis_unfit` for a server that would lose events, `redis_closed` */
  async run(
    deliver: (delivery: Delivery) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options
    if (signal?.aborted || this.#closing) return
    const leave = signal && onAbort(signal, () => void this.close({ resumable: true }))
    this.#state = 'connecting'
    this.#ended = this.#live(deliver)
    try {
      await this.#ended
    } finally {
      leave?.()
    }
  }

  async #live(deliver: (delivery: Delivery) => void): Promise<void> {
    const { lanes, process } = this.#deps
    this.#lanes = lanes.map((lane, index) => new LaneWork(lane, `${process}/${index}`, this.#deps, deliver))
    try {
      if (await this.#examined()) await this.#work()
    } finally {
      this.#state = 'stopped'
    }
  }

  async #examined(): Promise<boolean> {
    const { examine, log } = this.#deps
    const passed = await passExamination({
      examine,
      end: this.#end,
      isStopped: () => this.#closing !== null,
      onProblem: (error) => {
        const message = `the queue cannot be reached: ${messageOf(error)}`
        if (this.#problem === null) log({ level: 'warn', event: 'redis.work_waits', message, error })
        this.#problem = message
      },
    })
    this.#problem = null
    return passed
  }

  async #work(): Promise<void> {
    const ears = this.#listen()
    void this.#watch.run()
    try {
      await Promise.all(this.#lanes.map(async (lane) => lane.run()))
    } finally {
      ears.close()
      this.#watch.close()
    }
  }

  /** Hears that something became ready. Without it lanes look now and then. */
  #listen(): Listener {
    const { clock, random, listen } = this.#deps
    let woken = false
    const look = (): void => {
      for (const lane of this.#lanes) lane.look()
    }
    const onMessage = (message: string): void => {
      if (message !== '') {
        for (const lane of this.#lanes) lane.endByPerson(message)
        return
      }
      if (woken) return
      woken = true
      // Not all workers at the same moment for one event: a part of them looks at once, as a timer takes a ms and more.
      const wait = Math.floor(random() * HERD)
      const wake = (): void => {
        woken = false
        look()
      }
      if (wait === 0) wake()
      else clock.setTimer(wait, wake)
    }
    // After a loss lanes that wait join again at once.
    return new Listener({ listen, onMessage, onLoss: look, onOpen: look, clock })
  }

  status(): SourceStatus {
    if (this.#state === 'idle') return { state: 'idle', reason: 'not started' }
    if (this.#state === 'stopped' || this.#closing) return { state: 'stopped', reason: 'closed' }
    const problem = this.#problem ?? this.#lanes.find((lane) => lane.problem !== null)?.problem
    if (problem) return { state: 'waiting', reason: problem }
    const { problem: missing } = this.#watch
    return missing
      ? { state: 'ready', reason: missing.text.en, advice: missing.advice }
      : { state: 'ready', reason: 'takes events from Redis' }
  }

  /** Takes nothing from now on; what it has may finish. */
  drain(): void {
    for (const lane of this.#lanes) lane.drain()
  }

  /** Leaves what still runs to other workers, and tells the server within 5 s what was settled. */
  close(_options: CloseOptions = {}): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    for (const lane of this.#lanes) lane.stop()
    this.#end.now()
    await this.#ended?.catch(() => {})
    this.#state = 'stopped'
  }
}
