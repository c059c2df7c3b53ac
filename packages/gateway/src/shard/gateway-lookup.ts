import {
  type Access,
  type AccessFault,
  type Clock,
  type LogSink,
  QqkitError,
  type IdentifyBudget,
} from '@qqkit/core'
import { SingleFlight } from '@qqkit/core/internal'
import * as v from 'valibot'

import { accessFaultOf, GatewayUnavailableError } from '../machine/errors.js'

/** A parsed answer of `GET /gateway/bot` (§3.1). */
export interface GatewayInfo {
  /** Where to connect: `ws:` or `wss:`, as the platform wrote it. */
  readonly url: string
  /** How many shards the platform suggests. */
  readonly shards: number
  readonly limit: IdentifyBudget
}

/** A checked answer: complete, or with a usable address while other fields are missing or wrong. */
export interface GatewayAnswer {
  /** Unusable fields are replaced by cautious values. */
  readonly info: GatewayInfo
  /** The first unusable field; `null` when the answer is complete. */
  readonly doubt: GatewayUnavailableError | null
  /** Whether the answer says how many sessions are left, and until when. */
  readonly counted: boolean
}

/** More shards than any bot has; each takes a connection, and memory before the first one is up. */
export const MOST_SHARDS = 1000

/** Sessions per day where the platform does not say (the example of §3.1), and the length of a day in ms. */
const USUAL_TOTAL = 1000
const DAY = 24 * 3_600_000

const isSocketUrl = (text: string): boolean =>
  // A fragment means nothing to a server, and `ws` refuses it.
  URL.canParse(text) && ['ws:', 'wss:'].includes(new URL(text).protocol) && new URL(text).hash === ''

const whole = (from: number, to = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> => {
  const hint =
    to < Number.MAX_SAFE_INTEGER ? `a whole number from ${from} to ${to}` : `a whole number from ${from} up`
  return v.custom<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to,
    hint,
  )
}

const url = v.custom<string>((value) => typeof value === 'string' && isSocketUrl(value), 'a ws: or wss: URL')
const shards = whole(1, MOST_SHARDS)
/** How many sessions are left, without the other limits. */
const count = {
  remaining: v.custom<number>(Number.isSafeInteger, 'a whole number'),
  reset_after: whole(0),
}
const limit = v.object({ total: whole(0), ...count, max_concurrency: whole(1) }, 'an object of limits')

/** No field is optional or coerced; unknown fields are allowed. */
const wholeAnswer = v.object({ url, shards, session_start_limit: limit }, 'an object')

/** Limits in place of unusable ones (GW-32): one identify per 5 s, and the usual number of sessions a day. */
const CAREFUL = { total: USUAL_TOTAL, remaining: USUAL_TOTAL, reset_after: DAY, max_concurrency: 1 }

const infoOf = (
  url: string,
  shards: number,
  told: Pick<v.InferOutput<typeof limit>, keyof typeof CAREFUL>,
): GatewayInfo => ({
  url,
  shards,
  limit: {
    total: told.total,
    // An overdrawn budget may be reported as a negative number: none is left.
    remaining: Math.max(0, told.remaining),
    resetAfter: told.reset_after,
    maxConcurrency: told.max_concurrency,
  },
})

/** The first wrong field. Its value is not quoted: it may be a page of HTML, or a secret. */
const problemIn = (issue: v.BaseIssue<unknown>): GatewayUnavailableError => {
  const field = issue.path?.map(({ key }) => String(key)).join('.') ?? 'the answer'
  return new GatewayUnavailableError(
    issue.received === 'undefined' ? `${field} is missing` : `${field} is not ${issue.message}`,
  )
}

/**
 * Checks an answer of `GET /gateway/bot`.
 *
 * @throws GatewayUnavailableError naming what is wrong, when there is no address to connect to
 */
export const parseGatewayInfo = (value: unknown): GatewayAnswer => {
  const result = v.safeParse(wholeAnswer, value, { abortEarly: true })
  if (result.success) {
    const { url: address, shards: suggested, session_start_limit: told } = result.output
    return { info: infoOf(address, suggested, told), doubt: null, counted: true }
  }
  const problem = problemIn(result.issues[0])
  // Only the address has to be usable; of incomplete limits only the count is used.
  const rest = v.safeParse(v.object({ url }), value)
  if (!rest.success) throw problem
  const output = value as Partial<v.InferInput<typeof wholeAnswer>>
  const suggested = v.safeParse(shards, output.shards)
  const told = v.safeParse(limit, output.session_start_limit)
  const left = v.safeParse(v.object(count), output.session_start_limit)
  const limits = { ...CAREFUL, ...(left.success && left.output), ...(told.success && told.output) }
  return {
    info: infoOf(rest.output.url, suggested.success ? suggested.output : 1, limits),
    doubt: problem,
    counted: left.success,
  }
}

/** How long an answer is cached, in ms. */
const FRESH_FOR = 5 * 60_000

/** Pause after a failed lookup while an old answer can serve, in ms: `/gateway` is itself rate limited. */
const PAUSE = { unavailable: 10_000, rate_limited: 60_000 } as const

/** How many answers in a row may lack usable limits before one is accepted (GW-32). */
const ACCEPTED_AFTER = 3

/** Dependencies of a {@link GatewayLookup}. */
export interface GatewayLookupDeps {
  readonly access: Pick<Access, 'gateway'>
  readonly clock: Clock
  /** Gets a warning when an old answer serves after a failed lookup, or when a doubtful one is accepted. */
  readonly log: LogSink
  /** Called with each new answer before any waiter gets it; never with a cached one. */
  readonly onAnswer?: (info: GatewayInfo) => void
}

/**
 * Looks up the gateway's address for all shards: one lookup at a time, its answer cached for 5 minutes. When a lookup fails,
 * the last good answer serves. An answer with a usable address but without usable limits counts as failed twice in a row;
 * the third is accepted with cautious limits.
 */
export class GatewayLookup {
  readonly #options: GatewayLookupDeps
  readonly #flight = new SingleFlight<GatewayInfo>()
  #good: { readonly info: GatewayInfo; readonly at: number } | null = null
  #pausedUntil = -Infinity
  /** The cached address could not be reached. */
  #expired = false
  /** Doubtful answers since the last complete one. */
  #doubtful = 0

  constructor(options: GatewayLookupDeps) {
    this.#options = options
  }

  /**
   * The platform's answer, from the cache if it is fresh enough.
   *
   * @throws GatewayUnavailableError when the answer cannot be used, what the access throws when it fails (in both cases
   *   only as long as there was no good answer, or when the failure is fatal), and `signal.reason` on abort
   */
  async get(options: { readonly signal?: AbortSignal } = {}): Promise<GatewayInfo> {
    options.signal?.throwIfAborted()
    const good = this.#good
    const now = this.#options.clock.now()
    const fresh = good && !this.#expired && now - good.at < FRESH_FOR
    if (good && (fresh || now < this.#pausedUntil)) return good.info
    return this.#flight.run(async (signal) => this.#ask(signal), options.signal)
  }

  /** The cached address could not be reached: the next `get()` asks the platform, unless the answer is seconds old. */
  expire(): void {
    const good = this.#good
    if (good && this.#options.clock.now() - good.at >= PAUSE.unavailable) this.#expired = true
  }

  async #ask(signal: AbortSignal): Promise<GatewayInfo> {
    try {
      const info = this.#accept(parseGatewayInfo(await this.#options.access.gateway({ signal })))
      this.#good = { info, at: this.#options.clock.now() }
      this.#pausedUntil = -Infinity
      this.#expired = false
      return info
    } catch (error) {
      const fault = accessFaultOf(error)
      // An aborted lookup says nothing about the platform.
      if (signal.aborted || fault === 'fatal' || !this.#good) throw error
      this.#pausedUntil = this.#options.clock.now() + PAUSE[fault]
      this.#options.log({
        level: 'warn',
        event: 'gateway.lookup_failed',
        message: 'the gateway lookup failed; using the last good address',
        error,
      })
      return this.#good.info
    }
  }

  /** @throws GatewayUnavailableError for a doubtful answer that is worth another lookup */
  #accept({ info, doubt, counted }: GatewayAnswer): GatewayInfo {
    const { log, onAnswer } = this.#options
    this.#doubtful = doubt ? this.#doubtful + 1 : 0
    if (doubt && this.#doubtful < ACCEPTED_AFTER) throw doubt
    // An assumed count is reported once only: sessions started since then keep counting against it.
    if (counted || this.#doubtful <= ACCEPTED_AFTER) onAnswer?.(counted ? info : this.#withLastCount(info))
    if (doubt) {
      log({
        level: 'warn',
        event: 'gateway.limits_unknown',
        message:
          'the gateway lookup returned no usable limits; assuming one identify per 5 s, and one shard unless the option shards says otherwise',
        error: doubt,
      })
    }
    return info
  }

  /** The new answer with the number of sessions that the platform reported last. */
  #withLastCount(info: GatewayInfo): GatewayInfo {
    const good = this.#good
    if (!good) return info
    const { total, remaining, resetAfter } = good.info.limit
    const left = Math.max(0, resetAfter - (this.#options.clock.now() - good.at))
    const { maxConcurrency } = info.limit
    return { ...info, limit: { total, remaining, resetAfter: left, maxConcurrency } }
  }
}

/** `access.token()` returned something that is not a token. Sending it would cost a session each time. */
class TokenUnusableError extends QqkitError implements AccessFault {
  readonly access = 'unavailable'

  /** @param given describes the value, which may itself be a secret */
  constructor(given: string) {
    super({
      code: 'token_unusable',
      message: `access.token() returned ${given} instead of a token`,
      advice: {
        en: 'Return the access_token as a string from access.token(), without the prefix "QQBot ". With @qqkit/rest, pass rest.access.',
        zh: '请让 access.token() 返回 access_token 文本，不要带 “QQBot ” 前缀。使用 @qqkit/rest 时传入 rest.access 即可。',
      },
    })
  }
}

/**
 * Returns a token if it is one.
 *
 * @throws TokenUnusableError when it is not
 */
export const checkToken = (value: unknown): string => {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value
  if (typeof value !== 'string')
    throw new TokenUnusableError(value === null ? 'null' : `a value of type ${typeof value}`)
  throw new TokenUnusableError(
    value === '' ? 'an empty string' : 'a string with spaces or control characters',
  )
}
