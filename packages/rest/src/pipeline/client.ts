import { type Clock, QqkitError } from '@qqkit/core'
import { Cancellation, type IndexedSet } from '@qqkit/core/internal'
import type { Dispatcher } from 'undici'

import { checkTimeout } from '../checks/call-options.js'
import { closedError } from '../errors/closed-error.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError } from '../errors/rest-error.js'
import { encodeBody } from '../http/body.js'
import type { GuildChannels } from '../limits/guild-channels.js'
import type { TokenProvider } from '../token/token-provider.js'
import { type Interceptor, noHeaders, type RestAnswer, type RestCall, type RestStep } from '../types/call.js'
import type { Delivered } from '../types/situation.js'
import type { PipelineCall, PipelineNext, PipelineStage } from './call.js'
import type { InFlightCall } from './deadline-stage.js'
import { adaptInterceptor } from './interceptor.js'
import type { RestLog } from './log.js'

/** Where a user's stage stands: around the whole call with its retries, or around each attempt. */
export interface UseOptions {
  readonly around?: 'call' | 'attempt'
}

/** Everything that calls go through. */
export interface Pipeline {
  readonly clock: Clock
  readonly tokens: TokenProvider
  /** Learns from events which channel belongs to which guild. */
  readonly guilds: GuildChannels
  readonly dispatcher: Dispatcher
  /** Aborted when the client begins to close. */
  readonly closing: AbortController
  /** Calls under way. */
  readonly inFlight: IndexedSet<InFlightCall>
  readonly ownsDispatcher: boolean
  /** The way of file parts to the object storage: without token, hosts and stages of the user's, since its addresses are secrets. */
  readonly storage: PipelineNext
  /** Puts the stages together, with the user's own at their places. */
  assemble(aroundCall: readonly PipelineStage[], aroundAttempt: readonly PipelineStage[]): PipelineNext
}

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** For this call with all its attempts and waits, in ms. */
  readonly timeout?: number | undefined
}

/** A call without what {@link Client} adds. */
export type CallInit = Omit<RestCall, 'deadlineAt' | 'signal' | 'headers' | 'priority' | 'target'> &
  Partial<Pick<RestCall, 'headers' | 'priority' | 'target'>> &
  Pick<PipelineCall, 'quota'>

/** How a client is closed. */
export interface CloseRestOptions {
  /** How long calls under way may go on, in ms; default 5 s. */
  readonly timeout?: number
}

const NORMAL = 1
const DRAIN = 5000

/** How a call ended, for the log; `null` where that is not known. */
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

/** Sends calls through the pipeline and knows which are under way. */
export class Client {
  readonly clock: Clock
  readonly #pipeline: Pipeline
  readonly #timeout: number
  readonly #log: RestLog
  readonly #aroundCall: PipelineStage[] = []
  readonly #aroundAttempt: PipelineStage[] = []
  #run: PipelineNext
  #busy = 0
  #drained: (() => void) | undefined
  #closing: Promise<void> | undefined
  #closed = false
  readonly #onClosed = new AbortController()

  constructor(pipeline: Pipeline, timeout: number, log: RestLog) {
    this.#log = log
    this.clock = pipeline.clock
    this.#pipeline = pipeline
    this.#timeout = timeout
    this.#run = pipeline.assemble([], [])
  }

  /** Adds a stage; the first one added stands outermost. */
  use(stage: Interceptor, { around = 'call' }: UseOptions): void {
    if (typeof stage !== 'function')
      throw new InvalidRequestError({ path: 'stage', hint: 'give a function (call, next)', received: stage })
    if (around !== 'call' && around !== 'attempt')
      throw new InvalidRequestError({ path: 'around', hint: 'give "call" or "attempt"', received: around })
    const stages = around === 'call' ? this.#aroundCall : this.#aroundAttempt
    stages.push(adaptInterceptor(stage))
    this.#run = this.#pipeline.assemble(this.#aroundCall, this.#aroundAttempt)
  }

  /** Aborts when the client begins to close: what would go on for long comes to its end now. */
  get closing(): AbortSignal {
    return this.#pipeline.closing.signal
  }

  /** Aborts when nothing more can be sent. */
  get closed(): AbortSignal {
    return this.#onClosed.signal
  }

  /** When a call that starts now is given up. */
  deadline(timeout: number = this.#timeout): number {
    return this.clock.now() + checkTimeout(timeout, 1)
  }

  /** Work that `close()` waits for; refused once the client is closing. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw closedError('no')
    this.#busy += 1
    try {
      return await work()
    } finally {
      this.#busy -= 1
      if (this.#busy === 0) this.#drained?.()
    }
  }

  /** One call, by itself. */
  call(init: CallInit, { signal, timeout }: CallOptions = {}): Promise<RestAnswer> {
    return this.track(() => this.execute(init, signal, this.deadline(timeout)))
  }

  /** One trip through the pipeline, as part of something that is tracked. */
  async execute(init: CallInit, signal: AbortSignal | undefined, deadlineAt: number): Promise<RestAnswer> {
    signal?.throwIfAborted()
    if (this.#closed) throw closedError('no')
    const started = this.clock.now()
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
      deadlineAt,
      outer: signal,
      cancellation: new Cancellation(),
    }
    try {
      const answer = await this.#run(call)
      if (this.#log.heard()) this.#note(call, started, { code: null, delivered: 'yes', ...answer })
      return answer
    } catch (error) {
      if (this.#log.heard()) this.#note(call, started, endingOf(error, call.cancellation))
      throw error
    }
  }

  #note({ method, route }: PipelineCall, started: number, { code, delivered, steps }: Ending): void {
    const ms = this.clock.now() - started
    const attempts = steps && steps.length + 1
    this.#log.write({ level: 'debug', event: 'rest.call', method, route, ms, attempts, code, delivered })
  }

  /** Lets calls under way end, then ends the rest and calls `ended`. Calls share one promise. */
  close({ timeout = DRAIN }: CloseRestOptions, ended: () => Promise<void>): Promise<void> {
    try {
      this.#closing ??= this.#close(checkTimeout(timeout, 0), ended)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#closing
  }

  async #close(timeout: number, ended: () => Promise<void>): Promise<void> {
    const { inFlight, tokens, ownsDispatcher, dispatcher } = this.#pipeline
    this.#pipeline.closing.abort(closedError('no'))
    if (this.#busy > 0)
      await new Promise<void>((resolve) => {
        const cancel = this.clock.setTimer(timeout, resolve)
        this.#drained = () => {
          cancel()
          resolve()
        }
      })
    this.#closed = true
    this.#onClosed.abort(closedError('no'))
    for (const call of inFlight.all()) call.stop(closedError(call.cancellation.exposed ? 'unknown' : 'no'))
    tokens.close(closedError('no'))
    await ended()
    if (ownsDispatcher) await dispatcher.destroy()
  }
}
