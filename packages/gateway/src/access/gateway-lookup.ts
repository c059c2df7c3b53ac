import type { Access, Clock, LogSink } from '@qqkit/core'
import { SingleFlight } from '@qqkit/core/internal'

import { accessFaultOf } from './access-fault.js'
import { parseGatewayInfo, type GatewayAnswer, type GatewayInfo } from './gateway-info.js'

/** How long an answer serves, in ms. */
const FRESH_FOR = 5 * 60_000

/** How long nobody asks again after a failure, in ms, while an old answer can serve: `/gateway` is itself rate limited. */
const PAUSE = { unavailable: 10_000, rate_limited: 60_000 } as const

/** Answers in a row with a good address but without usable limits; this one is taken as it is (GW-32). */
const TAKEN = 3

/** What a {@link GatewayLookup} needs. */
export interface GatewayLookupOptions {
  readonly access: Pick<Access, 'gateway'>
  readonly clock: Clock
  /** Gets a warning when an old answer serves because the lookup failed, or when a doubtful one is taken. */
  readonly log: LogSink
  /** Called with each new answer, before any waiter gets it; never with a cached one. */
  readonly onAnswer?: (info: GatewayInfo) => void
}

/**
 * Where to connect, for all shards together: one lookup at a time, its answer kept for 5 minutes. When a lookup fails,
 * the last good answer serves. One with a good address but without usable limits counts as failed twice in a row; then it
 * is taken, with careful limits, until a whole one comes.
 */
export class GatewayLookup {
  readonly #options: GatewayLookupOptions
  readonly #flight = new SingleFlight<GatewayInfo>()
  #good: { readonly info: GatewayInfo; readonly at: number } | null = null
  #pausedUntil = -Infinity
  /** The good address could not be reached since. */
  #expired = false
  /** Doubtful answers since the last whole one. */
  #doubtful = 0

  constructor(options: GatewayLookupOptions) {
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

  /** The address that serves could not be reached: the next one who wants it asks the platform, unless it just did. */
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
      // Nobody waits any more: that says nothing about the platform.
      if (signal.aborted || fault === 'fatal' || !this.#good) throw error
      this.#pausedUntil = this.#options.clock.now() + PAUSE[fault]
      this.#options.log({
        level: 'warn',
        event: 'gateway.lookup_failed',
        message: 'the gateway lookup failed; the last good address serves',
        error,
      })
      return this.#good.info
    }
  }

  /** @throws GatewayUnavailableError for a doubtful answer that is worth another lookup */
  #accept({ info, doubt, counted }: GatewayAnswer): GatewayInfo {
    const { log, onAnswer } = this.#options
    this.#doubtful = doubt ? this.#doubtful + 1 : 0
    if (doubt && this.#doubtful < TAKEN) throw doubt
    // A count that is made up is told once: what is started since counts on.
    if (counted || this.#doubtful <= TAKEN) onAnswer?.(counted ? info : this.#withLastCount(info))
    if (doubt) {
      log({
        level: 'warn',
        event: 'gateway.limits_unknown',
        message:
          'the platform gives an address without usable limits; going on carefully, with one identify per 5 s where it says nothing else, and one shard unless told otherwise',
        error: doubt,
      })
    }
    return info
  }

  /** As many sessions as were left when the platform last said it. */
  #withLastCount(info: GatewayInfo): GatewayInfo {
    const good = this.#good
    if (!good) return info
    const { total, remaining, resetAfter } = good.info.limit
    const left = Math.max(0, resetAfter - (this.#options.clock.now() - good.at))
    const { maxConcurrency } = info.limit
    return { ...info, limit: { total, remaining, resetAfter: left, maxConcurrency } }
  }
}
