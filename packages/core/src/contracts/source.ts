import type { Advice } from '../errors.js'
import type { WireFrame } from './frame.js'

/** Which of how many shards: the `[index, count]` pair of the wire. */
export interface ShardId {
  readonly index: number
  readonly total: number
}

/** How a delivery ended: handled, thrown at, or given up after its deadline. */
export type SettleOutcome = 'done' | 'failed' | 'abandoned'

/** One event on its way to a consumer. The consumer settles it exactly when it is finished; the source commits. */
export interface Delivery<F extends WireFrame = WireFrame> {
  /** The same for every copy of one event, never for two events of one message: frame id, else session + seq. */
  readonly key: string
  readonly frame: F
  /** `null` where the transport has no shards. */
  readonly shard: ShardId | null
  /** Whether an earlier process or connection may have handled it before: replies must repeat, not add. */
  readonly replayed: boolean
  /** Whether another process may answer it as well, now or later: a reply that is there already is nobody else's. May turn `true` while the event is handled. */
  readonly shared: boolean
  /** Tells the source that this event is finished. Only the first call counts. */
  settle(outcome: SettleOutcome): void
  /**
   * Gives the code of an interaction ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}) to the source. `true`: it carries the code itself, in the answer to the
   * request that brought the event. `false`: the consumer has to send `PUT /interactions/{id}`. Never throws.
   */
  acknowledge(code: number): boolean
  /** Whether the source has told the platform some code already: a call that is refused afterwards is no error ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}). */
  readonly acknowledged: boolean
}

/** What every source can say about itself, fit for a health endpoint. */
export interface SourceStatus {
  /** `'ready'` receives; `'waiting'` will try again by itself; `'stopped'` will not. */
  readonly state: 'idle' | 'connecting' | 'ready' | 'waiting' | 'stopped'
  /** Why it is in this state, as a sentence. */
  readonly reason: string
  /** What a person can do about it, where there is something. */
  readonly advice?: Advice | null
}

/** How a source is closed. */
export interface CloseOptions {
  /** Keep the session so that the next process can resume it. Default `false`. */
  readonly resumable?: boolean
}

/** Where events come from: the gateway, the webhook handler, or anyone's own. */
export interface Source<S extends SourceStatus = SourceStatus> {
  /** Delivers events until the signal aborts or `close()` is called (resolves), or nothing more can come (rejects). */
  run(deliver: (delivery: Delivery) => void, options?: { readonly signal?: AbortSignal }): Promise<void>
  status(): S
  /**
   * The consumer begins nothing new from now on, and is about to close this. What comes is left to whoever listens next: it is
   * refused, or kept for the next process. What was handed over goes on. Does not throw.
   */
  drain?(): void
  /** Ends `run()`. Calls share one promise. */
  close(options?: CloseOptions): Promise<void>
}
