import {
  type Clock,
  type Limiter,
  type LogSink,
  OptionsError,
  type QuotaStore,
  systemClock,
  type SharedTokens,
} from '@qqkit/core'
import { checkOptions, didYouMean, Secret } from '@qqkit/core/internal'
import { guildQuota, type RestHost, restHosts, tokenUrls, type TokenUrlName } from '@qqkit/protocol'
import type { Dispatcher } from 'undici'
import * as v from 'valibot'

import { count, duration, having, option, wait } from './checks/option-shapes.js'
import type { WindowLimit } from './limits/window-limiter.js'
import { mediaSchema, type MediaOptions } from './media/options.js'
import type { RetryOptions } from './retry/retry-options.js'
import type { RetryTableChange } from './retry/retry-table.js'
import { fallbackRules, type FallbackRule } from './send/fallback.js'
import { numberRanges, overlapOf, type NumberRanges } from './send/reply-numbers.js'
import type { MentionForm } from './text/inline.js'

/** Options of {@link Rest}. Times are in ms. */
export interface RestOptions {
  /**
   * AppID of the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-1 §1.1}).
   */
  readonly appId: string
  /** AppSecret of the bot. It is never printed or logged. */
  readonly secret: string
  /**
   * `'production'` (default), `'legacy'`, `'sandbox'`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-1 §2.1}), or any base URL. The variable
   * `QQKIT_API_URL` replaces these three hosts, and `QQKIT_TOKEN_URL` those of tokens.
   */
  readonly baseUrl?: RestHost | (string & {})
  /**
   * `'production'`, `'legacy'`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}) or a URL. Default:
   * the one of `baseUrl`, then those of the hosts in `failover`.
   */
  readonly tokenUrl?: TokenUrlName | (string & {})
  /**
   * Further base URLs or names, used when no connection can be made; `true`: the other of the two known hosts. Default
   * none.
   */
  readonly failover?: boolean | readonly (RestHost | (string & {}))[]
  /** An undici dispatcher to use instead of the built-in one; it is not closed with the client. */
  readonly dispatcher?: Dispatcher
  /** `'env'` to read `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, or the URL of a proxy. Default none. */
  readonly proxy?: 'env' | (string & {})
  /** Time for a whole call with all attempts and waits; default 60 s. */
  readonly timeout?: number
  /**
   * Time for one attempt, including the body of the answer; default 10 s (the docs ask for at least 5 s,
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-4 §2.4}).
   */
  readonly attemptTimeout?: number
  /**
   * Time for a reply: `'window'` for as long as its anchor takes replies
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}: C2C an hour, elsewhere
   * five minutes), or ms. Default: the option `timeout`. The `timeout` of a call takes precedence.
   */
  readonly replyTimeout?: 'window' | number
  /**
   * Attempts at once; default 64. Calls of priority 0, such as acknowledgements of clicks, have 8 more places and
   * sockets; a `dispatcher` of your own needs as many.
   */
  readonly concurrency?: number
  /**
   * Whether the bot is certified. Certified bots have larger quotas of proactive messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}). Default `false`.
   */
  readonly certified?: boolean
  /**
   * How long a proactive message may wait for its quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}) before `timeout` begins;
   * default 60 s. A message that would wait longer is refused at once, with `retryAfter`.
   */
  readonly quotaTimeout?: number
  /**
   * Keeps the daily counts of proactive messages across restarts and processes; default: in memory. Several bots can
   * share one store, since every key contains the appid.
   */
  readonly quotaStore?: QuotaStore
  /** Waits and limits of retries. */
  readonly retry?: RetryOptions
  /** Changes of single cells of `retryTable`. */
  readonly retryTable?: RetryTableChange
  /** Replaces the fallback chain; `[]` switches it off. */
  readonly fallbacks?: readonly FallbackRule[]
  /**
   * Changes of rate limits by route class, and of the quotas `'c2c.proactive'`, `'group.proactive'`,
   * `'channel.proactive'`, `'dm.proactive'` and `'guild.proactive'` (channels per guild and day); `null` removes one,
   * `false` removes all. Setting only `'channel.proactive'` removes `'guild.proactive'` as well.
   */
  readonly limits?: false | Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null>>
  /** Replaces the built-in limiter and quotas, e.g. with a limiter that several processes share (and its `quotas`). */
  readonly limiter?: Limiter
  /** Shares the access token with other processes, so that one of them asks for it. */
  readonly tokens?: SharedTokens
  /** Whether calls wait for room in their rate limit (default) or are rejected at once. */
  readonly whenLimited?: 'wait' | 'reject'
  /**
   * Form of mentions in markdown: `'<qqbot-at-user>'` (default) or `'<@id>'`. CONFLICT
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}: groups are reported
   * to accept only one of them; switch the form if mentions are shown as text or messages are refused.
   */
  readonly mentionForm?: MentionForm
  /**
   * Ranges of `msg_seq` by kind of reply, e.g. `{ answer: [5001, 9999] }` for a second client that answers the same
   * messages ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}). Ranges
   * must not overlap.
   */
  readonly numbers?: Partial<NumberRanges>
  /** Upload, cache and download of files. */
  readonly media?: MediaOptions
  readonly userAgent?: string
  readonly log?: LogSink
  readonly clock?: Clock
  /** Numbers in [0, 1), for jitter. */
  readonly random?: () => number
}

/** Options with every default filled in. */
export interface ResolvedRestOptions {
  readonly appId: string
  readonly secret: Secret
  readonly bases: readonly string[]
  /** Whether the variable `QQKIT_API_URL` replaces the first base. */
  readonly redirected: boolean
  readonly tokenUrls: readonly string[]
  readonly dispatcher: Dispatcher | null
  readonly proxy: string | null
  readonly timeout: number
  readonly attemptTimeout: number
  readonly replyTimeout: 'window' | number | null
  readonly concurrency: number
  readonly certified: boolean
  readonly quotaTimeout: number
  readonly quotaStore: QuotaStore | null
  readonly retry: RetryOptions
  readonly retryTable: RetryTableChange
  readonly fallbacks: readonly FallbackRule[]
  readonly limits: false | Readonly<Record<string, WindowLimit | readonly WindowLimit[] | null>>
  readonly limiter: Limiter | null
  readonly tokens: SharedTokens | null
  readonly whenLimited: 'wait' | 'reject'
  readonly mentionForm: MentionForm
  readonly ranges: NumberRanges
  readonly media: MediaOptions
  readonly userAgent: string
  readonly log: LogSink | undefined
  readonly clock: Clock
  readonly random: () => number
}

/** Defaults of {@link RestOptions}. */
export const restDefaults: Readonly<
  Required<
    Pick<
      RestOptions,
      | 'baseUrl'
      | 'timeout'
      | 'attemptTimeout'
      | 'concurrency'
      | 'certified'
      | 'quotaTimeout'
      | 'whenLimited'
      | 'mentionForm'
      | 'userAgent'
      | 'random'
    >
  >
> = Object.freeze({
  baseUrl: 'production',
  timeout: 60_000,
  attemptTimeout: 10_000,
  concurrency: 64,
  certified: false,
  quotaTimeout: 60_000,
  whenLimited: 'wait',
  mentionForm: '<qqbot-at-user>',
  userAgent: 'qqkit (https://github.com/qqkit/qqkit)',
  random: Math.random,
})

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

/** What is missing in an address, or nothing. */
const schemeHint = (text: string): string =>
  /^[\w.-]+(?::\d+)?(?:\/|$)/.test(text) && /[.:]/.test(text) ? '; begin it with https:// or http://' : ''

const address = (names: object, hint: string) =>
  v.pipe(
    v.string(hint),
    v.check(
      (text) => Object.hasOwn(names, text) || isUrl(text),
      ({ input }) => hint + (schemeHint(input) || didYouMean(input, Object.keys(names))),
    ),
  )
const PROXY =
  'give "env" or the URL of a proxy that begins with http:// or https://, e.g. "http://127.0.0.1:7890"'
const host = address(restHosts, 'give "production", "legacy", "sandbox" or an http(s) URL')
const fn = (hint: string) => v.function(hint)
const PRINTABLE = /^[\u0021-\u007E]+$/
const REPEAT = 'give "never", "once" or "backoff"'

const cells = option({
  idempotent: v.optional(v.picklist(['never', 'once', 'backoff'], REPEAT)),
  keyed: v.optional(v.picklist(['never', 'once', 'backoff'], REPEAT)),
  plain: v.optional(v.picklist(['never', 'once', 'backoff'], REPEAT)),
})

const RANGE = 'give [first, last], whole numbers from 1'
const bound = v.pipe(v.number(RANGE), v.integer(RANGE), v.minValue(1, RANGE))
const range = v.pipe(
  v.tuple([bound, bound], RANGE),
  v.check(([first, last]) => first <= last, RANGE),
)
const REPLY_TIMEOUT = 'give "window" or the time for a reply in ms'
const DAY = 86_400_000
const LIMIT = 'give { requests, windowMs, per }, a list of those, or null'

const BY_DAY = `give ${guildQuota} channels per day: { requests, windowMs: 86_400_000, per: 'guild' }`

const countsByDay = (limits: WindowLimit | readonly WindowLimit[] | null | undefined): boolean =>
  [limits ?? []].flat().every(({ windowMs, per }) => windowMs === DAY && per === 'guild')

const limit = option({
  requests: count('give the number of requests'),
  windowMs: duration('give the window in ms'),
  per: v.picklist(['bot', 'channel', 'guild', 'admin', 'user', 'group']),
})

const schema = option({
  appId: v.pipe(
    v.string('give the AppID from the console as a string'),
    v.regex(PRINTABLE, 'give the AppID from the console, without spaces'),
  ),
  secret: v.pipe(
    v.string('give the AppSecret from the console as a string'),
    v.regex(PRINTABLE, 'give the AppSecret from the console, without spaces'),
  ),
  baseUrl: v.optional(host),
  tokenUrl: v.optional(address(tokenUrls, 'give "production", "legacy" or an http(s) URL')),
  failover: v.optional(v.union([v.boolean(), v.array(host)], 'give true, or a list of base URLs')),
  dispatcher: v.optional(having('give an undici dispatcher', 'dispatch')),
  proxy: v.optional(
    v.pipe(
      v.string(PROXY),
      v.check((text) => text === 'env' || isUrl(text), PROXY),
    ),
  ),
  timeout: v.optional(duration('give the time for a whole call in ms')),
  attemptTimeout: v.optional(duration('give the time for one attempt in ms')),
  replyTimeout: v.optional(v.union([v.literal('window'), duration(REPLY_TIMEOUT)], REPLY_TIMEOUT)),
  certified: v.optional(v.boolean('give true or false')),
  quotaTimeout: v.optional(wait('give the longest wait in ms; 0 for none, Infinity for as long as it takes')),
  concurrency: v.optional(count('give the number of attempts at once, at least 1')),
  retry: v.optional(
    option({
      maxAttempts: v.optional(count('give the number of attempts, at least 1')),
      maxRetryAfter: v.optional(duration('give the longest wait in ms')),
      policy: v.optional(v.looseObject({})),
    }),
  ),
  retryTable: v.optional(
    option({
      not_connected: v.optional(cells),
      no_answer: v.optional(cells),
      server_error: v.optional(cells),
      no_token: v.optional(cells),
      limited: v.optional(cells),
      quota: v.optional(cells),
      unauthorized: v.optional(cells),
      fault: v.optional(cells),
      fault_once: v.optional(cells),
      refused: v.optional(cells),
    }),
  ),
  fallbacks: v.optional(
    v.array(having('give rules with name, when, change and losesKey', 'change'), 'give a list of rules'),
  ),
  limits: v.optional(
    v.union(
      [
        v.literal(false),
        v.pipe(
          v.record(v.string(), v.nullable(v.union([limit, v.array(limit)], LIMIT))),
          v.check((limits) => countsByDay(limits[guildQuota]), BY_DAY),
        ),
      ],
      'give false, or limits { requests, windowMs, per } by route class',
    ),
  ),
  limiter: v.optional(having('give a limiter with acquire()', 'acquire')),
  tokens: v.optional(having('give shared tokens with get()', 'get')),
  quotaStore: v.optional(having('give a store with load() and save()', 'load', 'save')),
  whenLimited: v.optional(v.picklist(['wait', 'reject'], 'give "wait" or "reject"')),
  mentionForm: v.optional(v.picklist(['<qqbot-at-user>', '<@id>'], 'give "<qqbot-at-user>" or "<@id>"')),
  numbers: v.optional(
    v.pipe(
      option({
        answer: v.optional(range),
        parked: v.optional(range),
        notice: v.optional(range),
        apology: v.optional(range),
        companion: v.optional(range),
        random: v.optional(range),
      }),
      v.check(
        (given) => overlapOf({ ...numberRanges, ...given } as NumberRanges) === null,
        ({ input }) =>
          `two ranges have numbers in common: ${overlapOf({ ...numberRanges, ...(input as object) })?.join(', ')}`,
      ),
    ),
  ),
  media: v.optional(mediaSchema),
  userAgent: v.optional(v.pipe(v.string('give a string'), v.regex(/^[\u0020-\u007E]+$/, 'give plain ASCII'))),
  log: v.optional(fn('give a function that takes records')),
  clock: v.optional(having('give a clock with now, wall and setTimer', 'now', 'wall', 'setTimer')),
  random: v.optional(fn('give a function that returns numbers in [0, 1)')),
})

/** An option that was not given; one for all clients. */
export const NONE: Readonly<Record<string, never>> = Object.freeze({})

const baseOf = (name: string): string => (restHosts as Readonly<Record<string, string>>)[name] ?? name

/** The token URL that belongs to a base URL. A custom platform issues its own tokens. */
const tokenUrlOf = (base: string): string => {
  if (base === restHosts.production) return tokenUrls.production
  if (base === restHosts.legacy || base === restHosts.sandbox) return tokenUrls.legacy
  return `${base.replace(/\/+$/, '')}/app/getAppAccessToken`
}

const tokenUrlsOf = (bases: readonly string[], given: string | undefined): readonly string[] =>
  given === undefined
    ? [...new Set(bases.map(tokenUrlOf))]
    : [(tokenUrls as Readonly<Record<string, string>>)[given] ?? given]

/** The variables with which `qqkit dev` leads a bot to a platform on this machine, in place of QQ's hosts. */
const API_VARIABLE = 'QQKIT_API_URL'
const TOKEN_VARIABLE = 'QQKIT_TOKEN_URL'

/** The address that a variable names. @throws OptionsError for anything else */
const addressIn = (name: string): string | undefined => {
  const text = process.env[name]?.trim()
  if (!text) return undefined
  if (/^https?:\/\/[^/]/.test(text) && URL.canParse(text)) return text
  throw new OptionsError({
    subject: 'Rest',
    path: name,
    received: JSON.stringify(text),
    hint: 'give the environment variable an http(s) URL, or remove it',
    advice: {
      en: `Remove the environment variable ${name}, or give it the address that "qqkit dev" prints.`,
      zh: `请删除环境变量 ${name}，或将其设为“qqkit dev”打印的地址。`,
    },
  })
}

/** Addresses with QQ's own ones replaced; an address of your own stays. */
const replaced = (
  addresses: readonly string[],
  own: Readonly<Record<string, string>>,
  target: string | undefined,
): readonly string[] => {
  if (target === undefined) return addresses
  const known = new Set(Object.values(own))
  return [...new Set(addresses.map((one) => (known.has(one) ? target : one)))]
}

const failoverOf = (base: string, given: RestOptions['failover']): readonly string[] => {
  const others = given === true ? [restHosts.production, restHosts.legacy] : given || []
  return [...new Set([base, ...others.map(baseOf)])]
}

/**
 * Checks options and fills in defaults.
 *
 * @throws OptionsError with the path of the first wrong value
 */
export const resolveOptions = (options: RestOptions): ResolvedRestOptions => {
  checkOptions('Rest', schema, options)
  const named = failoverOf(baseOf(options.baseUrl ?? restDefaults.baseUrl), options.failover)
  const api = addressIn(API_VARIABLE)
  const bases = replaced(named, restHosts, api)
  const tokenTarget = addressIn(TOKEN_VARIABLE) ?? (api && tokenUrlOf(api))
  return {
    appId: options.appId,
    secret: new Secret(options.secret),
    bases,
    redirected: bases[0] !== named[0],
    tokenUrls: replaced(tokenUrlsOf(named, options.tokenUrl), tokenUrls, tokenTarget),
    dispatcher: options.dispatcher ?? null,
    proxy: options.proxy ?? null,
    timeout: options.timeout ?? restDefaults.timeout,
    attemptTimeout: options.attemptTimeout ?? restDefaults.attemptTimeout,
    replyTimeout: options.replyTimeout ?? null,
    concurrency: options.concurrency ?? restDefaults.concurrency,
    certified: options.certified ?? restDefaults.certified,
    quotaTimeout: options.whenLimited === 'reject' ? 0 : (options.quotaTimeout ?? restDefaults.quotaTimeout),
    quotaStore: options.quotaStore ?? null,
    retry: options.retry ?? NONE,
    retryTable: options.retryTable ?? NONE,
    fallbacks: options.fallbacks ?? fallbackRules,
    limits: options.limits ?? NONE,
    limiter: options.limiter ?? null,
    tokens: options.tokens ?? null,
    whenLimited: options.whenLimited ?? restDefaults.whenLimited,
    mentionForm: options.mentionForm ?? restDefaults.mentionForm,
    userAgent: options.userAgent ?? restDefaults.userAgent,
    ranges: options.numbers ? { ...numberRanges, ...options.numbers } : numberRanges,
    media: options.media ?? NONE,
    log: options.log,
    clock: options.clock ?? systemClock,
    random: options.random ?? restDefaults.random,
  }
}
