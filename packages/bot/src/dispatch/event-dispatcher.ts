import type { Clock, Delivery, LogSink, SettleOutcome } from '@qqkit/core'
import { DeadlineQueue } from '@qqkit/core/internal'

import { atOnce } from '../common/at-once.js'
import { BotError } from '../common/errors.js'
import type { Settlement } from '../common/settlement.js'
import { type Context, createContext } from '../context/context.js'
import { conversationKey } from '../context/conversation.js'
import { HandlerScope } from '../context/handler-scope.js'
import { isUnaddressed, wasDeclined } from '../context/hearing.js'
import type { InteractionContext } from '../context/interaction-context.js'
import { numericIdIn } from '../events/fields.js'
import { isMessageEvent, parseMessage } from '../events/parse-message.js'
import type { ReplyDeps } from '../reply/replier.js'
import { withReplyKind } from '../reply/reply-kind.js'
import type { EventDeduplicator } from './event-deduplicator.js'
import { HandlerRun, type HandlerRunDeps, type ScopedContext } from './handler-run.js'
import { KeyedQueue, type Overflow, type QueueLimits, type QueueSize } from './keyed-queue.js'
import { PlacesWatch } from './places-watch.js'
import { OwnIdentity, SelfLookup } from './self-identity.js'

/** How events are taken in. */
export interface EventDispatcherDeps {
  readonly services: ReplyDeps
  readonly clock: Clock
  readonly log: LogSink
  readonly settlements: EventDeduplicator
  readonly limits: QueueLimits
  /** ms */
  readonly handlerTimeout: number
  readonly interactionAck: 'intake' | 'handler'
  readonly conversationKey: (ctx: Context) => string
  /** `GET /users/@me`, where READY does not tell; default: nobody is asked. */
  readonly whoAmI?: (signal: AbortSignal) => Promise<unknown>
  /** The composed handlers. */
  readonly handle: (ctx: Context) => Promise<void>
  /** Told of everything that a handler throws; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
  /** Told of each event that had to make room. */
  readonly onDropped?: ((ctx: Context) => unknown) | undefined
}

/** Takes deliveries from sources, and hands each event to the handlers once, in order per conversation. */
export class EventDispatcher {
  readonly #options: EventDispatcherDeps
  readonly #events: KeyedQueue
  /** A lane of their own: a click must not wait behind a slow answer (§5.7). */
  readonly #interactions: KeyedQueue
  readonly #handling: HandlerRunDeps
  readonly #own = new OwnIdentity()
  readonly #self: SelfLookup
  readonly #watches: readonly PlacesWatch[]
  /** Events that had to make room and of which somebody is being told. */
  readonly #givingWay = new Set<Promise<void>>()
  #open = true
  #abandoned = false

  constructor(options: EventDispatcherDeps) {
    const { clock, handlerTimeout, handle, log, whoAmI = null } = options
    this.#options = options
    this.#self = new SelfLookup({ own: this.#own, ask: whoAmI, clock, log })
    this.#handling = {
      clock,
      deadlines: new DeadlineQueue(clock),
      timeout: handlerTimeout,
      slow: (run) => this.#slow(run),
      timeUp: (run) => this.#timeUp(run),
      handle,
      fail: async (error, ctx) => this.#fail(error, ctx),
      ended: (run, outcome) => this.#ended(run, outcome),
      dropped: (run, key) => this.#dropped(run, key),
    }
    const { limits } = options
    const onFull: QueueLimits['onFull'] = (key, size) => this.#onFull(key, size)
    const [places, clicks] = [() => this.#events.size, () => this.#interactions.size].map(
      (size) => new PlacesWatch({ clock, log, places: limits.concurrency, waiting: () => size().waiting }),
    ) as [PlacesWatch, PlacesWatch]
    this.#watches = [places, clicks]
    this.#events = new KeyedQueue({ ...limits, onFull, onPlaces: places.note })
    this.#interactions = new KeyedQueue({ ...limits, onFull, onPlaces: clicks.note })
  }

  /** Why nobody new is answered; `null` while there are places. */
  get crowded(): PlacesWatch['crowded'] {
    for (const { crowded } of this.#watches) if (crowded) return crowded
    return null
  }

  /** How much is under way. */
  get size(): QueueSize {
    const [events, interactions] = [this.#events.size, this.#interactions.size]
    return {
      running: events.running + interactions.running,
      waiting: events.waiting + interactions.waiting,
    }
  }

  /** Takes one delivery. Once closed, deliveries are left unsettled for the next process. */
  readonly deliver = (delivery: Delivery): void => {
    if (this.#open && !this.#self.holdsBack(delivery, this.#begin)) this.#begin(delivery)
  }

  readonly #begin = (delivery: Delivery): void => {
    const { settlements } = this.#options
    if (this.#abandoned) return
    const { settlement, isCopy } = settlements.begin(delivery, this.#isAddressed)
    this.#own.hear(delivery.frame)
    const { unaddressed } = settlement
    if (!isCopy) this.#take(this.#contextOf(delivery, settlement), settlement)
    else if (unaddressed && this.#isAddressed(delivery)) unaddressed.overrule(delivery)
  }

  /** Stops taking deliveries. What was taken goes on. */
  close(): void {
    this.#open = false
  }

  /** Resolves when everything taken is finished. */
  async idle(): Promise<void> {
    await this.#self.idle()
    await Promise.all([this.#events.idle(), this.#interactions.idle(), ...this.#givingWay])
  }

  /** Gives up what is still under way: aborts its signals and leaves it unsettled for the next process. */
  abandon(reason: BotError): void {
    this.#abandoned = true
    this.#self.close()
    this.#events.clear()
    this.#interactions.clear()
    for (const run of this.#handling.deadlines.clear()) run.abandon(reason)
  }

  /** Whether an event is a message that is known to be for the bot. */
  readonly #isAddressed = ({ frame }: Delivery): boolean => {
    const name = frame.t ?? ''
    if (!isMessageEvent(name) || numericIdIn(frame) !== null) return false
    const message = parseMessage(name, frame.d, this.#own)
    return message !== null && (!('toMe' in message) || message.toMe)
  }

  #contextOf(delivery: Delivery, settlement: Settlement): ScopedContext {
    const lifetime = new HandlerScope((error, first) => this.#forgotten(error, first, ctx))
    const ctx: Context = createContext({
      delivery,
      settlement,
      replayed: delivery.replayed || settlement.again,
      // Who stops leaves to the next process what it does not finish.
      isShared: () => delivery.shared || !this.#open,
      mayGrow: () => this.#open && (!delivery.shared || this.#options.services.supposedlyAlone),
      scope: lifetime,
      services: this.#options.services,
      own: this.#own,
    })
    return { ctx, scope: lifetime }
  }

  /** Lets an event wait for its turn. */
  #take(handled: ScopedContext, settlement: Settlement): void {
    const { ctx } = handled
    const queue = ctx.event === 'interaction' ? this.#interactions : this.#events
    if (ctx.event === 'interaction') this.#acknowledge(ctx)
    const run = new HandlerRun(handled, settlement, this.#handling)
    if (isUnaddressed(ctx))
      settlement.unaddressed = {
        overrule: (delivery) => {
          settlement.unaddressed = null
          run.overrule(this.#contextOf(delivery, settlement))
        },
      }
    queue.push(this.#keyOf(ctx), run)
  }

  #timeUp(run: HandlerRun): void {
    const { handlerTimeout } = this.#options
    run.timeUp(new BotError('handler_timeout', `${run.ctx.name} after ${handlerTimeout} ms`))
  }

  #ended({ ctx, heir, settlement }: HandlerRun, outcome: SettleOutcome): void {
    if (this.#abandoned) return
    if (ctx.event === 'interaction') this.#acknowledgeLate(ctx, outcome)
    const declined = outcome === 'done' && wasDeclined(ctx)
    if (declined && heir) this.#take(heir, settlement)
    else settlement.finish(outcome, declined)
  }

  async #fail(error: unknown, ctx: Context): Promise<void> {
    return withReplyKind(ctx, 'apology', async () => this.#options.fail(error, ctx))
  }

  /** Only the first goes to the user's `catch`, which might forget to wait for a reply itself, again and again. */
  #forgotten(error: BotError, first: boolean, ctx: Context): void {
    if (first) void this.#fail(error, ctx)
    else this.#options.log({ level: 'error', event: 'bot.handler_failed', message: error.message, error })
  }

  /** What the user's function throws must not get lost in a source, nor the event with it. */
  #onFull(key: string, size: QueueSize): Overflow {
    try {
      return atOnce(this.#options.limits.onFull(key, size), 'onQueueFull')
    } catch (error) {
      const message = 'the function given as onQueueFull failed; the event that waited longest gives way'
      this.#options.log({ level: 'error', event: 'bot.queue_hook_failed', message, error })
      return 'drop-oldest'
    }
  }

  #slow({ ctx }: HandlerRun): void {
    this.#options.log({
      level: 'warn',
      event: 'bot.handler_slow',
      message: `a handler of ${ctx.name} has run for a minute, and its conversation waits`,
      name: ctx.name,
      key: ctx.key,
      advice: {
        en: 'Give its calls a timeout, or pass ctx.signal on, which aborts after handlerTimeout.',
        zh: '请为其中的调用设置超时，或传入 ctx.signal（在 handlerTimeout 之后中止）。',
      },
    })
  }

  #dropped(run: HandlerRun, key: string): void {
    const { ctx, settlement } = run
    this.#options.log({
      level: 'warn',
      event: 'bot.queue_full',
      message: `too many events wait for a handler; gave up ${ctx.name}`,
      name: ctx.name,
      conversation: key,
    })
    const { onDropped } = this.#options
    if (onDropped) {
      const told = run.giveWay(async () => void (await onDropped(ctx)))
      this.#givingWay.add(told)
      void told.then(() => this.#givingWay.delete(told))
      return
    }
    if (ctx.event === 'interaction') this.#acknowledgeLate(ctx, 'abandoned')
    settlement.finish('abandoned')
  }

  #keyOf(ctx: Context): string {
    try {
      return atOnce(this.#options.conversationKey(ctx), 'conversationKey')
    } catch (error) {
      void this.#fail(error, ctx)
      return conversationKey(ctx)
    }
  }

  #acknowledge(ctx: InteractionContext): void {
    if (this.#options.interactionAck === 'intake' && ctx.interaction.needsAck) this.#ack(ctx, 0)
  }

  /** A handler that took it upon itself and forgot: better late than a loading sign for ever. */
  #acknowledgeLate(ctx: InteractionContext, outcome: SettleOutcome): void {
    if (ctx.interaction.needsAck && !ctx.acknowledged) this.#ack(ctx, outcome === 'done' ? 0 : 1)
  }

  #ack(ctx: InteractionContext, code: 0 | 1): void {
    ctx.ack(code).catch((error: unknown) => {
      this.#options.log({
        level: ctx.replayed ? 'debug' : 'warn',
        event: 'bot.ack_failed',
        message: 'an interaction could not be acknowledged; the user sees a loading sign or an error',
        error,
      })
    })
  }
}
