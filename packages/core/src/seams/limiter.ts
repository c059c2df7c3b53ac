/** Which budget a request draws from. */
export interface LimitScope {
  /** A class of routes, e.g. `'c2c.messages'`; the limits stand in a table by this name. */
  readonly routeClass: string
  /** What the limit counts per, e.g. a channel id; empty for the whole bot. */
  readonly target: string
  /** Lower goes first when several wait. */
  readonly priority: number
}

/** What became of an attempt. */
export type LimitOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'limited'; readonly retryAfter: number | null }

/** The right to make one attempt. Settled exactly once, whatever happened. */
export interface LimitPermit {
  settle(outcome: LimitOutcome): void
}

/** Keeps requests inside known budgets. */
export interface Limiter {
  /** Waits for a place. Rejects with `signal.reason` on abort. */
  acquire(scope: LimitScope, signal: AbortSignal): Promise<LimitPermit>
}
