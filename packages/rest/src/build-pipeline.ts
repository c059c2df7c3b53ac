/**
 * A call from its options to the socket and back:
 *
 * 1. `rest.send()` (`rest.ts`) checks its options, and `makeDraft` (`send/draft.ts`) the message.
 * 2. `Sender` (`send/sender.ts`) assigns `msg_seq`, uploads a file, and calls `Client.execute` (`pipeline/client.ts`).
 * 3. The stages composed below run in order: quota, deadline, interceptors around the call, retry, interceptors around each
 *    attempt, limit, auth. Each has a file in `pipeline/`.
 * 4. `apiStage` (`pipeline/attempt-stage.ts`) makes one HTTP exchange with undici (`http/exchange.ts`).
 * 5. The answer is parsed (`answers/read-answer.ts`) and classified (`answers/classify-answer.ts`): a success, or a
 *    `Situation`, which becomes a `RestError` (`answers/attempt-error.ts`).
 * 6. The limit stage settles its permit. The retry stage repeats the attempt or rethrows: `retryTable`
 *    (`retry/retry-table.ts`) says whether, `decideRetry` (`retry/decide-retry.ts`) when.
 * 7. `Sender` makes a `SendResult` of the answer (`send/result.ts`). After a refusal it tries a fallback
 *    (`send/fallback.ts`) or another `msg_seq` (`send/used-number.ts`), again from step 3.
 *
 * @module
 */

import type { Limiter, LogSink } from '@qqkit/core'
import { DeadlineQueue, LinkedQueue, Secret } from '@qqkit/core/internal'
import { rateLimits, restHosts } from '@qqkit/protocol'

import { makeDispatcher } from './http/dispatcher.js'
import { baseAddress, HostFailover, pageAddress } from './http/hosts.js'
import { GuildChannels } from './limits/guild-channels.js'
import { channelsPerGuild, quotaLimits } from './limits/quotas.js'
import { StoredQuotas } from './limits/stored-quotas.js'
import { WindowLimiter } from './limits/window-limiter.js'
import { storageStage } from './media/upload/storage.js'
import type { ResolvedRestOptions } from './options.js'
import { apiStage } from './pipeline/attempt-stage.js'
import { authStage } from './pipeline/auth-stage.js'
import type { PipelineNext, PipelineStage } from './pipeline/call.js'
import type { Pipeline } from './pipeline/client.js'
import { deadlineStage, type InFlightCall } from './pipeline/deadline-stage.js'
import { limitStage } from './pipeline/limit-stage.js'
import type { RestLog } from './pipeline/log.js'
import { quotaStage } from './pipeline/quota-stage.js'
import { retryStage } from './pipeline/retry-stage.js'
import { resolveRetryOptions } from './retry/retry-options.js'
import { changeRetryTable } from './retry/retry-table.js'
import { tokenEndpoint } from './token/token-endpoint.js'
import { TokenProvider } from './token/token-provider.js'

/** Composes stages around `last`, the first one outermost. */
const compose = (stages: readonly PipelineStage[], last: PipelineNext): PipelineNext =>
  stages.reduceRight<PipelineNext>((next, stage) => (call) => stage(call, next), last)

/** Attempts at once that are reserved for priority 0: an acknowledgement of a click is void after 3 s (§5.7). */
const RESERVED = 8
/** Time for a token request in ms: short, because many calls wait for it. */
const TOKEN_TIMEOUT = 5000
/** Additional sockets for token requests, which take no place of the limiter. */
const FOR_TOKENS = 2
/** Parts of files in flight at once, over all uploads. */
const PARTS = 8

const limiterOf = (options: ResolvedRestOptions): Limiter => {
  const { clock, concurrency, limits } = options
  return (
    options.limiter ??
    new WindowLimiter({
      clock,
      concurrency,
      reserved: RESERVED,
      limits: limits === false ? {} : { ...rateLimits, ...limits },
    })
  )
}

/**
 * The quotas of proactive messages. The sandbox has none (§6.4), and a custom limiter replaces them; a refusal still
 * holds messages back.
 */
const quotasOf = (
  options: ResolvedRestOptions,
  log: LogSink,
): { readonly quotas: Limiter; readonly guilds: GuildChannels } => {
  const { appId, clock, limits, limiter, certified, bases, quotaStore: store } = options
  const exempt = limits === false || limiter !== null || bases[0] === restHosts.sandbox
  const most = exempt ? Infinity : channelsPerGuild(limits)
  const guilds = new GuildChannels(most, () => clock.wall())
  const inMemory = new WindowLimiter({
    clock,
    concurrency: Infinity,
    countsFrom: 'answer',
    limits: exempt ? {} : { ...quotaLimits(certified), ...limits },
    beside: guilds.counts ? { 'channel.proactive': guilds } : {},
  })
  const quotas =
    store === null ? inMemory : new StoredQuotas({ limiter: inMemory, guilds, store, appId, clock, log })
  return { quotas, guilds }
}

/** Builds the pipeline of a client: quota → deadline → retry → limit → auth → attempt. */
export const buildPipeline = (options: ResolvedRestOptions, log: RestLog): Pipeline => {
  const { appId, clock, random, attemptTimeout, userAgent, whenLimited } = options
  const connections = options.concurrency + RESERVED + FOR_TOKENS
  const ownDispatcher = options.dispatcher ? null : makeDispatcher({ connections, proxy: options.proxy })
  const dispatcher = options.dispatcher ?? ownDispatcher!
  const secret = new Secret(options.secret)
  const deadlines = new DeadlineQueue(clock)
  const fetch = tokenEndpoint({
    appId,
    secret,
    hosts: new HostFailover(options.tokenUrls.map(pageAddress)),
    dispatcher,
    clock,
    deadlines,
    timeout: Math.min(attemptTimeout, TOKEN_TIMEOUT),
    userAgent,
  })
  const tokens = new TokenProvider({ clock, fetch, log: log.write })
  const change =
    whenLimited === 'reject'
      ? { ...options.retryTable, limited: { idempotent: 'never', keyed: 'never', plain: 'never' } as const }
      : options.retryTable
  const table = changeRetryTable(change)
  const settings = resolveRetryOptions(options.retry)
  const inFlight = new LinkedQueue<InFlightCall>()
  const deadline = deadlineStage({ clock, deadlines, inFlight })
  const retry = retryStage({ clock, random, settings, log: log.write })
  const limiter = limiterOf(options)
  const limit = limitStage({ limiter, clock, whenLimited })
  const closing = new AbortController()
  const { quotas, guilds } = quotasOf(options, log.write)
  const quota = quotaStage({
    quotas,
    guilds,
    clock,
    quotaTimeout: options.quotaTimeout,
    closing: closing.signal,
  })
  const hosts = new HostFailover(options.bases.map(baseAddress))
  const attempts = { dispatcher, clock, deadlines, attemptTimeout, table, userAgent, log }
  const send = authStage({ tokens, clock, appId, table }, apiStage(attempts, hosts))
  const places = new WindowLimiter({ clock, concurrency: PARTS, limits: {} })
  const partLimit = limitStage({ limiter: places, clock, whenLimited: 'wait' })
  return {
    clock,
    tokens,
    guilds,
    ownDispatcher,
    closing,
    inFlight,
    storage: compose([deadline, retry, partLimit], storageStage(attempts)),
    assemble: (aroundCall, aroundAttempt) =>
      compose([quota, deadline, ...aroundCall, retry, ...aroundAttempt, limit], send),
  }
}
