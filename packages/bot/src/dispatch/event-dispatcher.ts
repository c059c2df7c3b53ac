import type { Clock, Delivery, DeliveryLease, LogSink, SettleOutcome, WireFrame } from '@qqkit/core'
import { DeadlineQueue, onAbort } from '@qqkit/core/internal'

import { BotError } from '../common/errors.js'
import type { MergedDelivery } from '../common/merged-delivery.js'
import { requireSync } from '../common/require-sync.js'
import type { ContextHost } from '../context/base-context.js'
import { type Context, createContext } from '../context/context.js'
import { conversationKey } from '../context/conversation.js'
import type { InteractionContext } from '../context/interaction-context.js'
import { isUnaddressed, wasDeclined } from '../context/unaddressed.js'
import { fields, numericIdIn } from '../events/fields.js'
import { parseInteraction } from '../events/interaction.js'
import type { OwnIds } from '../events/mentions.js'
import { messageEvent, ReceivedMessage } from '../events/parse-message.js'
import type { ReplyDeps } from '../reply/replier.js'
import { withReplyKind } from '../reply/reply-kind.js'
import type { EventTakers } from '../routing/intake.js'
import type { EventDeduplicator } from './event-deduplicator.js'
import { HandlerRun, type HandlerRunDeps } from './handler-run.js'
import {
  KeyedQueue,
  type Overflow,
  type KeyedQueueOptions,
  type QueueSize,
  type Task,
} from './keyed-queue.js'
import { SaturationMonitor } from './saturation-monitor.js'
import { OwnIdentity, SelfLookup } from './self-identity.js'

/** What an {@link EventDispatcher} works with. */
export interface EventDispatcherDeps {
  readonly services: ReplyDeps
  readonly clock: Clock
  readonly log: LogSink
  readonly deduplicator: EventDeduplicator
  readonly limits: KeyedQueueOptions
  /** ms */
  readonly handlerTimeout: number
  readonly interactionAck: 'intake' | 'handler'
  readonly conversationKey: (ctx: Context) => string
  /** `GET /users/@me`, asked where READY did not tell; default: not asked. */
  readonly whoAmI?: (signal: AbortSignal) => Promise<unknown>
  /** Take events before they are queued, and learn of those that are dropped; `null` for nearly every bot. */
  readonly takers?: Pick<EventTakers, 'claim' | 'release'> | null
  /** The composed handlers; may return a promise. */
  readonly handle: (ctx: Context, run: HandlerRun) => unknown
  /** Called when the handlers of an event have ended without an error. */
  readonly onHandled?: (ctx: Context) => void
  /** Called with every error of a handler; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
  /** Called with each event that was dropped from a full queue. */
  readonly onDropped?: ((ctx: Context) => unknown) | undefined
}

const NOTHING: QueueSize = Object.freeze({ running: 0, waiting: 0 })

/** A queue of events, its bounds, and what watches over its load. */
class EventLine implements KeyedQueueOptions {
  readonly concurrency: number
  readonly waiting: number
  readonly perLane: number | undefined
  readonly queue: KeyedQueue = new KeyedQueue(this)
  readonly #deps: EventDispatcherDeps
  /** Made when the line is full for the first time. */
  #monitor: SaturationMonitor | null = null

  constructor(deps: EventDispatcherDeps) {
    const { concurrency, waiting, perLane } = deps.limits
    this.concurrency = concurrency
    this.waiting = waiting
    this.perLane = perLane
    this.#deps = deps
  }

  get saturation(): SaturationMonitor['saturation'] {
    return this.#monitor?.saturation ?? null
  }

  onSaturated(taken: boolean): void {
    const { clock, log } = this.#deps
    const waiting = (): number => this.queue.size.waiting
    this.#monitor ??= new SaturationMonitor({ clock, log, concurrency: this.concurrency, waiting })
    this.#monitor.onSaturated(taken)
  }

  /** An error of the user's function must not reach the source, which would lose the event. */
  onFull(key: string, size: QueueSize): Overflow {
    const { limits, log } = this.#deps
    try {
      return requireSync(limits.onFull(key, size), 'onQueueFull')
    } catch (error) {
      const message = 'onQueueFull failed; the event that waited longest was dropped'
      log({ level: 'error', event: 'bot.queue_hook_failed', message, error })
      return 'drop-oldest'
    }
  }
}

/**
 * Receives deliveries from sources, and hands each event to the handlers once, in order per conversation. It is one object for
 * all contexts and handler runs, without closures and queues ahead of their use: most bots of a process are idle.
 */
export class EventDispatcher implements ContextHost, HandlerRunDeps {
  readonly deadlines: DeadlineQueue<HandlerRun>
  readonly #deps: EventDispatcherDeps
  /** Each is made for its first event. A click must not wait behind a slow reply (§5.7). */
  #events: EventLine | null = null
  #clicks: EventLine | null = null
  readonly #ownIds = new OwnIdentity()
  readonly #selfLookup: SelfLookup
  /** Calls of `onDropped`, and runs that were paused, that have not ended. */
  #besideQueues: Set<Promise<void>> | null = null
  #open = true
  #interrupted = false

  constructor(deps: EventDispatcherDeps) {
    const { clock, log, whoAmI = null } = deps
    this.#deps = deps
    this.deadlines = new DeadlineQueue(clock)
    this.#selfLookup = new SelfLookup({ own: this.#ownIds, ask: whoAmI, clock, log })
  }

  get services(): ReplyDeps {
    return this.#deps.services
  }

  get clock(): Clock {
    return this.#deps.clock
  }

  get timeout(): number {
    return this.#deps.handlerTimeout
  }

  get isOpen(): boolean {
    return this.#open
  }

  get own(): OwnIds {
    return this.#ownIds.now
  }

  /** Why no new event is handled; `null` while handlers have room. */
  get saturation(): SaturationMonitor['saturation'] {
    return this.#events?.saturation ?? this.#clicks?.saturation ?? null
  }

  /** How many events are handled, and how many wait. */
  get size(): QueueSize {
    const [events, clicks] = [this.#events?.queue.size ?? NOTHING, this.#clicks?.queue.size ?? NOTHING]
    return { running: events.running + clicks.running, waiting: events.waiting + clicks.waiting }
  }

  /** Receives one delivery. Once closed, deliveries stay unsettled for the next process. */
  readonly deliver = (delivery: Delivery): void => {
    if (this.#open && !this.#selfLookup.holdsBack(delivery, this.#admit)) this.#admit(delivery)
  }

  readonly #admit = (delivery: Delivery): void => {
    if (this.#interrupted) return
    this.#ownIds.learnFrom(delivery.frame)
    const merged = this.#deps.deduplicator.begin(delivery, this.#isAddressed)
    if (!merged) return
    const run = this.#enqueue(this.contextOf(delivery, merged), merged)
    if (delivery.lease) this.#watch(delivery.lease, run)
  }

  /** Acknowledges a click that is delivered later, or never. */
  acknowledge({ d }: WireFrame): void {
    const click = parseInteraction(d)
    if (!click?.needsAck) return
    this.services.client.acknowledge(click.id, 0).catch((error: unknown) => this.#onAckFailed(error, false))
  }

  /** Stops receiving deliveries. Received ones are still handled. */
  close(): void {
    this.#open = false
  }

  /** Resolves when everything received is finished. */
  async idle(): Promise<void> {
    await this.#selfLookup.idle()
    const [events, clicks] = [this.#events?.queue.idle(), this.#clicks?.queue.idle()]
    await Promise.all([events, clicks, ...(this.#besideQueues ?? [])])
  }

  /** Aborts the handlers that still run, and leaves their events unsettled for the next process. */
  interrupt(reason: BotError): void {
    this.#interrupted = true
    this.#selfLookup.close()
    this.#events?.queue.clear(reason)
    this.#clicks?.queue.clear(reason)
    for (const run of this.deadlines.clear()) run.interrupt(reason)
  }

  /** Whether a delivery is a message that is known to be for the bot. */
  readonly #isAddressed = ({ frame }: Delivery): boolean => {
    const event = messageEvent(frame.t)
    if (!event || numericIdIn(frame) !== null) return false
    const message = new ReceivedMessage(event, fields(frame.d), this.#ownIds.now)
    return message.isUsable && message.toMe
  }

  contextOf(delivery: Delivery, merged: MergedDelivery): Context {
    return createContext({ delivery, merged, host: this })
  }

  /** Ends a run whose event another process has. */
  #watch({ signal }: DeliveryLease, run: HandlerRun): void {
    onAbort(signal, () => {
      run.merged.leave()
      run.lose(new BotError('lease_lost', run.ctx.name))
      // It may still wait in the queue.
      this.#deps.takers?.release(run.ctx)
    })
  }

  /** Queues an event behind the others of its conversation. */
  #enqueue(ctx: Context, merged: MergedDelivery): HandlerRun {
    const claim = this.#deps.takers?.claim(ctx) ?? null
    const run = new HandlerRun(ctx, merged, this, claim?.key)
    if (isUnaddressed(ctx)) merged.unaddressed = run
    if (ctx.event === 'interaction') {
      this.#acknowledge(ctx)
      // A claimed click has its turn in a conversation.
      if (claim === null) {
        this.#clicks ??= new EventLine(this.#deps)
        this.#clicks.queue.push(run)
        return run
      }
    }
    this.queue(run)
    return run
  }

  queue(task: Task): void {
    if (this.#interrupted) return
    this.#events ??= new EventLine(this.#deps)
    this.#events.queue.push(task)
  }

  /** Whether an event of a conversation is handled or waits, clicks left out. */
  isBusy(key: string): boolean {
    return this.#events?.queue.has(key) ?? false
  }

  addBeside(over: Promise<void>): void {
    const all = (this.#besideQueues ??= new Set())
    all.add(over)
    void over.then(() => all.delete(over))
  }

  handle(ctx: Context, run: HandlerRun): unknown {
    return this.#deps.handle(ctx, run)
  }

  onHandled(ctx: Context): void {
    this.#deps.onHandled?.(ctx)
  }

  onTimeUp(run: HandlerRun): void {
    const { handlerTimeout } = this.#deps
    run.timeUp(new BotError('handler_timeout', `${run.ctx.name} after ${handlerTimeout} ms`))
  }

  onEnd({ ctx, replacement, merged, isLeft }: HandlerRun, outcome: SettleOutcome): void {
    this.#deps.takers?.release(ctx)
    if (this.#interrupted || isLeft) return
    if (ctx.event === 'interaction') this.#acknowledgeLate(ctx, outcome)
    const declined = outcome === 'done' && wasDeclined(ctx)
    if (declined && replacement) this.#enqueue(replacement, merged)
    else merged.finish(outcome, declined)
  }

  async fail(error: unknown, ctx: Context): Promise<void> {
    return withReplyKind(ctx, 'apology', async () => this.#deps.fail(error, ctx))
  }

  /** Only the first such error goes to `bot.catch`: a handler there may forget to await a reply too, in an endless circle. */
  onUnhandled(error: BotError, first: boolean, ctx: Context): void {
    if (first) void this.fail(error, ctx)
    else this.#deps.log({ level: 'error', event: 'bot.handler_failed', message: error.message, error })
  }

  onSlow({ ctx }: HandlerRun): void {
    this.#deps.log({
      level: 'warn',
      event: 'bot.handler_slow',
      message: `a handler of ${ctx.name} has run for a minute; its conversation waits`,
      name: ctx.name,
      key: ctx.key,
      advice: {
        en: 'Give its calls a timeout, or pass them ctx.signal, which aborts after handlerTimeout.',
        zh: '请为其中的调用设置超时，或传入 ctx.signal（在 handlerTimeout 之后中止）。',
      },
    })
  }

  onDropped(run: HandlerRun): void {
    const { ctx, key, merged } = run
    this.#deps.log({
      level: 'warn',
      event: 'bot.queue_full',
      message: `too many events wait for a handler; dropped ${ctx.name}`,
      name: ctx.name,
      conversation: key,
    })
    const { onDropped, takers } = this.#deps
    takers?.release(ctx)
    if (onDropped) {
      this.addBeside(run.runDropped(onDropped))
      return
    }
    if (ctx.event === 'interaction') this.#acknowledgeLate(ctx, 'abandoned')
    merged.finish('abandoned')
  }

  keyOf(ctx: Context): string {
    try {
      return requireSync(this.#deps.conversationKey(ctx), 'conversationKey')
    } catch (error) {
      void this.fail(error, ctx)
      return conversationKey(ctx)
    }
  }

  #acknowledge(ctx: InteractionContext): void {
    if (this.#deps.interactionAck === 'intake' && ctx.interaction.needsAck && !ctx.acknowledged)
      this.#ack(ctx, 0)
  }

  /** For handlers that should have acknowledged and did not: late is better than a loading sign for ever. */
  #acknowledgeLate(ctx: InteractionContext, outcome: SettleOutcome): void {
    if (ctx.interaction.needsAck && !ctx.acknowledged) this.#ack(ctx, outcome === 'done' ? 0 : 1)
  }

  #ack(ctx: InteractionContext, code: 0 | 1): void {
    ctx.ack(code).catch((error: unknown) => this.#onAckFailed(error, ctx.replayed))
  }

  #onAckFailed(error: unknown, replayed: boolean): void {
    this.#deps.log({
      level: replayed ? 'debug' : 'warn',
      event: 'bot.ack_failed',
      message: 'an interaction could not be acknowledged; the user sees a loading sign or an error',
      error,
    })
  }
}
