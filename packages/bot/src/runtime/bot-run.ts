import type { Clock, Delivery, LogSink, Source, WireFrame } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'
import { intentNames } from '@qqkit/protocol'
import type { Rest } from '@qqkit/rest'

import { BotError } from '../common/errors.js'
import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { conversationKey } from '../context/conversation.js'
import { SceneMessageContext } from '../context/message-context.js'
import type { EventDeduplicator } from '../dispatch/event-deduplicator.js'
import { EventDispatcher } from '../dispatch/event-dispatcher.js'
import type { ParkingLot } from '../reply/parking-lot.js'
import { replyWindows } from '../reply/reply-window.js'
import type { Handlers } from '../routing/handlers.js'
import { unheardWith } from '../routing/intents.js'
import type { EventTakers, Turn } from '../routing/intake.js'
import type { ResolvedBotOptions } from './options.js'
import { RestPlatform } from './platform.js'
import { type BotStatus, combineSources, withSaturation } from './status.js'

/** What one run of a bot works with. */
export interface BotRunDeps {
  readonly options: ResolvedBotOptions
  readonly handlers: Handlers
  readonly sources: readonly Source[]
  /** The client of this run alone: replies that a handler sends after the stop must fail, since its event will come again. */
  readonly rest: Rest
  readonly parking: ParkingLot | null
  readonly deduplicator: EventDeduplicator
  /** Events handled and failed, over all runs. */
  readonly counts: { handled: number; failed: number }
  readonly clock: Clock
  readonly log: LogSink
  /** Releases everything else at the end of the run. */
  readonly release: () => Promise<void>
}

/** Why a run has failed. */
interface Failure {
  readonly error: unknown
}

/** ms that sources may take to close after the handlers have ended. */
const SOURCE_TIMEOUT = 5000

/** ms for the platform to say who the bot is; messages wait meanwhile. */
const SELF_TIMEOUT = 3000

/** Events of one conversation that may always wait, however small `maxWaiting` is. */
const LEAST_PER_LANE = 20

/**
 * One run of a bot, from start to stop: runs the sources until one fails, all end, or `stop()` is called; then drains and
 * closes. An event enters by `#deliver`, waits for its turn in the dispatcher, and reaches the handlers by `#handle`.
 */
export class BotRun {
  /** Resolves after a stop; rejects with the error that stopped the bot for good. */
  readonly over: Promise<void>
  readonly #deps: BotRunDeps
  readonly #dispatcher: EventDispatcher
  /** `null` for nearly every bot. */
  readonly #takers: EventTakers | null
  readonly #runs: readonly Promise<void>[]
  #settle: (failure: Failure | null) => void = () => {}
  /** Sources that have not ended. */
  #open: number
  #stopping = false

  constructor(deps: BotRunDeps) {
    this.#deps = deps
    this.#takers = this.#attachTakers()
    this.#dispatcher = this.#makeDispatcher()
    this.over = new Promise<void>((resolve, reject) => {
      this.#settle = (failure) => (failure ? reject(failure.error) : resolve())
    })
    this.#open = deps.sources.length
    this.#runs = deps.sources.map((source) => this.#runSource(source))
    for (const run of this.#runs)
      run.then(
        () => this.#onSourceEnd(),
        (error: unknown) => this.#end({ error }),
      )
  }

  get stopping(): boolean {
    return this.#stopping
  }

  get status(): Omit<BotStatus, 'api' | 'handled' | 'failed'> {
    const sources = this.#deps.sources.map((source) => source.status())
    const whole = this.#stopping
      ? {
          state: 'stopping' as const,
          reason: 'waiting for handlers and the connection to end',
          advice: null,
        }
      : withSaturation(combineSources(sources), this.#dispatcher.saturation)
    return { ...whole, sources, ...this.#dispatcher.size }
  }

  /** Begins the stop; the first call counts. Resolves when it is complete. */
  async stop(): Promise<void> {
    void this.#end(null)
    await this.over.catch(() => {})
  }

  /** An event of a source comes in. */
  readonly #deliver = (delivery: Delivery): void => {
    this.#deps.rest.observe(delivery.frame)
    this.#dispatcher.deliver(delivery)
  }

  /** An event whose turn it is goes to the handlers. Replies that were parked for its place go out first. */
  readonly #handle = (ctx: Context, turn: Turn): unknown => {
    const { handlers, parking } = this.#deps
    if (this.#isOfBots(ctx)) {
      const message = `ignored ${ctx.name}: a bot sent it`
      this.#deps.log({ level: 'debug', event: 'bot.ignored', message, name: ctx.name, id: ctx.id })
      return handlers.runWatchers(ctx)
    }
    const taken = this.#takers?.begin(ctx, turn) ?? null
    if (parking) return this.#handleParked(ctx, parking, taken)
    return taken ? taken(ctx) : handlers.run(ctx)
  }

  async #handleParked(
    ctx: Context,
    parking: ParkingLot,
    taken: ((ctx: Context) => unknown) | null,
  ): Promise<void> {
    const { spareReplies } = BaseContext.repliesOf(ctx)
    if (spareReplies) await parking.release(spareReplies)
    await (taken ? taken(ctx) : this.#deps.handlers.run(ctx))
  }

  #attachTakers(): EventTakers | null {
    const { handlers, clock, log } = this.#deps
    return handlers.attachTakers({
      clock,
      log,
      isIgnored: (ctx) => this.#isOfBots(ctx),
      keyOf: (ctx) => this.#dispatcher.keyOf(ctx),
      isBusy: (key) => this.#dispatcher.isBusy(key),
    })
  }

  readonly #onHandled = (ctx: Context): void => {
    if (!this.#isOfBots(ctx)) this.#deps.counts.handled += 1
  }

  readonly #fail = async (error: unknown, ctx: Context): Promise<void> => {
    this.#deps.counts.failed += 1
    await this.#deps.handlers.fail(error, ctx)
  }

  /** Whether two bots would answer each other for ever: with the bot's own messages always, with those of others by option. */
  #isOfBots(ctx: Context): boolean {
    const { botMessages } = this.#deps.options
    if (ctx.event !== 'message') return false
    const message = SceneMessageContext.receivedOf(ctx)
    return message.isFromSelf || (botMessages !== 'handle' && message.isFromBot)
  }

  #makeDispatcher(): EventDispatcher {
    const { options, rest, parking, deduplicator, clock, log } = this.#deps
    const { concurrency, maxWaiting, onQueueFull, onDropped, handlerTimeout, interactionAck } = options
    return new EventDispatcher({
      services: {
        appId: options.appId,
        client: new RestPlatform(rest),
        clock,
        log,
        windows: options.replyWindows ? { ...replyWindows, ...options.replyWindows } : replyWindows,
        maxLength: options.maxTextLength,
        assumeSingleProcess: options.webhook?.processes === undefined,
        parking,
        texts: options.texts,
      },
      clock,
      log,
      deduplicator,
      limits: {
        concurrency,
        waiting: maxWaiting,
        perLane: options.maxWaitingPerConversation ?? Math.max(LEAST_PER_LANE, Math.ceil(maxWaiting / 10)),
        onFull: onQueueFull ?? (() => 'drop-oldest'),
      },
      onDropped,
      handlerTimeout,
      interactionAck,
      conversationKey: options.conversationKey ?? conversationKey,
      whoAmI: async (signal) => rest.api.me.get({ timeout: SELF_TIMEOUT, signal }),
      takers: this.#takers,
      handle: this.#handle,
      onHandled: this.#onHandled,
      fail: this.#fail,
    })
  }

  #onSourceEnd(): void {
    this.#open -= 1
    if (this.#open === 0) void this.#end(null)
  }

  /** Drains and closes; the first call counts. No promise waits for it while the bot runs. */
  async #end(failure: Failure | null): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    let last = failure
    try {
      await this.#drain()
      await this.#closeSources(this.#runs)
      await this.#deps.release()
    } catch (error) {
      last = { error }
    }
    this.#settle(last)
  }

  readonly #acknowledge = (frame: WireFrame): void => this.#dispatcher.acknowledge(frame)

  readonly #unheard = (intents: number): ReturnType<typeof unheardWith> =>
    unheardWith(intentNames(intents), this.#deps.handlers.interests)

  /** Without a frame of its own that waits for the whole run. */
  #runSource(source: Source): Promise<void> {
    try {
      return source.run(this.#deliver, {
        unheard: this.#unheard,
        acknowledge: this.#deps.options.interactionAck === 'intake' ? this.#acknowledge : undefined,
      })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Ends in any case: a source of the user's own may never close. */
  async #closeSources(runs: readonly Promise<void>[]): Promise<void> {
    const { sources, options, clock, log } = this.#deps
    const resumable = options.store?.durable === true
    await withDeadline({ clock, ms: SOURCE_TIMEOUT, onTimeout: () => new Error('too late') }, async () => {
      await Promise.allSettled(sources.map(async (source) => source.close({ resumable })))
      await Promise.allSettled(runs)
    }).catch(() =>
      log({
        level: 'warn',
        event: 'bot.source_stuck',
        message: `a source did not close within ${SOURCE_TIMEOUT} ms after the handlers; the bot stops without it`,
      }),
    )
  }

  /** Handlers finish first, while the connection is open: channels accept replies only meanwhile (§2.8, 304018). */
  async #drain(): Promise<void> {
    const { sources, options, clock } = this.#deps
    const ms = options.stopTimeout
    const onTimeout = (): BotError => new BotError('stopping', `after ${ms} ms`)
    // `async`, since a source of the user's own may throw.
    void Promise.allSettled(sources.map(async (source) => source.drain?.()))
    this.#dispatcher.close()
    this.#takers?.stop()
    await withDeadline({ clock, ms, onTimeout }, async () => this.#dispatcher.idle()).catch(
      (error: unknown) => this.#dispatcher.interrupt(error as BotError),
    )
  }
}
