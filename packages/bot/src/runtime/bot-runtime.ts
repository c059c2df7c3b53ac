import {
  type Clock,
  type IdentifyPermits,
  type LogSink,
  QqkitError,
  type Source,
  systemClock,
} from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'
import { localIdentifyPermits } from '@qqkit/gateway'
import type { Rest } from '@qqkit/rest'
import type { Webhook } from '@qqkit/webhook'

import { BotError } from '../common/errors.js'
import { replierOf } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { conversationKey } from '../context/conversation.js'
import { EventDeduplicator } from '../dispatch/event-deduplicator.js'
import { EventDispatcher } from '../dispatch/event-dispatcher.js'
import type { Target } from '../events/message.js'
import type { ParkingLot } from '../reply/parking-lot.js'
import { placeMessage } from '../reply/place-message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { recall } from '../reply/recall.js'
import type { ProactiveOptions } from '../reply/reply-options.js'
import { replyWindows } from '../reply/reply-window.js'
import { sendPieces, type SendPiecesDeps } from '../reply/send-pieces.js'
import type { Sent } from '../reply/sent.js'
import { splitMessage } from '../reply/split-message.js'
import type { Handlers } from '../routing/handlers.js'
import { BotRun } from './bot-run.js'
import { gatewaySource, wantedIntents } from './gateway-source.js'
import type { BotOptions, ResolvedBotOptions, SourceChoice } from './options.js'
import { createParking, platformClient, restOf, webhookOf } from './platform.js'
import { type BotStatus, combineSources, withCrowd } from './status.js'

/** What a lifecycle is made of. */
export interface BotRuntimeDeps {
  readonly options: ResolvedBotOptions
  readonly handlers: Handlers
  readonly sink: LogSink | undefined
  readonly log: LogSink
  /** Writes the records that are being counted. */
  readonly flush: () => void
}

/** ms that the platform has to say who the bot is: messages wait for it. */
const SELF_TIMEOUT = 3000

/** Whether a message is one that two bots would answer each other with for ever: its own always, those of others by option. */
const isOfBots = (ctx: Context, others: BotOptions['botMessages']): boolean =>
  ctx.event === 'message' && (ctx.fromSelf || (others !== 'handle' && ctx.author.bot))

/** A start that waits for the end of a stop. */
interface NextStart {
  wanted: boolean
  /** Of the run that it begins; at once where it was taken back. */
  readonly over: Promise<void>
}

/** Events of one conversation that may wait in any case. */
const LEAST_PER_LANE = 20

/** Starting and stopping: builds the parts of a run, and lets go of them afterwards. */
export class BotRuntime {
  readonly #init: BotRuntimeDeps
  readonly #clock: Clock
  readonly #settlements: EventDeduplicator
  readonly #counts = { handled: 0, failed: 0 }
  readonly #webhook: Webhook | null
  readonly #parking: ParkingLot | null
  #rest: Rest | null
  /** What the platform counts goes on counting over a stop. */
  #permits: IdentifyPermits | null = null
  #current: {
    readonly run: BotRun
    readonly intake: EventDispatcher
    readonly sources: readonly Source[]
  } | null = null
  #next: NextStart | null = null
  #last: Pick<BotStatus, 'state' | 'reason' | 'advice'> = {
    state: 'idle',
    reason: 'not started',
    advice: null,
  }

  constructor(init: BotRuntimeDeps) {
    this.#init = init
    this.#clock = init.options.clock ?? systemClock
    // At once, so that a wrong option is told by the constructor.
    this.#rest = this.#restOf()
    this.#webhook = init.options.source.includes('webhook')
      ? webhookOf(init.options, { clock: this.#clock, log: init.sink })
      : null
    this.#parking = createParking(init.options, { clock: this.#clock, log: init.log })
    this.#settlements = new EventDeduplicator(init.options.rememberedEvents)
  }

  get rest(): Rest {
    return (this.#rest ??= this.#restOf())
  }

  /** @throws BotError `no_webhook` */
  get webhook(): Webhook {
    if (!this.#webhook) throw new BotError('no_webhook')
    return this.#webhook
  }

  start(): Promise<void> {
    const current = this.#current
    if (!current) return this.#begin()
    if (!current.run.stopping) return current.run.over
    this.#next ??= this.#startAfter(current.run)
    return this.#next.over
  }

  /** The start that was asked for during a stop. A stop that is asked for after it takes it back. */
  #startAfter(run: BotRun): NextStart {
    const next: { wanted: boolean; over: Promise<void> } = { wanted: true, over: Promise.resolve() }
    next.over = run.stop().then(async () => {
      if (!next.wanted) return
      this.#next = null
      return this.start()
    })
    // It may not be awaited; the bot reports the error in any case.
    next.over.catch(() => {})
    return next
  }

  async send(target: Target, message: OutgoingMessage, options: ProactiveOptions): Promise<Sent> {
    const pieces = splitMessage(placeMessage(message, target), this.#init.options.maxTextLength)
    const ways: SendPiecesDeps<never> = {
      send: async (piece) => platformClient(this.rest).send(target, piece, options),
      // A bot that was stopped meanwhile has a new client.
      recall: async (sent, terms) =>
        recall(platformClient(this.rest), target, { id: null, pieces: sent }, terms),
      signal: options.signal,
    }
    return sendPieces(pieces, ways)
  }

  async stop(): Promise<void> {
    if (this.#next) this.#next.wanted = false
    this.#next = null
    if (this.#current) await this.#current.run.stop()
    else await this.#closeRest()
  }

  status(): BotStatus {
    const { handled, failed } = this.#counts
    if (!this.#current) return { ...this.#last, sources: [], running: 0, waiting: 0, handled, failed }
    const { run, intake, sources } = this.#current
    const each = sources.map((source) => source.status())
    const whole = run.stopping
      ? {
          state: 'stopping' as const,
          reason: 'waiting for handlers and the connection to end',
          advice: null,
        }
      : withCrowd(combineSources(each), intake.crowded)
    return { ...whole, sources: each, ...intake.size, handled, failed }
  }

  #begin(): Promise<void> {
    const { options, handlers, log } = this.#init
    let sources: readonly Source[]
    try {
      sources = options.source.map((choice) => this.#makeSource(choice))
    } catch (error) {
      return this.#refuse(error)
    }
    handlers.frozen = true
    const rest = this.rest
    const intake = this.#makeIntake(rest)
    const unlisten = options.handleSignals ? onStopSignal(process, () => this.#stopBySignal()) : () => {}
    const run = new BotRun({
      sources,
      dispatcher: intake,
      deliver: (delivery) => {
        rest.observe(delivery.frame)
        intake.deliver(delivery)
      },
      clock: this.#clock,
      stopTimeout: options.stopTimeout,
      resumable: options.store?.durable === true,
      onSourceStuck: (ms) =>
        log({
          level: 'warn',
          event: 'bot.source_stuck',
          message: `a source did not close within ${ms} ms after the handlers; the bot stops without it`,
        }),
      release: async () => {
        unlisten()
        handlers.dispose()
        this.#settlements.forgetUnfinished()
        try {
          await this.#closeRest()
          await this.#parking?.close()
        } finally {
          handlers.frozen = false
          this.#current = null
        }
      },
    })
    this.#current = { run, intake, sources }
    run.over.then(
      () => {
        this.#last = { state: 'stopped', reason: 'stopped on request', advice: null }
        log({ level: 'info', event: 'bot.stopped', message: 'the bot has stopped' })
      },
      (error: unknown) => this.#report(error),
    )
    return run.over
  }

  /** Nobody waits for it: what it fails with is a record. */
  #stopBySignal(): void {
    this.stop().catch((error: unknown) => {
      this.#init.log({
        level: 'error',
        event: 'bot.stop_failed',
        message: 'the bot did not stop well',
        error,
      })
    })
  }

  /** For a start that cannot even begin. */
  #refuse(reason: unknown): Promise<void> {
    this.#report(reason)
    const refused = Promise.reject(reason)
    // `start()` may not be awaited.
    refused.catch(() => {})
    return refused
  }

  #report(error: unknown): void {
    const reason = messageOf(error)
    const advice = (QqkitError.is(error) && error.advice) || null
    this.#last = { state: 'stopped', reason, advice }
    this.#init.log({ level: 'error', event: 'bot.stopped', message: 'the bot has stopped for good', error })
  }

  #makeIntake(rest: Rest): EventDispatcher {
    const { options, handlers, log } = this.#init
    const { concurrency, maxWaiting, onQueueFull, handlerTimeout, interactionAck } = options
    const handle = handlers.compose()
    const watch = handlers.composeWatchers()
    return new EventDispatcher({
      services: {
        appId: options.appId,
        // This run's own: what a handler of it sends after the stop must fail, since its event will come again.
        client: platformClient(rest),
        clock: this.#clock,
        log,
        windows: { ...replyWindows, ...options.replyWindows },
        maxLength: options.maxTextLength,
        supposedlyAlone: options.webhook?.processes === undefined,
        parking: this.#parking,
      },
      clock: this.#clock,
      log,
      settlements: this.#settlements,
      limits: {
        concurrency,
        waiting: maxWaiting,
        perLane: options.maxWaitingPerConversation ?? Math.max(LEAST_PER_LANE, Math.ceil(maxWaiting / 10)),
        onFull: onQueueFull ?? (() => 'drop-oldest'),
      },
      onDropped: options.onDropped,
      handlerTimeout,
      interactionAck,
      conversationKey: options.conversationKey ?? conversationKey,
      whoAmI: async (signal) => rest.api.me.get({ timeout: SELF_TIMEOUT, signal }),
      handle: async (ctx) => {
        if (isOfBots(ctx, options.botMessages)) return watch(ctx)
        const opening = this.#parking && replierOf(ctx).opening
        if (opening) await this.#parking?.release(opening)
        await handle(ctx)
        this.#counts.handled += 1
      },
      fail: async (error: unknown, ctx: Context) => {
        this.#counts.failed += 1
        await handlers.fail(error, ctx)
      },
    })
  }

  #makeSource(choice: SourceChoice): Source {
    if (typeof choice !== 'string') return choice
    if (this.#init.handlers.empty && this.#init.options.intents === undefined)
      throw new BotError('no_handlers')
    if (choice === 'webhook') return this.webhook
    const { options, handlers, sink, log } = this.#init
    const intents = wantedIntents(options, handlers.interests, log)
    if (intents === 0) throw new BotError('no_intents')
    const { access } = this.rest
    const { appId, store } = options
    const permits = (this.#permits ??= localIdentifyPermits({
      clock: this.#clock,
      appId,
      ...(store && { store }),
    }))
    return gatewaySource(options, { access, intents, permits, clock: this.#clock, log: sink })
  }

  #restOf(): Rest {
    const { options, sink } = this.#init
    return restOf(options, { clock: this.#clock, log: sink })
  }

  async #closeRest(): Promise<void> {
    const rest = this.#rest
    this.#rest = null
    await rest?.close()
    this.#init.flush()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

/**
 * Calls `stop` on Ctrl-C and on SIGTERM, once. A second signal finds nobody listening and ends the process at once.
 *
 * @returns stops listening
 */
const onStopSignal = (source: SignalSource, stop: (signal: NodeJS.Signals) => void): (() => void) => {
  const listeners = SIGNALS.map((signal) => ({
    signal,
    listener: () => {
      unlisten()
      stop(signal)
    },
  }))
  const unlisten = (): void => {
    for (const { signal, listener } of listeners) source.off(signal, listener)
  }
  for (const { signal, listener } of listeners) source.on(signal, listener)
  return unlisten
}
