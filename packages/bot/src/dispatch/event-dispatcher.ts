import type { Clock, Delivery, LogSink, SettleOutcome } from '@qqkit/core'
import { DeadlineQueue } from '@qqkit/core/internal'

import { BotError } from '../common/errors.js'
import type { MergedDelivery } from '../common/merged-delivery.js'
import { requireSync } from '../common/require-sync.js'
import type { ContextHost } from '../context/base-context.js'
import { type Context, createContext } from '../context/context.js'
import { conversationKey } from '../context/conversation.js'
import type { InteractionContext } from '../context/interaction-context.js'
import { isUnaddressed, wasDeclined } from '../context/unaddressed.js'
import { fields, numericIdIn } from '../events/fields.js'
import { messageEvent, ReceivedMessage } from '../events/parse-message.js'
import type { ReplyDeps } from '../reply/replier.js'
import { withReplyKind } from '../reply/reply-kind.js'
import type { EventDeduplicator } from './event-deduplicator.js'
import { HandlerRun, type HandlerRunDeps } from './handler-run.js'
import { KeyedQueue, type Overflow, type KeyedQueueOptions, type QueueSize } from './keyed-queue.js'
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
  /** The composed handlers; may return a promise. */
  readonly handle: (ctx: Context) => unknown
  /** Called when the handlers of an event have ended without an error. */
  readonly onHandled?: (ctx: Context) => void
  /** Called with every error of a handler; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
  /** Called with each event that was dropped from a full queue. */
  readonly onDropped?: ((ctx: Context) => unknown) | undefined
}

/** Receives deliveries from sources, and hands each event to the handlers once, in order per conversation. */
export class EventDispatcher {
  readonly #deps: EventDispatcherDeps
  readonly #events: KeyedQueue
  /** A queue of their own: a click must not wait behind a slow reply (§5.7). */
  readonly #interactions: KeyedQueue
  readonly #runDeps: HandlerRunDeps
  readonly #ownIds = new OwnIdentity()
  readonly #host: ContextHost
  readonly #selfLookup: SelfLookup
  readonly #monitors: readonly SaturationMonitor[]
  /** Calls of `onDropped` that have not ended. */
  readonly #dropHandlers = new Set<Promise<void>>()
  #open = true
  #interrupted = false

  constructor(deps: EventDispatcherDeps) {
    const { clock, handlerTimeout, handle, onHandled = () => {}, log, services, whoAmI = null } = deps
    this.#deps = deps
    this.#host = this.#makeHost(services)
    this.#selfLookup = new SelfLookup({ own: this.#ownIds, ask: whoAmI, clock, log })
    this.#runDeps = {
      clock,
      deadlines: new DeadlineQueue(clock),
      timeout: handlerTimeout,
      onSlow: (run) => this.#onSlow(run),
      onTimeUp: (run) => this.#onTimeUp(run),
      contextOf: (delivery, merged) => this.#contextOf(delivery, merged),
      keyOf: (ctx) => this.#keyOf(ctx),
      handle,
      onHandled,
      fail: async (error, ctx) => this.#fail(error, ctx),
      onEnd: (run, outcome) => this.#onEnd(run, outcome),
      onDropped: (run) => this.#onDropped(run),
    }
    const { limits } = deps
    const onFull: KeyedQueueOptions['onFull'] = (key, size) => this.#onFull(key, size)
    const { concurrency } = limits
    const monitorOf = (waiting: () => number): SaturationMonitor =>
      new SaturationMonitor({ clock, log, concurrency, waiting })
    const ofEvents = monitorOf(() => this.#events.size.waiting)
    const ofClicks = monitorOf(() => this.#interactions.size.waiting)
    this.#monitors = [ofEvents, ofClicks]
    this.#events = new KeyedQueue({ ...limits, onFull, onSaturated: ofEvents.onSaturated })
    this.#interactions = new KeyedQueue({ ...limits, onFull, onSaturated: ofClicks.onSaturated })
  }

  /** Why no new event is handled; `null` while handlers have room. */
  get saturation(): SaturationMonitor['saturation'] {
    for (const { saturation } of this.#monitors) if (saturation) return saturation
    return null
  }

  /** How many events are handled, and how many wait. */
  get size(): QueueSize {
    const [events, interactions] = [this.#events.size, this.#interactions.size]
    return {
      running: events.running + interactions.running,
      waiting: events.waiting + interactions.waiting,
    }
  }

  /** Receives one delivery. Once closed, deliveries stay unsettled for the next process. */
  readonly deliver = (delivery: Delivery): void => {
    if (this.#open && !this.#selfLookup.holdsBack(delivery, this.#admit)) this.#admit(delivery)
  }

  readonly #admit = (delivery: Delivery): void => {
    if (this.#interrupted) return
    this.#ownIds.learnFrom(delivery.frame)
    const merged = this.#deps.deduplicator.begin(delivery, this.#isAddressed)
    if (merged) this.#enqueue(this.#contextOf(delivery, merged), merged)
  }

  /** Stops receiving deliveries. Received ones are still handled. */
  close(): void {
    this.#open = false
  }

  /** Resolves when everything received is finished. */
  async idle(): Promise<void> {
    await this.#selfLookup.idle()
    await Promise.all([this.#events.idle(), this.#interactions.idle(), ...this.#dropHandlers])
  }

  /** Aborts the handlers that still run, and leaves their events unsettled for the next process. */
  interrupt(reason: BotError): void {
    this.#interrupted = true
    this.#selfLookup.close()
    this.#events.clear()
    this.#interactions.clear()
    for (const run of this.#runDeps.deadlines.clear()) run.interrupt(reason)
  }

  #makeHost(services: ReplyDeps): ContextHost {
    const isOpen = (): boolean => this.#open
    const own = (): ContextHost['own'] => this.#ownIds.now
    return {
      services,
      get isOpen() {
        return isOpen()
      },
      get own() {
        return own()
      },
      onUnhandled: (error, first, ctx) => this.#failLate(error, first, ctx as Context),
    }
  }

  /** Whether a delivery is a message that is known to be for the bot. */
  readonly #isAddressed = ({ frame }: Delivery): boolean => {
    const event = messageEvent(frame.t)
    if (!event || numericIdIn(frame) !== null) return false
    const message = new ReceivedMessage(event, fields(frame.d), this.#ownIds.now)
    return message.isUsable && message.toMe
  }

  #contextOf(delivery: Delivery, merged: MergedDelivery): Context {
    return createContext({ delivery, merged, host: this.#host })
  }

  /** Queues an event behind the others of its conversation. */
  #enqueue(ctx: Context, merged: MergedDelivery): void {
    const queue = ctx.event === 'interaction' ? this.#interactions : this.#events
    if (ctx.event === 'interaction') this.#acknowledge(ctx)
    const run = new HandlerRun(ctx, merged, this.#runDeps)
    if (isUnaddressed(ctx)) merged.unaddressed = run
    queue.push(run)
  }

  #onTimeUp(run: HandlerRun): void {
    const { handlerTimeout } = this.#deps
    run.timeUp(new BotError('handler_timeout', `${run.ctx.name} after ${handlerTimeout} ms`))
  }

  #onEnd({ ctx, replacement, merged }: HandlerRun, outcome: SettleOutcome): void {
    if (this.#interrupted) return
    if (ctx.event === 'interaction') this.#acknowledgeLate(ctx, outcome)
    const declined = outcome === 'done' && wasDeclined(ctx)
    if (declined && replacement) this.#enqueue(replacement, merged)
    else merged.finish(outcome, declined)
  }

  async #fail(error: unknown, ctx: Context): Promise<void> {
    return withReplyKind(ctx, 'apology', async () => this.#deps.fail(error, ctx))
  }

  /** Only the first such error goes to `bot.catch`: a handler there may forget to await a reply too, in an endless circle. */
  #failLate(error: BotError, first: boolean, ctx: Context): void {
    if (first) void this.#fail(error, ctx)
    else this.#deps.log({ level: 'error', event: 'bot.handler_failed', message: error.message, error })
  }

  /** An error of the user's function must not reach the source, which would lose the event. */
  #onFull(key: string, size: QueueSize): Overflow {
    try {
      return requireSync(this.#deps.limits.onFull(key, size), 'onQueueFull')
    } catch (error) {
      const message = 'onQueueFull failed; the event that waited longest was dropped'
      this.#deps.log({ level: 'error', event: 'bot.queue_hook_failed', message, error })
      return 'drop-oldest'
    }
  }

  #onSlow({ ctx }: HandlerRun): void {
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

  #onDropped(run: HandlerRun): void {
    const { ctx, key, merged } = run
    this.#deps.log({
      level: 'warn',
      event: 'bot.queue_full',
      message: `too many events wait for a handler; dropped ${ctx.name}`,
      name: ctx.name,
      conversation: key,
    })
    const { onDropped } = this.#deps
    if (onDropped) {
      const calling = run.runDropped(onDropped)
      this.#dropHandlers.add(calling)
      void calling.then(() => this.#dropHandlers.delete(calling))
      return
    }
    if (ctx.event === 'interaction') this.#acknowledgeLate(ctx, 'abandoned')
    merged.finish('abandoned')
  }

  #keyOf(ctx: Context): string {
    try {
      return requireSync(this.#deps.conversationKey(ctx), 'conversationKey')
    } catch (error) {
      void this.#fail(error, ctx)
      return conversationKey(ctx)
    }
  }

  #acknowledge(ctx: InteractionContext): void {
    if (this.#deps.interactionAck === 'intake' && ctx.interaction.needsAck) this.#ack(ctx, 0)
  }

  /** For handlers that should have acknowledged and did not: late is better than a loading sign for ever. */
  #acknowledgeLate(ctx: InteractionContext, outcome: SettleOutcome): void {
    if (ctx.interaction.needsAck && !ctx.acknowledged) this.#ack(ctx, outcome === 'done' ? 0 : 1)
  }

  #ack(ctx: InteractionContext, code: 0 | 1): void {
    ctx.ack(code).catch((error: unknown) => {
      this.#deps.log({
        level: ctx.replayed ? 'debug' : 'warn',
        event: 'bot.ack_failed',
        message: 'an interaction could not be acknowledged; the user sees a loading sign or an error',
        error,
      })
    })
  }
}
