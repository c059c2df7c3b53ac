/** Which budget a request draws from, and how long it may wait for it. */
export interface LimitScope {
  /** The class of routes, e.g. `'c2c.messages'`: the key of the table of limits. */
  readonly routeClass: string
  /** The recipient, e.g. a channel or a user, for limits that are counted per recipient. Empty for the whole bot. */
  readonly target: string
  /** The guild of a channel, where it is known: for the quota of channels per guild (`'guild.proactive'`). */
  readonly guild?: string
  /** Waiting requests are served from the lowest number up. Priority 0, e.g. an acknowledgement of a click, is not blocked while others are held back. */
  readonly priority: number
  /** Whether the message is proactive. Proactive messages draw on a separate class as well (`'c2c.proactive'`). */
  readonly proactive?: boolean
  /** Longest wait for a permit in ms: 0 never waits, `Infinity` waits without limit. */
  readonly maxWait: number
}

/**
 * The outcome of an attempt: the platform has (or may have) received it, it was never sent, or it was refused as too
 * frequent, with the platform's `retryAfter` in ms or `null`. A refusal holds back its target, and the whole class only
 * after refusals for several targets in a row.
 */
export type LimitOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'limited'; readonly retryAfter: number | null }

/** Permission to make one attempt. Must be settled once; later calls change nothing. */
export interface LimitPermit {
  readonly granted: true
  settle(outcome: LimitOutcome): void
  /**
   * Whether the attempt would leave too late for its place in the limit, asked when it is about to leave. A late one does not leave: its
   * permit is settled as `not_sent`, and another one is asked for. Absent: an attempt is never late.
   */
  isLate?(): boolean
}

/** No permit is available within `maxWait`. There is nothing to settle. */
export interface LimitRefusal {
  readonly granted: false
  /** ms until a permit is expected. */
  readonly retryAfter: number
  /** The class of the limit that refused, where it is not the one of the scope. */
  readonly limit?: string
}

/** Keeps requests within the rate limits of the platform. */
export interface Limiter {
  /** Waits for a permit, or refuses at once if none will come within `maxWait`. Rejects with `signal.reason` on abort. */
  acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal>
  /** Returns a permit at once, or `undefined`. Limiters that must ask another process omit this method. */
  take?(scope: LimitScope): LimitPermit | undefined
  /**
   * Counts proactive messages by their quotas (`'c2c.proactive'`, …), which are asked once per message and not per attempt. A limiter
   * without them has no quotas.
   */
  readonly quotas?: Limiter
}
