import type { Clock, LogSink, SharedTokens } from '@qqkit/core'
import { Cancellation, MAX_HOLD, onAbort, SingleFlight, sleep, type Stoppable } from '@qqkit/core/internal'

import { TokenError, withErrorContext } from '../errors/rest-error.js'
import type { TokenAnswer, TokenEndpoint } from './token-endpoint.js'

/** A token in use. */
export interface TokenGrant {
  readonly token: string
  /** Counts fetched tokens, to ignore a late refusal of an old one. */
  readonly generation: number
}

interface CachedToken extends TokenGrant {
  readonly refreshAt: number
  readonly expiresAt: number
}

/** Dependencies of the provider. */
export interface TokenProviderDeps {
  readonly clock: Clock
  readonly endpoint: Pick<TokenEndpoint, 'fetch'>
  /** Asked in place of the endpoint, and asks that in turn. */
  readonly shared?: SharedTokens | null
  readonly log: LogSink
}

const SECOND = 1000
/**
 * Renewal starts this long before expiry: the platform gives a new token only in the last 60 s, and the old one stays
 * valid (§1.3).
 */
const REFRESH_AHEAD = 50 * SECOND
/** A token is not used this close to its expiry, because the request takes time. */
const MARGIN = 5 * SECOND
/** Interval between renewals when the endpoint returns the same token. */
const REFRESH_PACE = 10 * SECOND
/** Waits before the next request after one, two, … failures in a row; the first repeat is immediate. */
const PACE = [0, 1, 2, 5, 10].map((seconds) => seconds * SECOND)
const paceOf = (row: number): number => PACE[Math.min(row, PACE.length) - 1] ?? 0
/**
 * Longest wait after a request without an answer: it costs the endpoint nothing, and the network may be back at any
 * moment.
 */
const UNANSWERED = 2 * SECOND
/** A refusal after this long is unrelated to the previous one. */
const FORGET = 60 * SECOND

/** Forced renewals in a row, the time of the last one, and the earliest time of the next. */
interface ForcedRenewals {
  readonly count: number
  readonly at: number
  readonly notBefore: number
  /** The token that was refused. */
  readonly token: string
}

const NOT_FORCED: ForcedRenewals = Object.freeze({ count: 0, at: -Infinity, notBefore: -Infinity, token: '' })

/**
 * Keeps one access token. It is fetched once for all waiting calls and renewed before it expires, while calls continue
 * with the old one.
 */
export class TokenProvider {
  readonly #clock: Clock
  readonly #endpoint: TokenProviderDeps['endpoint']
  readonly #shared: SharedTokens | null
  readonly #log: LogSink
  readonly #flight = new SingleFlight<TokenGrant>()
  readonly #ended = new Cancellation()
  #held: CachedToken | undefined
  #generation = 0
  #failures = 0
  #notBefore = 0
  #forced: ForcedRenewals = NOT_FORCED
  /** No request is made before `until`; `retryAt` is the time that the endpoint named. */
  #pause: { readonly until: number; readonly retryAt: number; readonly error: TokenError } | undefined

  constructor(deps: TokenProviderDeps) {
    this.#clock = deps.clock
    this.#endpoint = deps.endpoint
    this.#shared = deps.shared ?? null
    this.#log = deps.log
  }

  /** The current token if it is usable now. Starts the renewal when due. */
  current(): TokenGrant | undefined {
    const held = this.#held
    if (!held) return undefined
    const now = this.#clock.now()
    if (now >= held.expiresAt - MARGIN) return undefined
    if (now >= held.refreshAt) this.#renew(held)
    return held
  }

  /**
   * A usable token, fetched if necessary.
   *
   * @throws TokenError if none is available; `signal.reason` on abort
   */
  async get(signal?: AbortSignal): Promise<TokenGrant> {
    return this.current() ?? (await this.#flight.run(this.#request, signal))
  }

  /** A newer token than the current one, if the platform gives one. */
  async fresh(signal?: AbortSignal): Promise<TokenGrant> {
    if (this.#held) this.invalidate(this.#held.generation)
    return this.get(signal)
  }

  /**
   * Reports that the token of this generation was refused; a newer one stays. The first refusal discards the token at
   * once; further ones only at intervals, in case the platform refuses every token.
   */
  invalidate(generation: number): void {
    const held = this.#held
    const now = this.#clock.now()
    if (held?.generation !== generation || now < this.#forced.notBefore) return
    const count = now - this.#forced.at > FORGET ? 1 : this.#forced.count + 1
    this.#forced = { count, at: now, notBefore: now + paceOf(count + 1), token: held.token }
    this.#held = undefined
  }

  /** Cancels a pending request for everyone. */
  close(reason: Error): void {
    this.#ended.cancel(reason)
  }

  /** Cancelled when the last waiting call leaves, or when the client closes. */
  readonly #request = async (waiters: AbortSignal): Promise<TokenGrant> => {
    this.#ended.throwIfCancelled()
    const controller = new AbortController()
    const request: Stoppable = { stop: (reason) => controller.abort(reason) }
    const leave = onAbort(waiters, () => controller.abort(waiters.reason))
    this.#ended.attach(request)
    try {
      return await this.#ask(controller.signal)
    } finally {
      this.#ended.detach(request)
      leave()
    }
  }

  async #ask(signal: AbortSignal): Promise<TokenGrant> {
    const now = this.#clock.now()
    if (this.#pause && now < this.#pause.until) {
      throw withErrorContext(this.#pause.error, { retryAfter: this.#pause.retryAt - now })
    }
    if (now < this.#notBefore) await sleep(this.#clock, this.#notBefore - now, signal)
    try {
      const answer = await this.#fetch(signal)
      this.#failures = 0
      return this.#keep(answer)
    } catch (error) {
      if (!signal.aborted) this.#slowDown(error)
      throw error
    }
  }

  async #fetch(signal: AbortSignal): Promise<TokenAnswer> {
    if (!this.#shared) return this.#endpoint.fetch(signal)
    // Asked for with a token at hand, that one is about to end.
    const except = [this.#held?.token ?? '', this.#forced.token].filter((token) => token !== '')
    return this.#shared.get({ ask: async (inner) => this.#endpoint.fetch(inner), except, signal })
  }

  #keep({ token, lifetime }: TokenAnswer): TokenGrant {
    const now = this.#clock.now()
    const expiresAt = now + lifetime
    const refreshAt = Math.max(expiresAt - REFRESH_AHEAD, now + REFRESH_PACE)
    // The endpoint returned the refused token again, so it has no newer one yet.
    if (token === this.#forced.token) this.#forced = { ...this.#forced, notBefore: now + REFRESH_PACE }
    const held: CachedToken = { token, generation: ++this.#generation, refreshAt, expiresAt }
    this.#held = held
    this.#log({ level: 'debug', event: 'rest.token', lifetime, generation: held.generation })
    return held
  }

  #slowDown(error: unknown): void {
    this.#failures += 1
    const now = this.#clock.now()
    const unanswered = error instanceof TokenError && error.httpStatus === null
    this.#notBefore = now + Math.min(paceOf(this.#failures), unanswered ? UNANSWERED : Infinity)
    // The named time is kept, up to the longest hold.
    if (error instanceof TokenError && error.retryAfter !== null)
      this.#pause = {
        until: now + Math.min(error.retryAfter, MAX_HOLD),
        retryAt: now + error.retryAfter,
        error,
      }
  }

  /** Renews in the background; the old token serves meanwhile. */
  #renew(held: CachedToken): void {
    this.#held = { ...held, refreshAt: this.#clock.now() + REFRESH_PACE }
    this.#flight.run(this.#request).catch((error: unknown) => {
      if (!this.#ended.cancelled) this.#log({ level: 'warn', event: 'rest.token_renewal_failed', error })
    })
  }
}
