import type { Clock, LogSink } from '@qqkit/core'
import { onAbort, SingleFlight, sleep } from '@qqkit/core/internal'

import { MAX_HOLD } from '../answers/read-answer.js'
import { TokenError, withErrorContext } from '../errors/rest-error.js'
import type { TokenAnswer } from './token-endpoint.js'

/** A token in use. */
export interface TokenGrant {
  readonly token: string
  /** Counts the tokens that were fetched, so that a late refusal of an old one is told from one of the newest. */
  readonly generation: number
}

interface CachedToken extends TokenGrant {
  readonly refreshAt: number
  readonly expiresAt: number
}

/** What the provider works with. */
export interface TokenProviderDeps {
  readonly clock: Clock
  /** Asks the endpoint once. */
  readonly fetch: (signal: AbortSignal) => Promise<TokenAnswer>
  readonly log: LogSink
}

const SECOND = 1000
/** The platform gives a new token only in the last 60 s of the old one, which stays valid meanwhile (§1.3). */
const REFRESH_AHEAD = 50 * SECOND
/** Not used so shortly before its end: it has to arrive, too. */
const MARGIN = 5 * SECOND
/** When the same token comes again, asking goes on at this pace. */
const REFRESH_PACE = 10 * SECOND
/** Waits before the next request after one, two, … failures in a row: the first repeat is at once. */
const PACE = [0, 1, 2, 5, 10].map((seconds) => seconds * SECOND)
const paceOf = (row: number): number => PACE[Math.min(row, PACE.length) - 1] ?? 0
/** The longest of them after a request that got no answer: it asks nothing of the endpoint, and the way may be open any moment. */
const UNANSWERED = 2 * SECOND
/** A refusal after so long has nothing to do with the one before. */
const FORGET = 60 * SECOND

/** Keeps one access token: fetched once for all who wait, renewed ahead of its end while calls go on with the old one. */
export class TokenProvider {
  readonly #clock: Clock
  readonly #fetch: TokenProviderDeps['fetch']
  readonly #log: LogSink
  readonly #flight = new SingleFlight<TokenGrant>()
  readonly #ended = new AbortController()
  #held: CachedToken | undefined
  #generation = 0
  #failures = 0
  #notBefore = 0
  /** Forced renewals in a row, when the last one was, and before when there is none. */
  #forced = { count: 0, at: -Infinity, notBefore: -Infinity, token: '' }
  /** Nobody is asked `until` then; `told` is when the endpoint wants to be asked again. */
  #pause: { readonly until: number; readonly told: number; readonly error: TokenError } | undefined

  constructor(deps: TokenProviderDeps) {
    this.#clock = deps.clock
    this.#fetch = deps.fetch
    this.#log = deps.log
  }

  /** The token when it can be used right now, without a wait. Starts its renewal when that is due. */
  current(): TokenGrant | undefined {
    const held = this.#held
    if (!held) return undefined
    const now = this.#clock.now()
    if (now >= held.expiresAt - MARGIN) return undefined
    if (now >= held.refreshAt) this.#renew(held)
    return held
  }

  /**
   * A token that can be used.
   *
   * @throws TokenError when none can be had; `signal.reason` on abort
   */
  async get(signal?: AbortSignal): Promise<TokenGrant> {
    return this.current() ?? (await this.#flight.run(this.#request, signal))
  }

  /** A token newer than the present one, as far as the platform gives one. */
  async fresh(signal?: AbortSignal): Promise<TokenGrant> {
    if (this.#held) this.invalidate(this.#held.generation)
    return this.get(signal)
  }

  /**
   * Tells that the token of this generation was refused; that of a newer one stays. The first refusal is followed at once;
   * after that, a platform that refuses whatever it gave out is asked at a pace, and the token stays meanwhile.
   */
  invalidate(generation: number): void {
    const held = this.#held
    const now = this.#clock.now()
    if (held?.generation !== generation || now < this.#forced.notBefore) return
    const count = now - this.#forced.at > FORGET ? 1 : this.#forced.count + 1
    this.#forced = { count, at: now, notBefore: now + paceOf(count + 1), token: held.token }
    this.#held = undefined
  }

  /** Ends a request under way, whoever waits for it. */
  close(reason: Error): void {
    this.#ended.abort(reason)
  }

  /** Ends with the last who waits, or with the client. */
  readonly #request = async (waiters: AbortSignal): Promise<TokenGrant> => {
    const ended = this.#ended.signal
    ended.throwIfAborted()
    const controller = new AbortController()
    const leave = [waiters, ended].map((signal) => onAbort(signal, () => controller.abort(signal.reason)))
    try {
      return await this.#ask(controller.signal)
    } finally {
      for (const stop of leave) stop()
    }
  }

  async #ask(signal: AbortSignal): Promise<TokenGrant> {
    const now = this.#clock.now()
    if (this.#pause && now < this.#pause.until) {
      throw withErrorContext(this.#pause.error, { retryAfter: this.#pause.told - now })
    }
    if (now < this.#notBefore) await sleep(this.#clock, this.#notBefore - now, signal)
    try {
      const answer = await this.#fetch(signal)
      this.#failures = 0
      return this.#keep(answer)
    } catch (error) {
      if (!signal.aborted) this.#note(error)
      throw error
    }
  }

  #keep({ token, lifetime }: TokenAnswer): TokenGrant {
    const now = this.#clock.now()
    const expiresAt = now + lifetime
    const refreshAt = Math.max(expiresAt - REFRESH_AHEAD, now + REFRESH_PACE)
    // The very token that was refused: the endpoint knows of none better for now.
    if (token === this.#forced.token) this.#forced = { ...this.#forced, notBefore: now + REFRESH_PACE }
    const held: CachedToken = { token, generation: ++this.#generation, refreshAt, expiresAt }
    this.#held = held
    this.#log({ level: 'debug', event: 'rest.token', lifetime, generation: held.generation })
    return held
  }

  #note(error: unknown): void {
    this.#failures += 1
    const now = this.#clock.now()
    const unanswered = error instanceof TokenError && error.httpStatus === null
    this.#notBefore = now + Math.min(paceOf(this.#failures), unanswered ? UNANSWERED : Infinity)
    // Kept as told, whatever the reason, but no longer than other holds are.
    if (error instanceof TokenError && error.retryAfter !== null)
      this.#pause = {
        until: now + Math.min(error.retryAfter, MAX_HOLD),
        told: now + error.retryAfter,
        error,
      }
  }

  /** Renews behind the scenes: nobody waits for it, and the old token serves until it is there. */
  #renew(held: CachedToken): void {
    this.#held = { ...held, refreshAt: this.#clock.now() + REFRESH_PACE }
    this.#flight.run(this.#request, this.#ended.signal).catch((error: unknown) => {
      if (!this.#ended.signal.aborted) this.#log({ level: 'warn', event: 'rest.token_renewal_failed', error })
    })
  }
}
