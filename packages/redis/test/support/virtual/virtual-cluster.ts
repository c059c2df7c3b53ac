import type { Delivery, LogRecord, LogSink, WireFrame } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { ManualClock, seededRandom } from '@qqkit/core/testing'

import { readEntry } from '../../../src/events/entry.js'
import type { Missing } from '../../../src/events/peer-watch.js'
import { Publisher } from '../../../src/events/publisher.js'
import { controlWordsOf, defaultConversation } from '../../../src/events/raw-event.js'
import { Connection } from '../../../src/port/connection.js'
import { greet } from '../../../src/port/greeting.js'
import { audit } from '../../../src/queue/audit.js'
import { SessionLocks } from '../../../src/queue/session-locks.js'
import { RedisSource } from '../../../src/worker/redis-source.js'
import { HandSource, message, textOf } from '../hand-source.js'
import { Judge, type Run } from './judge.js'
import { ModelPort } from './model-port.js'
import { ModelServer } from './model-server.js'
import { Orders } from './orders.js'
import { LostError, Platform, Replier, StoppedError } from './platform.js'
import { type Order, ProcessClock } from './process-clock.js'
import type { WorkerRecord } from './worker-record.js'

export const LEASE = 15_000
/** ms in which another event must be handled at the end: a worker may have died with it, and the next take long. */
const PATIENCE = 5 * LEASE
/** ms after which nothing more comes once everything is handled: a publisher asks that often how far the server is. */
const CALM = 6000
/** ms that a worker has to finish at a deploy. */
const STOP_TIMEOUT = 10_000
/** ms of a command, and of a lost connection until the next one is open. */
const COMMAND = 5000
const REOPENED = 1600
/** ms for which idle workers are watched, and their most commands per second. */
const IDLE = 8000
const IDLE_RATE = 2
/** Commands of a worker that is woken within them, and of one that notices the end of a silent connection. */
const WOKEN = 6
const REJOINS = 10

/** A process with a time and a way to the server of its own. */
export interface VirtualProcess {
  readonly name: string
  readonly clock: ProcessClock
  readonly port: ModelPort
  readonly connection: Connection
}

/** A worker of a {@link VirtualCluster}. */
export interface VirtualWorker extends VirtualProcess {
  readonly source: RedisSource
  readonly running: Promise<void>
  readonly record: WorkerRecord
  readonly runs: Set<Run>
}

/** A publisher of a {@link VirtualCluster}. */
interface VirtualFront extends VirtualProcess {
  readonly hand: HandSource
  readonly publisher: Publisher
  readonly publishing: Promise<void>
}

/** What somebody says, and how it is handled. */
export interface Message {
  readonly conversation: number
  /** ms of the handler before each reply, and in the end. */
  readonly ms: number
  /** Whether each reply has a number. */
  readonly replies: readonly boolean[]
  /** Whether it kills its worker in the end. */
  readonly isPoison?: boolean
}

/** Something that happens when the server executes a command of a process, before the answer is on its way. */
interface Aimed {
  readonly process: VirtualProcess
  readonly command: string
  readonly happen: () => void
}

/** What a {@link VirtualCluster} is made of. */
export interface VirtualClusterOptions {
  readonly seed: number
  readonly workers: number
  /** Most conversations of a worker at once; default 20. */
  readonly slots?: number
  /** Most unfinished events; default 100 000. */
  readonly backlog?: number
}

/**
 * Workers and a publisher as they are, on a server that is a model, each in a time of its own that stands still at will. What the handlers
 * and the people see is judged as it happens.
 */
export class VirtualCluster {
  readonly clock: ManualClock = new ManualClock()
  readonly random: () => number
  readonly server: ModelServer
  readonly workers: VirtualWorker[] = []
  readonly judge: Judge
  readonly platform: Platform
  /** How often each record was logged. */
  readonly told: Record<string, number> = {}
  /** ms until each event was begun, but for those that waited for an earlier one of their conversation. */
  readonly waits: number[] = []
  front: VirtualFront
  readonly #options: VirtualClusterOptions
  readonly #orders: Orders
  /** What was said, by text. */
  readonly #messages = new Map<string, Message & { readonly saidAt: number }>()
  /** Those and orders, as the platform pushes them. */
  readonly #frames = new Map<string, WireFrame>()
  readonly #said = new Map<number, number>()
  readonly #done = new Map<string, number>()
  /** Replies that may have been seen, as their senders say. */
  readonly #doubted = new Set<string>()
  readonly #settled = new Set<string>()
  readonly #gone: VirtualWorker[] = []
  #hired = 0
  #troubledUntil = 0
  #aimed: Aimed[] = []

  constructor(options: VirtualClusterOptions) {
    const losses: ModelServer['losses'] = []
    this.#options = options
    this.random = seededRandom(options.seed)
    this.#orders = new Orders(losses)
    this.judge = new Judge({ now: () => this.clock.now(), lease: LEASE, losses, orders: this.#orders })
    this.server = new ModelServer(this.clock, this.judge, losses)
    this.platform = new Platform(this.clock, seededRandom(options.seed + 7))
    this.front = this.#publish()
    for (let count = 0; count < options.workers; count += 1) this.hire()
  }

  get events(): number {
    return this.#messages.size
  }

  get faults(): readonly string[] {
    return this.judge.faults
  }

  get again(): number {
    return this.judge.again
  }

  /** How often the handler of an event began. */
  begun(text: string): number {
    return this.judge.runs.filter((run) => run.text === text).length
  }

  /** The words of the next message of a conversation. */
  next(conversation: number): string {
    return `${conversation}/${this.#said.get(conversation) ?? 0}`
  }

  /** Somebody writes. */
  say(one: Message): void {
    const text = this.next(one.conversation)
    this.#said.set(one.conversation, (this.#said.get(one.conversation) ?? 0) + 1)
    this.#messages.set(text, { ...one, saidAt: this.clock.now() })
    this.#write(text, one.conversation)
  }

  /** Somebody stops what was said in a conversation. */
  order(conversation: number): void {
    this.#write(this.#orders.say(conversation, this.#said.get(conversation) ?? 0), conversation)
  }

  hire(): void {
    const process = this.#process(`w${(this.#hired += 1)}`)
    const { name, clock, port, connection } = process
    const runs = new Set<Run>()
    const record = this.judge.worker(name)
    const log = this.#logOf(record)
    const source = new RedisSource({
      connection,
      // The second one has orders alone, and opens the link for the first one now and then.
      lanes: (['events', 'clicks'] as const).map((lane) => ({
        queue: port.queue(lane, connection.command),
        elsewhere: port.elsewhere(connection.command),
        slots: this.#options.slots ?? 20,
      })),
      subscribe: async (...args) => connection.subscribe(...args),
      clock,
      random: port.random,
      log,
      lease: LEASE,
      process: name,
      examine: async () => {},
      look: async () => null,
      tellCode: () => {},
    })
    const running = source
      .run((delivery) => void this.#handle(delivery, worker))
      .catch((error: unknown) => void this.judge.faults.push(`${name} failed: ${String(error)}`))
    const worker: VirtualWorker = { ...process, source, running, record, runs }
    this.workers.push(worker)
  }

  /** Lets something happen while the answer to a command of a process is on its way. */
  aim(process: VirtualProcess, command: string, happen: () => void): void {
    this.#aimed.push({ process, command, happen })
  }

  /** A process stands still for a while. */
  stand(process: VirtualProcess, ms: number, order: Order): void {
    if (process.clock.stands || process.clock.isDead) return
    this.#trouble(process, ms)
    process.clock.stand()
    this.clock.setTimer(ms, () => process.clock.goOn(order))
  }

  /** Its connections break. */
  cut(process: VirtualProcess): void {
    this.#trouble(process, REOPENED)
    process.port.each((link) => link.cut())
  }

  /** All connections break. */
  cutAll(): void {
    for (const process of this.#all) this.cut(process)
  }

  /** Its connections go silent, and new ones do not come through for a while. */
  silence(process: VirtualProcess, ms: number): void {
    this.#trouble(process, ms + COMMAND + REOPENED)
    process.port.each((link) => link.mute())
    process.port.isReachable = false
    this.clock.setTimer(ms, () => {
      process.port.isReachable = true
    })
  }

  /** Nothing of it reaches the platform for a while. */
  silencePlatform({ clock }: VirtualProcess, ms: number): void {
    this.platform.cutOff(clock, ms)
  }

  /** Its connections are slow for a while. */
  stall(process: VirtualProcess, ms: number, direction: 'there' | 'back'): void {
    this.#trouble(process, Math.min(ms, COMMAND) + REOPENED)
    process.port.each((link) => link.stall(ms, direction))
  }

  /** Ends a worker without a word. */
  kill(worker: VirtualWorker): void {
    this.#dismiss(worker)
    worker.record.killedAt = this.clock.now()
    this.#end(worker)
  }

  /** Ends a worker at once: what it has not finished goes to others. */
  async close(worker: VirtualWorker): Promise<void> {
    this.#dismiss(worker)
    worker.record.closedAt = this.clock.now()
    await worker.source.close()
    await this.#leave(worker)
  }

  /** Replaces a worker as a deploy does: it may finish. */
  async deploy(worker: VirtualWorker): Promise<void> {
    this.hire()
    await this.retire(worker)
  }

  /** Ends a worker that may finish. */
  async retire(worker: VirtualWorker): Promise<void> {
    this.#dismiss(worker)
    worker.source.drain()
    const until = this.clock.now() + STOP_TIMEOUT
    while (this.clock.now() < until && [...worker.runs].some(({ doneAt }) => doneAt === Infinity))
      await sleep(worker.clock, 50)
    worker.record.closedAt = this.clock.now()
    await worker.source.close()
    await this.#leave(worker)
  }

  /** Another publisher takes the source over. The one before is dead, or stands still and does not know it. */
  replaceFront(kills: boolean): void {
    const before = this.front
    if (kills) this.#end(before)
    this.front = this.#publish()
    for (const text of this.#frames.keys()) if (!this.#settled.has(text)) this.#push(text)
  }

  /** The server dies, returns after a while, and has lost the last `ms`, or everything. */
  restart(away: number, lost: { readonly ms?: number; readonly empty?: boolean } = {}): void {
    if (!this.server.isUp) return
    for (const process of this.#all) this.#trouble(process, away + REOPENED, true)
    this.server.die()
    this.clock.setTimer(away, () => this.server.return(lost))
  }

  /** The server forgets everything. */
  flush(): void {
    this.#trouble(this.front, REOPENED)
    this.server.empty()
  }

  /** Executes nothing for a while. */
  standServer(ms: number): void {
    for (const process of this.#all) this.#trouble(process, ms + (ms > COMMAND ? REOPENED : 0))
    this.server.stand(ms)
  }

  /** Waits until everything is handled, ends all, and judges. */
  async end(): Promise<void> {
    const { clock } = this
    const { faults } = this.judge
    for (let [last, until] = ['', 0]; clock.now() < until || this.#progress !== last;) {
      if (this.#progress !== last)
        [last, until] = [this.#progress, clock.now() + (this.isOver ? CALM : PATIENCE)]
      await clock.advance(1000)
    }
    await this.#judgeIdle()
    const last = this.server.events.snapshot()
    const orders = this.server.clicks.snapshot()
    const dead = new Set(last.dead.map(textOfBody))
    const left = last.bodies.size + orders.bodies.size
    if (left > 0) faults.push(`${left} events are left`)
    for (const text of this.#frames.keys())
      if (!this.#settled.has(text)) faults.push(`${text} was not settled`)
    for (const text of this.#messages.keys())
      if (!this.#done.has(text) && !dead.has(text) && !this.#orders.mayBeLeftOut(text))
        faults.push(`${text} was not handled`)
    faults.push(...audit(last), ...audit(orders))
    this.judge.end()
    this.#judgeReplies(dead)
    for (const { record } of this.workers) record.closedAt = clock.now()
    const closing = [this.front.publisher.close(), ...this.workers.map(async ({ source }) => source.close())]
    await clock.advance(60_000)
    await Promise.all(closing)
    await this.front.publishing
    const busy = this.#all.filter(({ clock: own }) => own.pending > 0)
    for (const process of busy) faults.push(`${process.clock.pending} timers of ${process.name} are left`)
  }

  get #all(): readonly VirtualProcess[] {
    return [this.front, ...this.workers, ...this.#gone]
  }

  /** Whether everything that was said is handled. */
  get isOver(): boolean {
    const isCalm = this.clock.now() >= this.#troubledUntil
    return isCalm && this.#settled.size === this.#frames.size && this.#waiting === 0
  }

  /** How many events and orders are unfinished. */
  get #waiting(): number {
    return this.server.events.size + this.server.clicks.size
  }

  get #progress(): string {
    return `${this.judge.runs.length} ${this.#waiting} ${this.#settled.size}`
  }

  /** As a publisher counts workers: by their leases. */
  get #missing(): Missing | null {
    const { workers } = this.server.events.snapshot()
    if (!this.server.isUp || [...workers.values()].some((end) => end > this.clock.wall())) return null
    return { code: 'redis_no_workers', message: 'no worker takes the events of the queue' }
  }

  #poison(worker: VirtualWorker): void {
    if (!this.workers.includes(worker)) return
    this.kill(worker)
    this.hire()
  }

  async #judgeIdle(): Promise<void> {
    this.#aimed = []
    await this.clock.advance(IDLE)
    const before = this.workers.map(({ name, port }) => {
      const { commands, opened } = port
      return { name, port, commands, opened }
    })
    await this.clock.advance(IDLE)
    for (const { name, port, commands, opened } of before) {
      const most = (IDLE_RATE * IDLE) / 1000 + WOKEN + (port.opened - opened) * REJOINS
      const sent = port.commands - commands
      if (sent > most) this.judge.faults.push(`${name} sent ${sent} commands in ${IDLE} idle ms`)
    }
  }

  #judgeReplies(dead: ReadonlySet<string>): void {
    const { faults } = this.judge
    for (const [text, { replies }] of this.#messages)
      for (const [index, numbered] of dead.has(text) ? [] : replies.entries()) {
        const name = `${text} answer/${index + 1}`
        const count = this.platform.seen.get(name) ?? 0
        // With its last moments the server may have lost the ledger.
        if (count > 1 && this.server.losses.length === 0) faults.push(`${name} was seen ${count} times`)
        const mayBeMissing = this.#orders.mayBeLeftOut(text) || (!numbered && this.#doubted.has(name))
        if (count === 0 && !mayBeMissing) faults.push(`${name} was not seen`)
      }
  }

  #process(name: string): VirtualProcess {
    const random = seededRandom(this.#options.seed * 1009 + Number(name.replaceAll(/\D/g, '')))
    const clock = new ProcessClock(this.clock, random)
    const port = new ModelPort({
      server: this.server,
      clock,
      world: this.clock,
      random,
      onExecuted: (command) => this.#onExecuted(port, command),
    })
    const connection = new Connection({
      port,
      clock,
      random,
      commandTimeout: COMMAND,
      greet: async (send, again) => greet(send, 'meta', again),
    })
    return { name, clock, port, connection }
  }

  #onExecuted(port: ModelPort, command: string): void {
    const now = this.#aimed.filter((one) => one.process.port === port && one.command === command)
    this.#aimed = this.#aimed.filter((one) => !now.includes(one))
    for (const { happen } of now) happen()
  }

  #logOf(record: WorkerRecord | null): LogSink {
    return ({ event, ...more }: LogRecord) => {
      this.told[event] = (this.told[event] ?? 0) + 1
      if (event === 'redis.settled_late') record?.reported.add(String((more as { id?: unknown }).id))
    }
  }

  #dismiss(worker: VirtualWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1)
    this.#gone.push(worker)
  }

  /** Nothing of a process happens any more. */
  #end({ clock, port }: VirtualProcess): void {
    clock.die()
    port.each((link) => link.cut())
  }

  async #leave(worker: VirtualWorker): Promise<void> {
    await worker.running
    worker.record.endedAt = this.clock.now()
    worker.connection.close()
  }

  #trouble(process: VirtualProcess, ms: number, isRestart: boolean = false): void {
    const from = this.clock.now()
    this.#troubledUntil = Math.max(this.#troubledUntil, from + ms + COMMAND)
    if ('record' in process)
      (process as VirtualWorker).record.troubles.push({ from, to: from + ms, isRestart })
  }

  #publish(): VirtualFront {
    const process = this.#process(`front ${(this.#hired += 1)}`)
    const { clock, port, connection, name } = process
    const hand = new HandSource()
    const publisher = new Publisher({
      source: hand,
      connection,
      examine: async () => {},
      queues: {
        events: port.queue('events', connection.command),
        clicks: port.queue('clicks', connection.command),
      },
      locks: new SessionLocks(),
      clock,
      log: this.#logOf(null),
      process: name,
      replicas: 0,
      confirm: async () => 0,
      backlog: this.#options.backlog ?? 100_000,
      conversationOf: defaultConversation,
      look: async () => this.#missing,
      leave: async () => {},
      onRewound: () => {},
      controlWords: controlWordsOf(['/stop']),
      listenToCodes: null,
    })
    const front: VirtualFront = {
      ...process,
      hand,
      publisher,
      // One that was refused is started again, unless another one has the way to the platform.
      publishing: publisher.run().catch(() => {
        if (this.front === front) this.replaceFront(true)
      }),
    }
    return front
  }

  async #handle(delivery: Delivery, worker: VirtualWorker): Promise<void> {
    if (delivery.order) return this.#obey(delivery, worker)
    const run = this.judge.begin(delivery, worker.record)
    worker.runs.add(run)
    const { text } = run
    const one = this.#messages.get(text)!
    this.#note(run, one.saidAt)
    try {
      await this.#answer(run, one, worker)
    } catch (error) {
      if (error instanceof LostError) return
      if (!(error instanceof StoppedError)) throw error
    }
    if (!(await mayEnd(delivery, worker))) return
    if (one.isPoison) return this.#poison(worker)
    this.judge.done(run)
    this.#done.set(text, this.clock.now())
    delivery.settle('done')
  }

  /** @throws LostError, StoppedError */
  async #answer(run: Run, { ms, replies }: Message, { clock }: VirtualWorker): Promise<void> {
    const { lease } = run.delivery
    const pause = async (): Promise<void> => {
      await sleep(clock, ms / (replies.length + 1), lease.stop).catch(() => {
        throw new StoppedError()
      })
    }
    const replier = new Replier({
      platform: this.platform,
      clock,
      lease,
      text: run.text,
      onSend: () => this.judge.act(run, 'was answered'),
      onDoubt: (name) => this.#doubted.add(name),
    })
    for (const numbered of replies) {
      await pause()
      await replier.reply(numbered)
    }
    await pause()
  }

  async #obey(delivery: Delivery, worker: VirtualWorker): Promise<void> {
    const from = this.clock.now()
    await delivery.order!.stop({ waiting: true }).catch(() => {})
    if (!(await mayEnd(delivery, worker))) return
    this.#orders.answer(textOf(delivery), { worker: worker.record, from, at: this.clock.now() })
    delivery.settle('done')
  }

  #write(text: string, conversation: number): void {
    this.#frames.set(text, message(text, `person ${conversation}`))
    this.#push(text)
  }

  /** The platform pushes a message to the publisher. */
  #push(text: string): void {
    const { hand, clock } = this.front
    const state = { isSettled: false }
    const settle = (): void => {
      if (state.isSettled) this.judge.faults.push(`${text} was settled twice`)
      state.isSettled = true
      this.#settled.add(text)
    }
    clock.arrive(() => hand.push(this.#frames.get(text)!, { settle }))
  }

  #note(run: Run, saidAt: number): void {
    const { conversation, number } = run
    const freeAt = number === 0 ? -Infinity : (this.#done.get(`${conversation}/${number - 1}`) ?? Infinity)
    if (freeAt <= saidAt) this.waits.push(this.clock.now() - saidAt)
  }
}

/** As a save does, it waits for the lease. A process that was killed has none, and never gets one again. */
const mayEnd = async ({ lease }: Delivery, { clock }: VirtualWorker): Promise<boolean> => {
  while (!lease!.valid()) {
    if (lease!.signal.aborted) return false
    await sleep(clock, 50)
  }
  return true
}

/** The text of the message in a body of the queue. */
const textOfBody = (body: string): string => {
  const entry = readEntry(body)
  return entry === null || entry === 'newer' ? '' : textOf(entry)
}
