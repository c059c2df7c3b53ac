import { type Clock, QqkitError } from '@qqkit/core'
import { Cancellation, type LinkedQueue } from '@qqkit/core/internal'

import { checkTimeout } from '../checks/call-options.js'
import { closedError } from '../errors/closed-error.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError } from '../errors/rest-error.js'
import { encodeBody } from '../http/body.js'
import type { OwnDispatcher } from '../http/dispatcher.js'
import type { GuildChannels } from '../limits/guild-channels.js'
import type { TokenProvider } from '../token/token-provider.js'
import { type Interceptor, noHeaders, type RestAnswer, type RestCall, type RestStep } from '../types/call.js'
import type { Delivered } from '../types/situation.js'
import type { PipelineCall, PipelineNext, PipelineStage } from './call.js'
import type { InFlightCall } from './deadline-stage.js'
import { adaptInterceptor } from './interceptor.js'
import type { RestLog } from './log.js'

/** Where an interceptor runs: around the whole call with its retries (default), or around each attempt. */
export interface UseOptions {
  readonly around?: 'call' | 'attempt'
}

/** The assembled pipeline of a client, with what its parts share. */
export interface Pipeline {
  readonly clock: Clock
  readonly tokens: TokenProvider
  /** Knows from events which channel belongs to which guild. */
  readonly guilds: GuildChannels
  /** `null` if the user gave a dispatcher. */
  readonly ownDispatcher: OwnDispatcher | null
  /** Cancelled when the client begins to close. */
  readonly closing: Cancellation
  /** Calls in flight. */
  readonly inFlight: LinkedQueue<InFlightCall>
  /**
   * The pipeline of file parts to the object storage: without token, failover and interceptors, since its addresses are
   * secrets.
   */
  readonly storage: PipelineNext
  /** Composes the stages, with the interceptors in their places. */
  assemble(aroundCall: readonly PipelineStage[], aroundAttempt: readonly PipelineStage[]): PipelineNext
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Time for this call with all its attempts and waits, in ms. */
  readonly timeout?: number | undefined
}

/** A call before {@link Client} fills in defaults, signal and deadline. */
export type CallInit = Omit<RestCall, 'deadlineAt' | 'signal' | 'headers' | 'priority' | 'target'> &
  Partial<Pick<RestCall, 'headers' | 'priority' | 'target'>> &
  Pick<PipelineCall, 'quota' | 'gate'>

/** How a client is closed. */
export interface CloseRestOptions {
  /** How long calls in flight may take to finish, in ms; default 5 s. */
  readonly timeout?: number
}

const NO_STAGES: readonly PipelineStage[] = Object.freeze([])
const NORMAL = 1
const DRAIN = 5000

/** How a call ended, for the log; `null` where unknown. */
interface Ending {
  readonly code: string | null
  readonly delivered: Delivered | null
  readonly steps: readonly RestStep[] | null
}

const endingOf = (error: unknown, cancellation: Cancellation): Ending => {
  if (RestError.is(error)) return error
  const code = cancellation.cancelled ? 'aborted' : QqkitError.is(error) ? error.code : 'failed'
  return { code, delivered: null, steps: null }
}

/** Sends calls through the pipeline and waits for them when the client closes. */
export class Client {
  readonly clock: Clock
  readonly #pipeline: Pipeline
  readonly #timeout: number
  readonly #log: RestLog
  #aroundCall: readonly PipelineStage[] = NO_STAGES
  #aroundAttempt: readonly PipelineStage[] = NO_STAGES
  #run: PipelineNext
  #busy = 0
  #drained: (() => void) | undefined
  #closing: Promise<void> | undefined
  #closed = false
  readonly #onClosed = new Cancellation()

  constructor(pipeline: Pipeline, timeout: number, log: RestLog) {
    this.#log = log
    this.clock = pipeline.clock
    this.#pipeline = pipeline
    this.#timeout = timeout
    this.#run = pipeline.assemble(NO_STAGES, NO_STAGES)
  }

  /** Adds an interceptor. The first one added is outermost. */
  use(interceptor: Interceptor, { around = 'call' }: UseOptions): void {
    if (typeof interceptor !== 'function')
      throw new InvalidRequestError({
        path: 'interceptor',
        hint: 'give a function (call, next)',
        received: interceptor,
      })
    if (around !== 'call' && around !== 'attempt')
      throw new InvalidRequestError({ path: 'around', hint: 'give "call" or "attempt"', received: around })
    const stage = adaptInterceptor(interceptor)
    if (around === 'call') this.#aroundCall = [...this.#aroundCall, stage]
    else this.#aroundAttempt = [...this.#aroundAttempt, stage]
    this.#run = this.#pipeline.assemble(this.#aroundCall, this.#aroundAttempt)
  }

  /** Aborts when the client begins to close: long-running work should finish now. */
  get closing(): AbortSignal {
    return this.#pipeline.closing.signal
  }

  /** Aborts when nothing more can be sent. */
  get closed(): AbortSignal {
    return this.#onClosed.signal
  }

  /** The deadline of a call that starts now. */
  deadline(timeout: number = this.#timeout): number {
    return this.clock.now() + checkTimeout(timeout, 1)
  }

  /** Refuses new work once the client is closing. */
  checkOpen(): void {
    if (this.#closing) throw closedError('no')
  }

  /** Begins work, or a part of it, that `close()` waits for until {@link leave}. */
  enter(): void {
    this.#busy += 1
  }

  /** Ends work that was begun with {@link enter}. */
  leave(): void {
    this.#busy -= 1
    if (this.#busy === 0) this.#drained?.()
  }

  /** Runs work that `close()` waits for. Refused once the client is closing. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.checkOpen()
    this.enter()
    try {
      return await work()
    } finally {
      this.leave()
    }
  }

  /** Makes one tracked call. */
  call(init: CallInit, { signal, timeout }: CallOptions = {}): Promise<RestAnswer> {
    return this.track(() => this.execute(init, signal, this.deadline(timeout)))
  }

  /**
   * Sends a call through the pipeline, as part of tracked work.
   *
   * @throws InvalidRequestError for a body that JSON cannot represent; RestError `closed`; `signal.reason`
   */
  execute(init: CallInit, signal: AbortSignal | undefined, deadlineAt: number): Promise<RestAnswer> {
    signal?.throwIfAborted()
    if (this.#closed) throw closedError('no')
    const call: PipelineCall = {
      method: init.method,
      route: init.route,
      path: init.path,
      body: init.body,
      content: encodeBody(init.body),
      headers: init.headers ?? noHeaders,
      routeClass: init.routeClass,
      target: init.target ?? '',
      priority: init.priority ?? NORMAL,
      repeatability: init.repeatability,
      single: init.single,
      unrepeated: init.unrepeated,
      attemptTimeout: init.attemptTimeout,
      proactive: init.proactive,
      quota: init.quota,
      gate: init.gate,
      deadlineAt,
      outer: signal,
      cancellation: new Cancellation(),
    }
    return this.#log.heard() ? this.#runHeard(call) : this.#run(call)
  }

  /** Runs a call and logs its end. */
  async #runHeard(call: PipelineCall): Promise<RestAnswer> {
    const started = this.clock.now()
    try {
      const answer = await this.#run(call)
      this.#logCall(call, started, { code: null, delivered: 'yes', ...answer })
      return answer
    } catch (error) {
      this.#logCall(call, started, endingOf(error, call.cancellation))
      throw error
    }
  }

  #logCall({ method, route }: PipelineCall, started: number, { code, delivered, steps }: Ending): void {
    const ms = this.clock.now() - started
    const attempts = steps && steps.length + 1
    this.#log.write({ level: 'debug', event: 'rest.call', method, route, ms, attempts, code, delivered })
  }

  /** Waits for calls in flight, then cancels the rest and calls `ended`. Repeated calls share one promise. */
  close({ timeout = DRAIN }: CloseRestOptions, ended: () => Promise<void>): Promise<void> {
    try {
      this.#closing ??= this.#close(checkTimeout(timeout, 0), ended)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#closing
  }

  async #close(timeout: number, ended: () => Promise<void>): Promise<void> {
    const { inFlight, tokens, ownDispatcher } = this.#pipeline
    this.#pipeline.closing.cancel(closedError('no'))
    if (this.#busy > 0)
      await new Promise<void>((resolve) => {
        const cancel = this.clock.setTimer(timeout, resolve)
        this.#drained = () => {
          cancel()
          resolve()
        }
      })
    this.#closed = true
    this.#onClosed.cancel(closedError('no'))
    for (let { first } = inFlight; first; { first } = inFlight)
      first.stop(closedError(first.cancellation.exposed ? 'unknown' : 'no'))
    tokens.close(closedError('no'))
    await ended()
    await ownDispatcher?.destroy()
  }
}
