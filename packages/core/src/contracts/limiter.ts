/** Which budget a request draws from, and how long it may wait for a place. */
export interface LimitScope {
  /** A class of routes, e.g. `'c2c.messages'`; the limits stand in a table by this name. */
  readonly routeClass: string
  /** Who or what it is for, e.g. a channel or a user: some limits count by it. Empty for the whole bot. */
  readonly target: string
  /** Lower goes first when several wait. Those of 0, e.g. acknowledgements of clicks, are never kept out by a stall of others. */
  readonly priority: number
  /** A message that replies to nothing. Its quota is a class of its own (`'c2c.proactive'`), asked for apart. */
  readonly proactive?: boolean
  /** Longest useful wait for the budget in ms: 0 takes a place now or none, `Infinity` waits as long as it takes. */
  readonly maxWait: number
}

/**
 * What became of an attempt: the platform received it (or may have), it never left, or it was refused as too frequent.
 * `retryAfter` is the platform's own wish in ms, `null` without one. A refusal holds back the target it was for; its whole
 * class only when that is refused for several targets in a row.
 */
export type LimitOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'limited'; readonly retryAfter: number | null }

/** The right to make one attempt. Settled exactly once, whatever happened; later calls change nothing. */
export interface LimitPermit {
  readonly granted: true
  settle(outcome: LimitOutcome): void
}

/** No place within `maxWait`. Nothing to settle. */
export interface LimitRefusal {
  readonly granted: false
  /** ms until a place is expected. */
  readonly retryAfter: number
}

/** Keeps requests inside known budgets. */
export interface Limiter {
  /** Waits for a place, or refuses at once when it is known to come too late. Rejects with `signal.reason` on abort. */
  acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit | LimitRefusal>
  /** The same without a wait: a place now, or `undefined`. A limiter that has to ask someone else does without it. */
  take?(scope: LimitScope): LimitPermit | undefined
}
