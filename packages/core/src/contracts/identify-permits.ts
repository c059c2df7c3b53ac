import type { ShardId } from './source.js'

/** A permission to send one Identify. Given back in any case, used or not. */
export interface IdentifyPermit {
  /**
   * Gives the permission back. Only the first call counts.
   *
   * @param options `used: false`: no Identify was sent, so another shard can have the place at once
   */
  release(options: { readonly used: boolean }): void
}

/**
 * What the platform said about session starts
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
 */
export interface SessionStartLimit {
  /** Sessions that may be created per 24 h. */
  readonly total: number
  readonly remaining: number
  /** ms until `remaining` returns to `total`. */
  readonly resetAfter: number
  /** Sessions that may be created per 5 s. */
  readonly maxConcurrency: number
}

/**
 * Shares the identify budget among shards, and later among processes. A resume needs no permit. Never more than
 * `maxConcurrency` permits are used in any 5 s, nor more than `remaining` until the reset.
 */
export interface IdentifyPermits {
  /** Tells what the platform just said. Until then one Identify per 5 s is allowed and the day is not limited. */
  update(limit: SessionStartLimit): void
  /** ms until the daily budget allows an Identify; 0 when it does now. Asked before a socket is opened. */
  budgetDelay(): number
  /**
   * Waits for a place among the identifies of these 5 s and of the day; who came first gets the first one.
   *
   * @throws `signal.reason`, at once, on abort
   */
  acquire(shard: ShardId, signal: AbortSignal): Promise<IdentifyPermit>
}
