import type { Clock, Delivery, LogSink, SendLedger, SettleOutcome, SourceRunOptions } from '@qqkit/core'
import { isThenable, messageOf } from '@qqkit/core/internal'

import { SettledTail } from '../decisions/settled-tail.js'
import { fartherMark, isOlder, type StopMark } from '../queue/stop-mark.js'
import { type Entry, readEntry } from '../events/entry.js'
import { clickId, isClick } from '../events/raw-event.js'
import type { Connection } from '../port/connection.js'
import { RedisError } from '../port/errors.js'
import { Wake } from '../port/wake.js'
import type { EventQueue, Settled, TakenEvent } from '../queue/event-queue.js'
import { LATE } from '../queue/scripts.js'
import { EventFence, EventLedger } from './fence.js'
import { HeldEvents } from './held-events.js'
import { Membership } from './membership.js'
import { QueueDelivery } from './queue-delivery.js'
import type { SettledElsewhere } from './settled-elsewhere.js'
import { stopElsewhere } from './stop-elsewhere.js'
import { judge, OUTCOMES, type Verdict } from './verdict.js'

/** One lane of the queue: events, or clicks. */
export interface WorkerLane {
  readonly queue: EventQueue
  readonly elsewhere: SettledElsewhere
  /** Most conversations at once. */
  readonly slots: number
}

/** The lanes of one worker together. */
export interface LanesTogether {
  readonly queues: readonly EventQueue[]
  /** Tells all lanes of this worker how far a conversation is stopped. */
  readonly onMark: (conversation: string, mark: StopMark) => void
}

/** Who handles what is taken. */
export interface LaneConsumer extends Pick<SourceRunOptions, 'acknowledge'> {
  readonly deliver: (delivery: Delivery) => void
}

/** What a {@link LaneWork} works with. */
export interface LaneWorkDeps {
  readonly connection: Pick<Connection, 'lives' | 'isOpen' | 'restartedAt'>
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

/** ms in which workers that a message woke spread their calls. */
const HERD = 2
/** ms after which a worker looks at the queue though no message told it to: three looks between two renewals of the usual lease. */
const POLL = 1700
const FAILED_PAUSE = 500
/** ms in which a worker takes nothing after an event that it cannot read. */
const NEWER_PAUSE = 1000
/** ms for the last settlements at a close. */
const FLUSH = 5000

/** The work of one lane: settles, takes and hands out, one call at a time. */
export class LaneWork {
  problem: string | null = 'the queue is not open yet'
  readonly #lane: WorkerLane
  readonly #deps: LaneWorkDeps & LanesTogether
  readonly #name: string
  readonly #consumer: LaneConsumer
  readonly #wake: Wake
  readonly #membership: Membership
  readonly #tail = new SettledTail()
  readonly #held = new HeldEvents()
  /** Ledgers that were made. */
  #runs = 0
  /** The last event that this version could not read, and until when nothing is taken because of it. */
  #newer = { id: '', until: -Infinity }
  #looksSoon = false
  /** What persons stopped while events are being taken. */
  readonly #stops = new Map<string, StopMark>()
  /** Whether persons may have stopped something that it did not hear. */
  #mayHaveMissed = false
  /** Whether a click may wait without an acknowledgement. */
  #mayBeLate = false
  #lookedAt = -Infinity
  #stage: 'working' | 'draining' | 'stopped' = 'working'

  constructor(lane: WorkerLane, name: string, deps: LaneWorkDeps & LanesTogether, consumer: LaneConsumer) {
    this.#lane = lane
    this.#name = name
    this.#deps = deps
    this.#consumer = consumer
    this.#wake = new Wake(deps.clock)
    this.#membership = new Membership({ ...deps, queue: lane.queue, name })
  }

  /** On which others say that something became ready. */
  get channel(): string {
    return this.#lane.queue.channel
  }

  /** The person stops what is older in a conversation. */
  endByPerson(conversation: string, mark: StopMark): void {
    // What is on its way from the server was taken before the order.
    this.#stops.set(conversation, fartherMark(this.#stops.get(conversation), mark))
    this.#end(conversation, mark)
  }

  #end(conversation: string, mark: StopMark): void {
    const delivery = this.#held.in(conversation)
    if (delivery && isOlder(delivery.event, delivery, mark)) delivery.lease.endByPerson()
  }

  /** It hears orders and wakes from now on, and asks for those before. */
  listens(): void {
    this.#mayHaveMissed = true
    this.#mayBeLate = true
    this.#wake.now()
  }

  /** Something may be ready. */
  look(): void {
    this.#wake.now()
  }

  /** Something became ready. Of several workers not all look at that moment: a part waits for a timer, which takes a ms and more. */
  hear(message: string): void {
    const { clock, random } = this.#deps
    this.#mayBeLate ||= message === LATE
    if (this.#looksSoon) return
    const wait = Math.floor(random() * Math.min(this.#membership.workers, HERD))
    if (wait === 0) return this.look()
    this.#looksSoon = true
    clock.setTimer(wait, () => {
      this.#looksSoon = false
      this.look()
    })
  }

  drain(): void {
    if (this.#stage === 'working') this.#stage = 'draining'
    this.#wake.now()
  }

  /** Leaves what still runs to other workers. */
  stop(): void {
    this.#stage = 'stopped'
    for (const delivery of this.#held.deliveries) {
      this.#held.end(delivery.event, 'back')
      delivery.lose(new Error('the source was closed'))
    }
    this.#wake.now()
  }

  /** Works until it is stopped and everything is settled, or cannot be settled in time. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    let giveUpAt = Infinity
    for (;;) {
      if (this.#stage === 'stopped' && giveUpAt === Infinity) giveUpAt = clock.now() + FLUSH
      if (this.#stage === 'stopped' && (this.#held.unsent.length === 0 || clock.now() >= giveUpAt)) break
      try {
        await this.#turn()
      } catch (error) {
        this.#membership.doubt()
        if (RedisError.is(error) && error.code === 'redis_closed') {
          for (const delivery of this.#held.deliveries) delivery.lose(error)
          this.#reportUnsent()
          throw error
        }
        this.#failed(error)
        await this.#wake.wait(FAILED_PAUSE)
      }
    }
    this.#reportUnsent()
    await this.#leave()
  }

  async #turn(): Promise<void> {
    const membership = this.#membership
    if (!membership.isMember) await this.#join()
    if (membership.renewIn === 0) await membership.renew()
    // Sent over a new link, it would take events whose outcome the server has lost.
    if (!membership.isMember) return
    const quiet = this.#quiet
    const most = this.#stage !== 'working' || quiet > 0 ? 0 : this.#free
    // With full hands it looks as well: a server that has lost its data no longer knows the lease.
    const isDue = this.#lookIn === 0
    const taken = most > 0 || this.#held.unsent.length > 0 || isDue ? await this.#work(most) : 0
    // After what was on its way from the server.
    if (this.#mayHaveMissed) await this.#askForStops()
    await this.#acknowledgeLate()
    this.problem = null
    if (this.#stage === 'stopped' || this.#held.unsent.length > 0 || membership.renewIn === 0) return
    // A full hand may not be all there is.
    if (taken > 0 && taken === most && this.#free > 0) return
    await this.#wake.wait(Math.min(quiet > 0 ? quiet : Infinity, this.#lookIn, membership.renewIn))
  }

  /** ms until the server is asked for the next time, whether something happens or not. */
  get #lookIn(): number {
    return Math.max(0, this.#lookedAt + POLL - this.#deps.clock.now())
  }

  get #free(): number {
    return this.#lane.slots - this.#held.running
  }

  /** ms until events may be taken. */
  get #quiet(): number {
    const now = this.#deps.clock.now()
    return Math.max(this.#tail.quietFor(now), this.#newer.until - now, 0)
  }

  /**
   * Whether what it has taken may begin: not in a worker that was closed meanwhile, where it would never be settled, nor in one that was
   * blocked, since another one may have it, nor before others can have told what they settled.
   */
  get #mayBegin(): boolean {
    const isQuiet = this.#tail.quietFor(this.#deps.clock.now()) > 0
    return this.#stage !== 'stopped' && this.#membership.mayAct && !isQuiet
  }

  async #work(most: number): Promise<number> {
    const { queue, elsewhere } = this.#lane
    const { clock } = this.#deps
    this.#stops.clear()
    this.#lookedAt = clock.now()
    const taken = await this.#held.send(async (outcomes) => {
      const answer = await queue.work(this.#membership.token, most, outcomes)
      if (!answer.live) this.#membership.forget()
      for (const index of answer.lost) this.#reportLate(outcomes[index]!)
      return answer.taken
    })
    const verdicts = await judge(taken, {
      settled: async (digests, again) => {
        if (again) this.#tail.metAgain(this.#membership.since)
        return this.#tail.asks(clock.now()) ? elsewhere.ask(digests) : new Set()
      },
      seen: async (digests) => queue.seen(digests),
      stopOf: (conversation) => this.#stops.get(conversation),
    })
    for (const verdict of verdicts) this.#execute(verdict)
    return taken.length
  }

  /** Clicks behind another one of their conversation, and clicks without a slot. A process that dies before the call leaves them unanswered. */
  async #acknowledgeLate(): Promise<void> {
    const isLate = this.#mayBeLate || this.#free <= 0
    this.#mayBeLate = false
    // A bot that stops may end before its calls.
    if (!isLate || this.#stage !== 'working' || !this.#consumer.acknowledge) return
    for (const body of await this.#lane.queue.claimClicks()) {
      const entry = readEntry(body)
      if (entry !== null && entry !== 'newer') this.#acknowledge(entry)
    }
  }

  #acknowledge({ frame, acknowledged, awaitsCode }: Entry): void {
    if (!isClick(frame) || acknowledged || awaitsCode) return
    this.#call(() => this.#consumer.acknowledge?.(frame))
  }

  async #askForStops(): Promise<void> {
    this.#mayHaveMissed = false
    const held = this.#held.deliveries.map(({ event }) => event.conversation)
    if (held.length === 0) return
    try {
      for (const [conversation, mark] of await this.#lane.queue.stops(held)) this.#end(conversation, mark)
    } catch (error) {
      this.#mayHaveMissed = true
      throw error
    }
  }

  #execute(verdict: Verdict): void {
    if (!this.#mayBegin) return this.#held.end(verdict.event, 'back')
    if (verdict.kind === 'handle') return this.#handOut(verdict.event, verdict.entry)
    this.#report(verdict)
    // The order may have come before the claim.
    if (verdict.kind === 'stopped') this.#acknowledge(verdict.entry)
    // It is not handled either where the server loses the mark.
    if (verdict.kind === 'stopped') this.#tail.add(verdict.entry.digest, this.#deps.clock.now())
    this.#held.end(verdict.event, OUTCOMES[verdict.kind])
  }

  #handOut(event: TakenEvent, entry: Entry): void {
    const { tellCode } = this.#deps
    const click = entry.awaitsCode ? clickId(entry.frame) : null
    const delivery: QueueDelivery = new QueueDelivery(event, entry, {
      mayAct: () => this.#membership.mayAct,
      tellCode: click === null ? null : (code) => tellCode(click, code),
      fenceOf: this.#fenceOf,
      order:
        entry.order === ''
          ? null
          : {
              stop: async ({ waiting }) => {
                const order = { conversation: entry.order, id: event.id, said: entry.said, waiting }
                return stopElsewhere(order, () => delivery.isOpen, {
                  ...this.#deps,
                  onStopped: this.#onStopped,
                  onWait: () => this.#leaveSlot(delivery),
                })
              },
            },
      ledgerOf: this.#ledgerOf,
      onSettled: this.#onSettled,
    })
    this.#held.begin(delivery)
    // The event stays open, as the consumer may have begun with it.
    this.#call(() => this.#consumer.deliver(delivery))
  }

  #call(consumer: () => unknown): void {
    const onFailed = (error: unknown): void =>
      this.#deps.log({
        level: 'error',
        event: 'redis.consumer_failed',
        message: 'the consumer of run() failed',
        error,
      })
    try {
      const result = consumer()
      if (isThenable(result)) void Promise.resolve(result).catch(onFailed)
    } catch (error) {
      onFailed(error)
    }
  }

  /** Clicks must be answered in time. Returns a function that takes the slot again. */
  #leaveSlot(delivery: QueueDelivery): () => void {
    const take = this.#held.aside(delivery)
    this.#wake.now()
    return take
  }

  readonly #fenceOf = (delivery: QueueDelivery, lost: AbortSignal): EventFence =>
    new EventFence({
      event: delivery.event,
      ownKey: this.#lane.queue.ownKey,
      token: () => this.#membership.token,
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
    if (token !== this.#membership.token) return
    this.#membership.doubt()
    this.#wake.now()
  }

  /** What was stopped is reported to the others as what was handled. */
  readonly #onStopped = (digests: readonly string[]): void => {
    for (const digest of digests) this.#tail.add(digest, this.#deps.clock.now())
  }

  readonly #onSettled = ({ event, digest }: QueueDelivery, outcome: SettleOutcome): void => {
    const declined = outcome === 'declined' && digest !== ''
    // Also where the server never hears of it, or says that it is lost: it was handled. What was declined may come again.
    if (!declined) this.#tail.add(digest, this.#deps.clock.now())
    this.#held.end(event, declined ? { declined: digest } : 'done')
    this.#wake.now()
  }

  async #join(): Promise<void> {
    const { connection, log } = this.#deps
    // Before the others may take what it has let go.
    await this.#tell()
    const { deliveries, late } = await this.#held.compare(async (events) => this.#membership.join(events))
    for (const one of late) this.#reportLate(one)
    for (const delivery of deliveries) {
      delivery.lose(new Error('another process handles this event now'))
      const message = 'an event was given to another process; its handler is ended here'
      log({ level: 'warn', event: 'redis.lease_lost', message, key: delivery.key })
    }
    this.#tail.joined(Math.max(connection.restartedAt, this.#membership.forgottenAt))
    // Its link was away, and what it hears may be for longer.
    this.#mayHaveMissed = true
    this.#mayBeLate = true
    // A server that lost its data between the two does not have the keys; from now on a loss would end the lease as well.
    await this.#tell()
  }

  /** Tells the others what was settled lately. */
  async #tell(): Promise<void> {
    const keys = this.#tail.recent(this.#deps.clock.now())
    if (keys.length > 0) await this.#lane.elsewhere.tell(keys)
  }

  /** Ends the lease at once. The others learn what was settled lately, since the server may still lose it. */
  async #leave(): Promise<void> {
    try {
      await this.#tell()
      await this.#membership.leave()
    } catch {
      // It runs out.
    }
  }

  #report(verdict: Verdict): void {
    const { clock, log } = this.#deps
    const { id, lives } = verdict.event
    if (verdict.kind === 'newer') {
      // It leaves newer workers the time to take it.
      const message = 'an event of the queue has a newer format; it is left to a worker of a newer version'
      if (this.#newer.id !== id) log({ level: 'warn', event: 'redis.newer_entry', message, id })
      this.#newer = { id, until: clock.now() + NEWER_PAUSE }
    } else if (verdict.kind === 'damaged') {
      const message = 'an event of the queue is damaged; it is given up'
      log({ level: 'error', event: 'redis.damaged_entry', message, id })
    } else if (verdict.kind === 'deadly') {
      const message = `${lives} workers died while they handled this event; it is given up`
      const { key, frame } = verdict.entry
      log({ level: 'error', event: 'redis.dead', message, key, name: frame.t })
    }
  }

  /** The server is not told any more. */
  #reportUnsent(): void {
    for (const one of this.#held.unsent) this.#reportLate(one)
  }

  /** The server was not told in time. */
  #reportLate({ id, outcome }: Settled): void {
    if (outcome !== 'done') return
    const message =
      'an event was handled here, and Redis was not told before the lease had ended; another process may handle it again'
    this.#deps.log({ level: 'warn', event: 'redis.settled_late', message, id })
  }

  #failed(error: unknown): void {
    const message = `the queue cannot be reached: ${messageOf(error)}`
    if (this.problem === null) this.#deps.log({ level: 'warn', event: 'redis.work_waits', message, error })
    this.problem = message
  }
}
