import { type CloseOptions, type LogSink, QqkitError, type Source } from '@qqkit/core'
import { createLog, onAbort } from '@qqkit/core/internal'

import { keyOf, type UnlistedEvent } from './events/event-delivery.js'
import { type Deliver, EventFanout } from './events/event-fanout.js'
import { EventStream, hasEnded, type ShardEvent, type Unread } from './events/event-stream.js'
import { checkListener, Listeners } from './events/listeners.js'
import type { EventListener, GatewayListeners } from './gateway-events.js'
import { GatewayRun, type GatewayRunInit, RunResult } from './gateway-run.js'
import { type GatewayOptions, type ResolvedGatewayOptions, resolveOptions } from './options.js'
import { GatewayLookup } from './shard/gateway-lookup.js'
import { localIdentifyPermits, steadyPermits } from './shard/identify-permits.js'
import { IntentsInUse } from './shard/ports.js'
import { aggregate, type GatewayStatus } from './shard/status.js'

/** What a run was doing in the end. A clock that does not work is why it ended: then there are no ages to tell. */
const lastStatus = (run: GatewayRun): GatewayStatus => {
  try {
    return aggregate(run.statuses())
  } catch {
    return { state: 'stopped', reason: 'stopped for good: the clock does not work', advice: null, shards: [] }
  }
}

/** What every call of `close()` shares while nothing runs. */
const NOTHING_TO_CLOSE: Promise<void> = Promise.resolve()

/**
 * Receives the events of a QQ bot over WebSocket, and never loses one that the platform would send again.
 *
 * @example
 * const gateway = new Gateway({ access: rest.access, intents: ['GROUP_AND_C2C_EVENT'] })
 * gateway.on('C2C_MESSAGE_CREATE', (event) => console.log(event.d.content))
 * await gateway.run()
 */
export class Gateway implements Source<GatewayStatus>, AsyncDisposable {
  readonly #options: ResolvedGatewayOptions
  readonly #init: GatewayRunInit
  readonly #log: LogSink
  readonly #outlets: EventFanout
  #run: GatewayRun | null = null
  #result: RunResult | null = null
  #closing: Promise<void> | null = null
  /** Begins when the run that is ending is over, unless it is closed before. */
  #next: { readonly result: RunResult; readonly cancel: () => void } | null = null
  #last: GatewayStatus = aggregate([])

  /** @throws OptionsError for an unknown or wrong option */
  constructor(options: GatewayOptions) {
    this.#options = resolveOptions(options)
    const { access, appId, clock, store } = this.#options
    this.#log = createLog('gateway', this.#options.log)
    const listeners = new Listeners((error, name) =>
      this.#log({
        level: 'error',
        event: 'gateway.listener_failed',
        message: `a listener of "${name}" failed`,
        error,
      }),
    )
    this.#outlets = new EventFanout(listeners, (error) =>
      this.#log({
        level: 'error',
        event: 'gateway.consumer_failed',
        message: 'the consumer of run() threw',
        error,
      }),
    )
    const { permits: given } = this.#options
    const permits = given ? steadyPermits(given, this.#log) : localIdentifyPermits({ clock, store, appId })
    const lookup = new GatewayLookup({
      access,
      clock,
      log: this.#log,
      onAnswer: ({ limit }) => permits.update(limit),
    })
    const intents = new IntentsInUse(this.#options.intents, this.#log)
    this.#init = {
      options: this.#options,
      lookup,
      permits,
      intents,
      outlets: this.#outlets,
      log: this.#log,
      before: new Map(),
    }
  }

  /**
   * Listens to an event by its name, to every event (`dispatch`), or to what happens to the connection (`status`, `gap`).
   *
   * @returns takes the listener off again
   */
  on<N extends keyof GatewayListeners>(name: N, listener: GatewayListeners[N]): () => void
  /** Listens to an event that this version does not know yet. */
  on(name: Uppercase<string>, listener: EventListener<UnlistedEvent>): () => void
  on(name: string, listener: (...args: never[]) => unknown): () => void {
    checkListener(name, listener)
    return this.#outlets.listeners.add(name, listener)
  }

  /**
   * Events to be looped over, from now on until the gateway is closed or the signal aborts; first those that a reader
   * before had left unread. An event counts as finished when the next one is asked for. Several workers share one
   * `events()` by looping over it with a `for await` each: an event goes to one of them. Readers that fall behind by more
   * than `eventBuffer` events lose the oldest, which is told as `abandoned`.
   */
  events(options: { readonly signal?: AbortSignal } = {}): AsyncIterable<ShardEvent> {
    const { signal } = options
    const stream: EventStream = new EventStream({
      capacity: this.#options.eventBuffer,
      gateway: this.#outlets.listeners,
      unread: this.#outlets.unread.splice(0),
      onOverflow: (given) => this.#onUnread(given, 'a reader of events() is too slow'),
      onEnd: (unread) => {
        this.#outlets.streams.delete(stream)
        this.#keepUnread(unread)
        leave?.()
      },
    })
    this.#outlets.streams.add(stream)
    const leave = signal && onAbort(signal, () => stream.leave())
    if (signal?.aborted) stream.leave()
    return stream
  }

  /**
   * Connects, and stays connected. Called again while it runs, it is the same run.
   *
   * Called while the last run ends, it begins when that is over.
   *
   * @param deliver takes every event and settles it; without it, listeners and `events()` do
   * @param options `signal`: closes the gateway, as `close({ resumable: true })` does
   * @returns settles when the gateway is closed. If nobody waits for it, and there is no `log`, a process warning says when
   *   it ends for good
   * @throws GatewayError when it can never succeed, with advice
   */
  run(deliver?: Deliver, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const { signal } = options
    if (this.#next) return this.#next.result
    if (this.#result && (this.#closing !== null || this.#run?.ending === true))
      return this.#runAfter(this.#result, deliver, signal)
    if (this.#result) return this.#join(this.#result, deliver, signal)
    if (signal?.aborted) return Promise.resolve()
    // Known before anything happens: a listener that calls run() joins this one.
    const result = new RunResult((error) => this.#onFloating(error))
    this.#result = result
    this.#live(deliver ?? null).then(
      () => result.succeed(),
      (error: Error) => result.fail(error),
    )
    this.#closeOn(signal, result)
    return result
  }

  /** What it is doing at this moment. */
  status(): GatewayStatus {
    return this.#run ? aggregate(this.#run.statuses()) : this.#last
  }

  /**
   * Hands out nothing new from now on, while the connections stand and what is being handled is finished: what comes is left to
   * the next process, or told when there is none. {@link Gateway.close} ends it.
   */
  drain(): void {
    this.#run?.drain()
  }

  /**
   * Closes all connections and ends `run()`. Never rejects; calls share one promise. A listener that calls it is not waited
   * for, and its event counts as finished; nor is a loop over `events()`, or a consumer of `run()` that returns its promise.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#next?.cancel()
    this.#outlets.listeners.leave()
    const run = this.#run
    if (!run) return NOTHING_TO_CLOSE
    this.#closing ??= run.close(options.resumable ?? false).then(async () => this.#result?.ended)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Runs again when the run that is ending is over. */
  #runAfter(before: RunResult, deliver: Deliver | undefined, signal: AbortSignal | undefined): Promise<void> {
    const result = new RunResult((error) => this.#onFloating(error))
    const cancel = (): void => {
      if (this.#next?.result === result) this.#next = null
      result.succeed()
    }
    this.#next = { result, cancel }
    void before.ended.then(() => {
      if (this.#next?.result !== result) return
      this.#next = null
      this.run(deliver, { signal }).then(
        () => result.succeed(),
        (error: Error) => result.fail(error),
      )
    })
    return result
  }

  /** Nobody waits for the run, and nobody reads a log: at least the terminal says that the bot is deaf. */
  #onFloating(error: Error): void {
    if (this.#options.log) return
    const advice = QqkitError.is(error) && error.advice ? `; ${error.advice.en}` : ''
    process.emitWarning(`the gateway stopped for good: ${error.message}${advice}`, 'QqkitWarning')
  }

  /** For the next reader, as far as there is room. */
  #keepUnread(more: readonly Unread[]): void {
    const { unread } = this.#outlets
    unread.push(...more)
    for (const given of unread.splice(0, Math.max(0, unread.length - this.#options.eventBuffer))) {
      if (hasEnded(given)) continue
      given.settle('abandoned')
      this.#onUnread(given, 'nobody reads events() any more')
    }
  }

  #onUnread({ value, tracked }: Unread, why: string): void {
    const { seq, frame } = tracked
    const message = `${why}; its oldest event was given up`
    this.#log({ level: 'warn', event: 'gateway.stream_overflow', message, seq, name: frame.t })
    this.#outlets.listeners.emit('abandoned', () => ({
      ...value,
      seq,
      reason: 'overflow',
      key: keyOf(tracked),
    }))
  }

  #join(result: RunResult, deliver: Deliver | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (deliver === undefined || deliver === this.#outlets.deliver) {
      this.#closeOn(signal, result)
      return result
    }
    return Promise.reject(
      new QqkitError({
        code: 'gateway_running',
        message: 'the gateway runs already, with another consumer',
        advice: {
          en: 'Call run() once, or close() the gateway before running it with another consumer.',
          zh: '请只调用一次 run()，或先 close() 再使用另一个消费者运行。',
        },
      }),
    )
  }

  /** Lets a signal end the run, for as long as it lasts. */
  #closeOn(signal: AbortSignal | undefined, result: RunResult): void {
    if (!signal) return
    const leave = onAbort(signal, () => void this.close({ resumable: true }))
    if (signal.aborted) void this.close({ resumable: true })
    void result.ended.then(leave)
  }

  async #live(deliver: Deliver | null): Promise<void> {
    let run: GatewayRun | null = null
    try {
      run = new GatewayRun(this.#init)
      this.#run = run
      this.#outlets.deliver = deliver
      run.start()
      await run.finished
    } finally {
      for (const stream of this.#outlets.streams) stream.end()
      // In flight when the run ended: the next one gets it from the store.
      for (const { settle } of this.#outlets.unread.splice(0)) settle('left')
      this.#outlets.deliver = null
      this.#run = null
      this.#result = null
      this.#closing = null
      if (run) this.#last = lastStatus(run)
    }
  }
}
