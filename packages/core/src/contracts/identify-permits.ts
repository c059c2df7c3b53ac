import type { ShardId } from './source.js'

/** Permission to send one Identify. Every permit must be released, used or not. */
export interface IdentifyPermit {
  /**
   * Releases the permit. Only the first call counts.
   *
   * @param options `used: false`: no Identify was sent, so the next shard gets its slot at once
   */
  release(options: { readonly used: boolean }): void
}

/**
 * The budget of session starts that the platform reported
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
 */
export interface IdentifyBudget {
  /** Sessions that may be created per 24 h. */
  readonly total: number
  readonly remaining: number
  /** ms until `remaining` returns to `total`. */
  readonly resetAfter: number
  /** Sessions that may be created per 5 s. */
  readonly maxConcurrency: number
}

/**
 * Shares the identify budget among shards, and where the implementation can, among processes. At most `maxConcurrency`
 * permits are used in any 5 s, and at most `remaining` until the reset. A resume needs no permit.
 */
export interface IdentifyPermits {
  /** Takes the newest budget from the platform. Before the first, one Identify per 5 s is allowed, without a daily limit. */
  update(budget: IdentifyBudget): void
  /** ms until the daily budget allows an Identify; 0 if it allows one now. Called before a socket is opened. */
  budgetDelay(): number
  /**
   * Waits for a slot within both the 5-second window and the daily quota, in FIFO order.
   *
   * @throws `signal.reason`, at once, on abort
   */
  acquire(shard: ShardId, signal: AbortSignal): Promise<IdentifyPermit>
}
