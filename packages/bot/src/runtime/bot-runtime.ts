import {
  type Clock,
  type IdentifyPermits,
  type LogSink,
  QqkitError,
  type Source,
  systemClock,
} from '@qqkit/core'
import { messageOf, sleep, withDeadline } from '@qqkit/core/internal'
import { localIdentifyPermits } from '@qqkit/gateway'
import type { Interceptor, Rest } from '@qqkit/rest'
import type { Webhook } from '@qqkit/webhook'

import { BotError } from '../common/errors.js'
import { EventDeduplicator } from '../dispatch/event-deduplicator.js'
import type { Target } from '../events/message.js'
import type { ParkingLot } from '../reply/parking-lot.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { renderForTarget } from '../reply/render-for-target.js'
import { checkCall, type ProactiveOptions } from '../reply/reply-options.js'
import { type PieceRoute, sendPieces } from '../reply/send-pieces.js'
import type { Sent } from '../reply/sent.js'
import { splitMessage } from '../reply/split-message.js'
import type { Handlers } from '../routing/handlers.js'
import { BotRun } from './bot-run.js'
import { chooseIntents, gatewaySource } from './gateway-source.js'
import type { ResolvedBotOptions, SourceChoice } from './options.js'
import { createParking, RestPlatform, restOf, webhookOf } from './platform.js'
import type { BotStatus } from './status.js'

/** What a {@link BotRuntime} works with. */
export interface BotRuntimeDeps {
  readonly options: ResolvedBotOptions
  readonly handlers: Handlers
  readonly sink: LogSink | undefined
  readonly log: LogSink
  /** Writes the records that were only counted so far; `null` without a log. */
  readonly flush: (() => void) | null
}

/** How long {@link BotRuntime.ready} waits. */
export interface ReadyOptions {
  /** ms until `ready()` rejects. Default 30 s. */
  readonly timeout?: number
  /** Ends the wait; the bot continues. */
  readonly signal?: AbortSignal
}

/** ms between two looks at the sources: the status is all that a source of the user's own tells. */
const READY_INTERVAL = 20

const READY_TIMEOUT = 30_000

/** A start that was asked for during a stop, and waits for its end. */
interface NextStart {
  wanted: boolean
  /** The end of the run that it begins; resolves without one if a later `stop()` cancels it. */
  readonly over: Promise<void>
}

/** Those who wait for the end of what a `start()` began. */
interface EndWatch {
  readonly of: Promise<void>
  tells: readonly ((reason: unknown) => void)[]
}

const watchEnd = (of: Promise<void>): EndWatch => {
  const watch: EndWatch = { of, tells: [] }
  const tellAll = (reason: unknown): void => {
    for (const tell of watch.tells) tell(reason)
  }
  of.then(() => tellAll(new BotError('not_started', 'it was stopped')), tellAll)
  return watch
}

/** Starts and stops a bot: makes the parts of each run, keeps what outlives a run, and releases the rest at the stop. */
export class BotRuntime {
  readonly #deps: BotRuntimeDeps
  readonly #clock: Clock
  readonly #deduplicator: EventDeduplicator
  readonly #counts = { handled: 0, failed: 0 }
  readonly #webhook: Webhook | null
  readonly #parking: ParkingLot | null
  readonly #interceptors: Interceptor[] = []
  readonly #api: string
  #rest: Rest | null
  /** Kept over a stop: the platform counts identifies by the day. */
  #permits: IdentifyPermits | null = null
  #current: BotRun | null = null
  #next: NextStart | null = null
  /** What the newest `start()` returned. */
  #started: Promise<void> | null = null
  #watch: EndWatch | null = null
  #last: Pick<BotStatus, 'state' | 'reason' | 'advice'> = {
    state: 'idle',
    reason: 'not started',
    advice: null,
  }

  constructor(deps: BotRuntimeDeps) {
    this.#deps = deps
    this.#clock = deps.options.clock ?? systemClock
    // Made here, so that the constructor reports a wrong option.
    this.#rest = this.#restOf()
    this.#api = this.#rest.baseUrl
    this.#webhook = deps.options.source.includes('webhook')
      ? webhookOf(deps.options, { clock: this.#clock, log: deps.sink })
      : null
    this.#parking = createParking(deps.options, { clock: this.#clock, log: deps.log })
    this.#deduplicator = new EventDeduplicator(deps.options.rememberedEvents)
  }

  get rest(): Rest {
    return (this.#rest ??= this.#restOf())
  }

  /** Adds a stage to the HTTP client, and to those of later runs. */
  intercept(interceptor: Interceptor): void {
    this.#interceptors.push(interceptor)
    this.#rest?.use(interceptor)
  }

  /** @throws BotError `no_webhook` */
  get webhook(): Webhook {
    if (!this.#webhook) throw new BotError('no_webhook')
    return this.#webhook
  }

  start(): Promise<void> {
    this.#started = this.#startOrJoin()
    return this.#started
  }

  /** @throws BotError `not_started`, `not_ready`; `signal.reason`; the error that stopped the bot for good */
  async ready(options: ReadyOptions): Promise<void> {
    checkCall('ready', options)
    const { timeout = READY_TIMEOUT, signal } = options
    if (!this.#started) throw new BotError('not_started')
    const ended = new AbortController()
    const leave = this.#onEnd(this.#started, (reason) => ended.abort(reason))
    const either = AbortSignal.any(signal ? [signal, ended.signal] : [ended.signal])
    const onTimeout = (): BotError =>
      new BotError('not_ready', `after ${timeout} ms: ${this.status().reason}`)
    try {
      await withDeadline({ clock: this.#clock, ms: timeout, onTimeout, signal: either }, async (over) => {
        while (this.status().state !== 'ready') await sleep(this.#clock, READY_INTERVAL, over)
      })
    } finally {
      leave()
    }
  }

  /**
   * Calls `tell` at the end of what a `start()` began, unless the returned function is called first. A promise never forgets a
   * listener, so it has one for all calls of `ready()`.
   */
  #onEnd(started: Promise<void>, tell: (reason: unknown) => void): () => void {
    const watch = this.#watch?.of === started ? this.#watch : watchEnd(started)
    this.#watch = watch
    watch.tells = watch.tells.concat(tell)
    return () => {
      watch.tells = watch.tells.filter((one) => one !== tell)
    }
  }

  #startOrJoin(): Promise<void> {
    const current = this.#current
    if (!current) return this.#begin()
    if (!current.stopping) return current.over
    this.#next ??= this.#startAfter(current)
    return this.#next.over
  }

  /** Starts once the stop of a run is complete, unless a later `stop()` cancels it. */
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
    checkCall('send', options)
    const pieces = splitMessage(renderForTarget(message, target), this.#deps.options.maxTextLength)
    const owner = { client: () => new RestPlatform(this.rest), optionsOf: () => options }
    return sendPieces<PieceRoute>(pieces, { target, signal: options.signal }, owner)
  }

  async stop(): Promise<void> {
    if (this.#next) this.#next.wanted = false
    this.#next = null
    if (this.#current) await this.#current.stop()
    else await this.#closeRest()
  }

  status(): BotStatus {
    const { handled, failed } = this.#counts
    const current = this.#current?.status ?? { ...this.#last, sources: [], running: 0, waiting: 0 }
    return { ...current, api: this.#api, handled, failed }
  }

  #begin(): Promise<void> {
    const { options, handlers, log } = this.#deps
    let sources: readonly Source[]
    try {
      sources = options.source.map((choice) => this.#makeSource(choice))
      const { keepers } = handlers
      if (sources.some(({ shared }) => shared === true)) {
        if (keepers.length > 0) throw new BotError('kept_in_process', keepers.join(', '))
        if (options.conversationKey) throw new BotError('key_of_context')
      }
    } catch (error) {
      return this.#refuse(error)
    }
    handlers.frozen = true
    const unlisten = options.handleSignals ? onStopSignal(process, () => this.#stopBySignal()) : () => {}
    const run = new BotRun({
      options,
      handlers,
      sources,
      rest: this.rest,
      parking: this.#parking,
      deduplicator: this.#deduplicator,
      counts: this.#counts,
      clock: this.#clock,
      log,
      release: async () => {
        unlisten()
        handlers.dispose()
        this.#deduplicator.forgetUnfinished()
        try {
          await this.#closeRest()
          await this.#parking?.close()
        } finally {
          handlers.frozen = false
          this.#current = null
        }
      },
    })
    this.#current = run
    if (options.source.includes('webhook'))
      log({ level: 'info', event: 'bot.ready', message: 'ready; the webhook takes requests' })
    run.over.then(
      () => {
        this.#last = { state: 'stopped', reason: 'stopped on request', advice: null }
        log({ level: 'info', event: 'bot.stopped', message: 'the bot has stopped' })
      },
      (error: unknown) => this.#report(error),
    )
    return run.over
  }

  /** No caller waits for this stop, so its error goes to the log. */
  #stopBySignal(): void {
    this.stop().catch((error: unknown) => {
      this.#deps.log({
        level: 'error',
        event: 'bot.stop_failed',
        message: 'the bot did not stop well',
        error,
      })
    })
  }

  /** The start failed before a run began. */
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
    this.#deps.log({ level: 'error', event: 'bot.stopped', message: 'the bot has stopped for good', error })
  }

  #makeSource(choice: SourceChoice): Source {
    if (typeof choice !== 'string') return choice
    if (this.#deps.handlers.empty && this.#deps.options.intents === undefined)
      throw new BotError('no_handlers')
    if (choice === 'webhook') return this.webhook
    const { options, handlers, sink, log } = this.#deps
    const { mask: intents, notice } = chooseIntents(options, handlers.interests, log)
    if (intents === 0) throw new BotError('no_intents')
    const { access } = this.rest
    const { appId, store } = options
    const permits = (this.#permits ??= localIdentifyPermits({
      clock: this.#clock,
      appId,
      ...(store && { store }),
    }))
    return gatewaySource(options, { access, intents, notice, permits, clock: this.#clock, log: sink })
  }

  #restOf(): Rest {
    const { options, sink } = this.#deps
    const rest = restOf(options, { clock: this.#clock, log: sink })
    for (const interceptor of this.#interceptors) rest.use(interceptor)
    return rest
  }

  async #closeRest(): Promise<void> {
    const rest = this.#rest
    this.#rest = null
    await rest?.close()
    this.#deps.flush?.()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

/**
 * Calls `stop` on Ctrl-C and on SIGTERM, once. A second signal has no listener left and ends the process.
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
