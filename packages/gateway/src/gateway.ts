import { type CloseOptions, type LogSink, QqkitError, type Source, type SourceRunOptions } from '@qqkit/core'
import { createLog, onAbort } from '@qqkit/core/internal'

import { keyOf, type UnlistedEvent } from './events/event-delivery.js'
import { type Deliver, EventFanout } from './events/event-fanout.js'
import { EventStream, hasEnded, type ShardEvent, type Unread } from './events/event-stream.js'
import { checkListener, Listeners } from './events/listeners.js'
import type { EventListener, GatewayListeners } from './gateway-events.js'
import { GatewayRun, type GatewayRunDeps, RunResult } from './gateway-run.js'
import { type GatewayOptions, type ResolvedGatewayOptions, resolveOptions } from './options.js'
import { GatewayLookup } from './shard/gateway-lookup.js'
import { GuardedPermits, localIdentifyPermits } from './shard/identify-permits.js'
import { ActiveIntents } from './shard/ports.js'
import { aggregate, type GatewayStatus } from './shard/status.js'

/** The last status of a run. If the clock is broken, which also ends a run, there are no ages to report. */
const lastStatus = (run: GatewayRun): GatewayStatus => {
  try {
    return aggregate(run.statuses())
  } catch {
    return { state: 'stopped', reason: 'stopped for good: the clock throws', advice: null, shards: [] }
  }
}

/** Shared by all calls of `close()` while nothing runs. */
const NOTHING_TO_CLOSE: Promise<void> = Promise.resolve()

/**
 * Receives the events of a QQ bot over WebSocket, and never loses one that the platform would send again.
 *
 * How it works, and where to read on:
 * 1. `run()` starts a `GatewayRun`, which starts one `Shard` per connection (`gateway-run.ts`).
 * 2. `shard/shard.ts` joins the parts of a shard; its comment follows an event from the socket to a listener, and from
 *    `settle` to the disk.
 * 3. What a connection does about each input is a table: `machine/states/transition.ts`, with one file per state.
 * 4. What a close code means is a row of `close-codes.ts`. `machine/disconnect.ts` asks `decide` of the reconnect policy with
 *    that row, and gets a wait or a stop.
 * 5. `delivery/delivery-tracker.ts` owns the unfinished events of a shard.
 * 6. `session/persistence.ts` stores what the next process needs to resume.
 *
 * @example
 * const gateway = new Gateway({ access: rest.access, intents: ['GROUP_AND_C2C_EVENT'] })
 * gateway.on('C2C_MESSAGE_CREATE', (event) => console.log(event.d.content))
 * await gateway.run()
 */
export class Gateway implements Source<GatewayStatus>, AsyncDisposable {
  readonly #options: ResolvedGatewayOptions
  readonly #deps: GatewayRunDeps
  readonly #log: LogSink
  readonly #fanout: EventFanout
  #run: GatewayRun | null = null
  #result: RunResult | null = null
  #closing: Promise<void> | null = null
  /** A `run()` called while the last run was ending: it begins after that, unless it is closed before. */
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
    this.#fanout = new EventFanout(listeners, (error) =>
      this.#log({
        level: 'error',
        event: 'gateway.consumer_failed',
        message: 'the consumer of run() failed',
        error,
      }),
    )
    const { permits: given } = this.#options
    const permits = given
      ? new GuardedPermits(given, this.#log)
      : localIdentifyPermits({ clock, store, appId })
    const lookup = new GatewayLookup({
      access,
      clock,
      log: this.#log,
      onAnswer: ({ limit }) => permits.update(limit),
    })
    const intents = new ActiveIntents(this.#options.intents, this.#log)
    this.#deps = {
      options: this.#options,
      lookup,
      permits,
      intents,
      fanout: this.#fanout,
      log: this.#log,
      before: [],
    }
  }

  /**
   * Listens to an event by its name, to every event (`dispatch`), or to the connection (`status`, `gap`, `abandoned`,
   * `quarantined`). An event is finished when its listener returns, or when the promise that it returns settles.
   *
   * @example
   * gateway.on('C2C_MESSAGE_CREATE', async (event) => save(event.d))
   * const off = gateway.on('gap', ({ reason }) => console.warn(`events may be lost: ${reason}`))
   *
   * @returns removes the listener
   */
  on<N extends keyof GatewayListeners>(name: N, listener: GatewayListeners[N]): () => void
  /** Listens to an event that this version does not know yet. */
  on(name: Uppercase<string>, listener: EventListener<UnlistedEvent>): () => void
  on(name: string, listener: (...args: never[]) => unknown): () => void {
    checkListener(name, listener)
    return this.#fanout.listeners.add(name, listener)
  }

  /**
   * Iterates over events until the gateway is closed or the signal aborts, beginning with those that an earlier reader left
   * unread. An event is finished when the next one is requested. Several workers may loop over one `events()` with a
   * `for await` each: an event goes to one of them. Readers that fall behind by more than `eventBuffer` events lose the
   * oldest, which is reported as `abandoned`.
   *
   * @example
   * for await (const { event } of gateway.events({ signal })) {
   *   if (event.t === 'C2C_MESSAGE_CREATE') await answer(event.d)
   * }
   */
  events(options: { readonly signal?: AbortSignal } = {}): AsyncIterable<ShardEvent> {
    const { signal } = options
    const stream: EventStream = new EventStream({
      capacity: this.#options.eventBuffer,
      gateway: this.#fanout.listeners,
      unread: this.#fanout.unread.splice(0),
      onOverflow: (given) => this.#onUnread(given, 'a reader of events() is too slow'),
      onEnd: (unread) => {
        this.#fanout.streams = this.#fanout.streams.filter((other) => other !== stream)
        this.#keepUnread(unread)
        leave?.()
      },
    })
    this.#fanout.streams = [...this.#fanout.streams, stream]
    const leave = signal && onAbort(signal, () => stream.quitAll())
    if (signal?.aborted) stream.quitAll()
    return stream
  }

  /**
   * Connects, and stays connected until `close()`. A second call joins the run; a call while the last run is ending begins
   * after that.
   *
   * @example
   * await gateway.run() // events go to listeners and events()
   *
   * @example
   * await gateway.run(async (delivery) => {
   *   await handle(delivery.frame)
   *   delivery.settle('done')
   * })
   *
   * @param deliver takes every event and settles it; without it, listeners and `events()` do
   * @param options `signal`: closes the gateway, as `close({ resumable: true })` does; `relays`: the consumer only passes events
   *   on to other processes
   * @returns resolves when the gateway is closed. If the promise is not awaited, and there is no `log`, a process warning
   *   reports a failure
   * @throws GatewayError with advice when it can never succeed
   */
  run(deliver?: Deliver, options: SourceRunOptions = {}): Promise<void> {
    const { signal, relays = false } = options
    if (this.#next) return this.#next.result
    if (this.#result && (this.#closing !== null || this.#run?.ending === true))
      return this.#runAfter(this.#result, deliver, options)
    if (this.#result) return this.#join(this.#result, deliver, signal)
    if (signal?.aborted) return Promise.resolve()
    // Set before the run starts, so that a listener that calls run() joins it.
    const result = new RunResult((error) => this.#onUnawaited(error))
    this.#result = result
    this.#begin(deliver ?? null, relays)
    this.#closeOn(signal, result)
    return result
  }

  /** The intents that were asked for, a bit mask. */
  get intents(): number {
    return this.#options.intents
  }

  /** A snapshot: the state of each shard, and why. */
  status(): GatewayStatus {
    return this.#run ? aggregate(this.#run.statuses()) : this.#last
  }

  /**
   * Dispatches no new events from now on; connections stay open, and events that are being handled may finish. New events are
   * left to the next process, or reported as a gap when there is none. {@link Gateway.close} drains too.
   */
  drain(): void {
    this.#run?.drain()
  }

  /**
   * Waits for events that are being handled (not with `drain: false`), stores the session with `resumable: true`, closes all connections and ends
   * `run()`. Never rejects; calls share one promise. A listener, a loop over `events()` or a consumer of `run()` that calls it
   * is not waited for, and its event counts as finished.
   *
   * @example
   * process.once('SIGTERM', () => void gateway.close({ resumable: true }))
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#next?.cancel()
    this.#fanout.listeners.onClose()
    const run = this.#run
    const result = this.#result
    if (!run || !result) return NOTHING_TO_CLOSE
    this.#closing ??= run.close(options).then(() => result.ended)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Runs again after the run that is ending. */
  #runAfter(before: RunResult, deliver: Deliver | undefined, options: SourceRunOptions): Promise<void> {
    const result = new RunResult((error) => this.#onUnawaited(error))
    const cancel = (): void => {
      if (this.#next?.result === result) this.#next = null
      result.succeed()
    }
    this.#next = { result, cancel }
    void before.ended.then(() => {
      if (this.#next?.result !== result) return
      this.#next = null
      result.follow(this.run(deliver, options))
    })
    return result
  }

  /** The run failed, its promise was not awaited and there is no log: the process warning is the only report. */
  #onUnawaited(error: Error): void {
    if (this.#options.log) return
    const advice = QqkitError.is(error) && error.advice ? `; ${error.advice.en}` : ''
    process.emitWarning(`the gateway stopped for good: ${error.message}${advice}`, 'QqkitWarning')
  }

  /** Keeps unread events for the next reader, up to `eventBuffer`. */
  #keepUnread(more: readonly Unread[]): void {
    const { unread } = this.#fanout
    unread.push(...more)
    for (const given of unread.splice(0, Math.max(0, unread.length - this.#options.eventBuffer))) {
      if (hasEnded(given)) continue
      given.settle('abandoned')
      this.#onUnread(given, 'events() has no reader any more')
    }
  }

  #onUnread({ value, tracked }: Unread, why: string): void {
    const { seq, frame } = tracked
    const message = `${why}; the oldest event was given up`
    this.#log({ level: 'warn', event: 'gateway.stream_overflow', message, seq, name: frame.t })
    this.#fanout.listeners.emit('abandoned', () => ({
      ...value,
      seq,
      reason: 'overflow',
      key: keyOf(tracked),
    }))
  }

  #join(result: RunResult, deliver: Deliver | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (deliver === undefined || deliver === this.#fanout.deliver) {
      this.#closeOn(signal, result)
      return result
    }
    return Promise.reject(
      new QqkitError({
        code: 'gateway_running',
        message: 'the gateway is already running with another consumer',
        advice: {
          en: 'Call run() once, or close() the gateway before running it with another consumer.',
          zh: '请只调用一次 run()，或先 close() 再使用另一个消费者运行。',
        },
      }),
    )
  }

  /** Closes the gateway when a signal aborts during the run. */
  #closeOn(signal: AbortSignal | undefined, result: RunResult): void {
    if (!signal) return
    const leave = onAbort(signal, () => void this.close({ resumable: true }))
    if (signal.aborted) void this.close({ resumable: true })
    void result.ended.then(leave)
  }

  #begin(deliver: Deliver | null, relays: boolean): void {
    try {
      this.#run = new GatewayRun(this.#deps, relays, (error) => this.#onFinished(error))
      this.#fanout.deliver = deliver
      this.#run.start()
    } catch (error) {
      this.#onFinished(error as Error)
    }
  }

  #onFinished(error: Error | null): void {
    const [run, result] = [this.#run, this.#result]
    for (const stream of this.#fanout.streams) stream.end()
    // Still in flight: the next run gets these events from the store.
    for (const { settle } of this.#fanout.unread.splice(0)) settle('unread')
    this.#fanout.deliver = null
    this.#run = null
    this.#result = null
    this.#closing = null
    if (run) this.#last = lastStatus(run)
    if (error) result?.fail(error)
    else result?.succeed()
  }
}
