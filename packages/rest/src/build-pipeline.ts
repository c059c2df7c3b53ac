/**
 * A call from its options to the socket and back:
 *
 * 1. `rest.send()` (`rest.ts`) checks its options, and `makeDraft` (`send/draft.ts`) the message.
 * 2. `Sender` (`send/sender.ts`) assigns `msg_seq`, uploads a file, and calls `Client.execute` (`pipeline/client.ts`).
 * 3. The stages composed below run in order: quota, deadline, interceptors around the call, retry, interceptors around each
 *    attempt, limit, auth. Each has a file in `pipeline/`.
 * 4. `AttemptStage` (`pipeline/attempt-stage.ts`) makes one HTTP exchange with undici (`http/exchange.ts`).
 * 5. The answer is parsed (`answers/read-answer.ts`) and classified (`answers/classify-answer.ts`): a success, or a
 *    `Situation`, which becomes a `RestError` (`answers/attempt-error.ts`).
 * 6. The limit stage settles its permit. The retry stage repeats the attempt or rethrows: `retryTable`
 *    (`retry/retry-table.ts`) says whether, `decideRetry` (`retry/decide-retry.ts`) when.
 * 7. `Sender` makes a `SendResult` of the answer (`send/result.ts`). After a refusal it tries a fallback
 *    (`send/fallback.ts`) or another `msg_seq` (`send/used-number.ts`), again from step 3.
 *
 * @module
 */

import type { Clock, Limiter, LogSink } from '@qqkit/core'
import { Cancellation, DeadlineQueue, LinkedQueue, type Secret } from '@qqkit/core/internal'
import { quotaLimits, rateLimits, restHosts } from '@qqkit/protocol'

import { makeDispatcher, type OwnDispatcher } from './http/dispatcher.js'
import { type Address, baseAddress, HostFailover, pageAddress } from './http/hosts.js'
import type { RequestSender } from './http/sockets.js'
import { GuildChannels } from './limits/guild-channels.js'
import { channelsPerGuild } from './limits/quotas.js'
import { StoredQuotas } from './limits/stored-quotas.js'
import { WindowLimiter, type WindowLimiterOptions } from './limits/window-limiter.js'
import { storageStage } from './media/upload/storage.js'
import { NONE, type ResolvedRestOptions } from './options.js'
import { ApiDestination, type AttemptDeps, AttemptStage } from './pipeline/attempt-stage.js'
import { AuthStage, type AuthStageDeps } from './pipeline/auth-stage.js'
import type { PipelineNext, PipelineStage } from './pipeline/call.js'
import type { Pipeline } from './pipeline/client.js'
import { deadlineStage, type DeadlineStageDeps, type InFlightCall } from './pipeline/deadline-stage.js'
import { limitStage, type LimitStageDeps, type WhenLimited } from './pipeline/limit-stage.js'
import type { RestLog } from './pipeline/log.js'
import { quotaStage, type QuotaStageDeps } from './pipeline/quota-stage.js'
import { retryStage, type RetryStageDeps } from './pipeline/retry-stage.js'
import { type ResolvedRetryOptions, resolveRetryOptions } from './retry/retry-options.js'
import { changeRetryTable, type RetryTable } from './retry/retry-table.js'
import { TokenEndpoint, type TokenEndpointDeps } from './token/token-endpoint.js'
import { TokenProvider } from './token/token-provider.js'

/** Composes stages around `last`, the first one outermost. */
const compose = (stages: readonly PipelineStage[], last: PipelineNext): PipelineNext =>
  stages.reduceRight<PipelineNext>((next, stage) => stage(next), last)

/** Attempts at once that are reserved for priority 0: an acknowledgement of a click is void after 3 s (§5.7). */
const RESERVED = 8
/** Time for a token request in ms: short, because many calls wait for it. */
const TOKEN_TIMEOUT = 5000
/** Additional sockets for token requests, which take no place of the limiter. */
const FOR_TOKENS = 2
const NEVER = { idempotent: 'never', keyed: 'never', plain: 'never' } as const
/** Parts of files in flight at once, over all uploads. */
const PARTS = 8

/** Most clients change no limit, and share the table. */
const rateLimitsOf = (limits: ResolvedRestOptions['limits']): WindowLimiterOptions['limits'] => {
  if (limits === false) return NONE
  return limits === NONE ? rateLimits : { ...rateLimits, ...limits }
}

const limiterOf = (options: ResolvedRestOptions): Limiter => {
  const { clock, concurrency, limits } = options
  return (
    options.limiter ??
    new WindowLimiter({
      clock,
      concurrency,
      reserved: RESERVED,
      limits: rateLimitsOf(limits),
    })
  )
}

/** The sandbox has no quotas of proactive messages (§6.4). */
const hasNoQuotas = ({ limits, bases }: ResolvedRestOptions): boolean =>
  limits === false || bases[0] === restHosts.sandbox

/** A custom limiter replaces the quotas. */
const isExempt = (options: ResolvedRestOptions): boolean => options.limiter !== null || hasNoQuotas(options)

/** The quotas of proactive messages. Without quotas a refusal still holds messages back. */
const quotasOf = (options: ResolvedRestOptions, guilds: GuildChannels, log: LogSink): Limiter => {
  const { appId, clock, limits, certified, limiter, quotaStore: store } = options
  if (limiter?.quotas && !hasNoQuotas(options)) return limiter.quotas
  const inMemory = new WindowLimiter({
    clock,
    concurrency: Infinity,
    countsFrom: 'answer',
    limits: isExempt(options) ? {} : { ...quotaLimits(certified), ...limits },
    beside: guilds.counts ? { 'channel.proactive': guilds } : {},
  })
  return store === null ? inMemory : new StoredQuotas({ limiter: inMemory, guilds, store, appId, clock, log })
}

/**
 * The pipeline of a client: quota → deadline → retry → limit → auth → attempt. It is what its stages share; what many
 * clients never use is made at its first use.
 */
export class ClientPipeline
  implements
    Pipeline,
    TokenEndpointDeps,
    QuotaStageDeps,
    DeadlineStageDeps,
    RetryStageDeps,
    LimitStageDeps,
    AuthStageDeps,
    AttemptDeps
{
  readonly appId: string
  readonly secret: Secret
  readonly clock: Clock
  readonly random: () => number
  readonly userAgent: string
  readonly attemptTimeout: number
  readonly tokenTimeout: number
  readonly quotaTimeout: number
  readonly whenLimited: WhenLimited
  readonly log: RestLog
  readonly table: RetryTable
  readonly settings: ResolvedRetryOptions
  readonly ownDispatcher: OwnDispatcher | null
  readonly dispatcher: RequestSender
  readonly deadlines: DeadlineQueue
  readonly inFlight: LinkedQueue<InFlightCall> = new LinkedQueue<InFlightCall>()
  readonly closing: Cancellation = new Cancellation()
  readonly tokenHosts: HostFailover<Address>
  readonly tokens: TokenProvider
  readonly limiter: Limiter
  readonly guilds: GuildChannels
  readonly #options: ResolvedRestOptions
  readonly #last: PipelineNext
  #quotas: Limiter | undefined
  #storage: PipelineNext | undefined

  constructor(options: ResolvedRestOptions, log: RestLog) {
    const { clock, attemptTimeout, whenLimited, concurrency, proxy } = options
    this.#options = options
    this.appId = options.appId
    this.secret = options.secret
    this.clock = clock
    this.random = options.random
    this.userAgent = options.userAgent
    this.attemptTimeout = attemptTimeout
    this.tokenTimeout = Math.min(attemptTimeout, TOKEN_TIMEOUT)
    this.quotaTimeout = options.quotaTimeout
    this.whenLimited = whenLimited
    this.log = log
    this.table = changeRetryTable(
      whenLimited === 'reject' ? { ...options.retryTable, limited: NEVER } : options.retryTable,
    )
    this.settings = resolveRetryOptions(options.retry)
    const connections = concurrency + RESERVED + FOR_TOKENS
    this.ownDispatcher = options.dispatcher ? null : makeDispatcher({ connections, proxy })
    this.dispatcher = options.dispatcher ?? this.ownDispatcher!
    this.deadlines = new DeadlineQueue(clock)
    this.tokenHosts = new HostFailover(options.tokenUrls.map(pageAddress))
    this.tokens = new TokenProvider({
      clock,
      endpoint: new TokenEndpoint(this),
      shared: options.tokens,
      log: log.write,
    })
    this.limiter = limiterOf(options)
    const { limits } = options
    const most = limits === false || isExempt(options) ? Infinity : channelsPerGuild(limits)
    this.guilds = new GuildChannels(
      { most, counted: options.limiter?.quotas !== undefined && !hasNoQuotas(options) },
      clock,
    )
    const auth = new AuthStage(
      this,
      new AttemptStage(this, new ApiDestination(options.bases.map(baseAddress))),
    )
    this.#last = (call) => auth.run(call)
  }

  get quotas(): Limiter {
    return (this.#quotas ??= quotasOf(this.#options, this.guilds, this.log.write))
  }

  get storage(): PipelineNext {
    const { clock } = this
    return (this.#storage ??= compose(
      [
        deadlineStage(this),
        retryStage(this),
        limitStage({
          limiter: new WindowLimiter({ clock, concurrency: PARTS, limits: {} }),
          clock,
          whenLimited: 'wait',
        }),
      ],
      storageStage(this),
    ))
  }

  assemble(aroundCall: readonly PipelineStage[], aroundAttempt: readonly PipelineStage[]): PipelineNext {
    const [quota, deadline] = [quotaStage(this), deadlineStage(this)]
    const [retry, limit] = [retryStage(this), limitStage(this)]
    return compose([quota, deadline, ...aroundCall, retry, ...aroundAttempt, limit], this.#last)
  }
}
