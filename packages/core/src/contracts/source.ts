import type { Advice } from '../errors.js'
import type { SendLedger } from './send-ledger.js'

/**
 * One frame of the gateway or the webhook, as the platform sent it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}).
 */
export interface WireFrame {
  readonly op: number
  /** Sequence number of the session; absent over webhook. */
  readonly s?: number | null
  /** Event name. */
  readonly t?: string | null
  /** Event id, used as `event_id` in replies. */
  readonly id?: string | null
  readonly d?: unknown
}

/** The index of a shard and the number of shards: the `[index, count]` pair of the wire. */
export interface ShardId {
  readonly index: number
  readonly total: number
}

/**
 * How a delivery ended: handled, failed with an error, given up after its deadline, or declined: no handler took a message that was not
 * known to be for the bot, and an event that shows that it is may still be handled
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
 */
export type SettleOutcome = 'done' | 'failed' | 'abandoned' | 'declined'

/** The right of a process to an event that another process may get. */
export interface DeliveryLease {
  /** Aborts when another process has the event, or will get it: its handler must end, and settling it has no effect any more. */
  readonly signal: AbortSignal
  /**
   * Whether this process may answer the event now. Asked before every answer and every save; `false` may become `true` again, unless
   * the signal aborts.
   */
  valid(): boolean
  /**
   * Aborts when the person stops what handles the event, by an order that another process got: its handler must end, and the event is
   * settled as usual.
   */
  readonly stop?: AbortSignal
  /** What earlier runs of the event have sent. Without one a reply is single by its number alone, and a message without number is not. */
  readonly sends?: SendLedger
}

/** The queue of a conversation that an order of its person has passed. */
export interface DeliveryOrder {
  /**
   * Ends what is handled in the conversation and was said before the order, in this process (by `lease.stop`) and in others, and with
   * `waiting` leaves out what waits there. Resolves with the counts when it has ended elsewhere, or after some seconds.
   */
  stop(options: {
    readonly waiting: boolean
  }): Promise<{ readonly stopped: number; readonly waiting: number }>
}

/** One event on its way to a consumer. The consumer settles it when the handlers have finished. */
export interface Delivery<F extends WireFrame = WireFrame> {
  /** The key of the event: equal for all copies of one event, different for two events about one message. */
  readonly key: string
  readonly frame: F
  /** `null` where the transport has no shards. */
  readonly shard: ShardId | null
  /** Whether an earlier process or connection may have handled the event: a reply must then repeat the earlier reply, not add one. */
  readonly replayed: boolean
  /** Whether another process may answer the event as well: a reply that the platform has already counts as this reply. May become `true` while the event is handled. */
  readonly shared: boolean
  /**
   * Of a source that several processes share: the right of this process to the event. Sources that give an event to one process
   * only omit it.
   */
  readonly lease?: DeliveryLease
  /** Of an event of a shared source that has passed the queue of its conversation, as orders such as `/stop` do. */
  readonly order?: DeliveryOrder
  /** Marks the event as finished. Only the first call counts. */
  settle(outcome: SettleOutcome): void
  /**
   * Tells the source that the handler waits for a person, as an open question does: after a crash, events that were in flight with this
   * one need not wait for its end.
   */
  markWaiting?(): void
  /**
   * Passes the code of an interaction to the source ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}). `true`: the source sends the code
   * in its answer to the request that brought the event. `false`: the consumer must call `PUT /interactions/{id}`. Never throws.
   */
  acknowledge(code: number): boolean
  /**
   * Whether the request that brought the event waits for a code: `true` for a click over a webhook. Until `acknowledge()` or its own
   * deadline the request is open, and a process that dies before has it pushed again.
   */
  readonly holdsAnswer?: boolean
  /** Whether the source has already sent a code to the platform: a refused `PUT /interactions/{id}` is then no error ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-7 §7.7}). */
  readonly acknowledged: boolean
}

/** The status of a source, fit for a health endpoint. */
export interface SourceStatus {
  /** `'ready'` receives events; `'waiting'` retries later; `'stopped'` does not retry. */
  readonly state: 'idle' | 'connecting' | 'ready' | 'waiting' | 'stopped'
  /** The reason for the state, as a sentence. */
  readonly reason: string
  /** What a person can do about the state. */
  readonly advice?: Advice | null
}

/** How a source is closed. */
export interface CloseOptions {
  /** Keeps the session, so that the next process can resume it. Default `false`. */
  readonly resumable?: boolean
  /**
   * Whether events that are being handled are waited for. Default `true`; `false` leaves them to the next process, where they will not be
   * settled here any more. Sources that never wait ignore it.
   */
  readonly drain?: boolean
}

/** Options of the run of a {@link Source}. */
export interface SourceRunOptions {
  /** Closes the source, as `close({ resumable: true })` does. */
  readonly signal?: AbortSignal | undefined
  /**
   * Whether the consumer only passes events on to other processes. Then no event is suspected when this process dies, and none is given
   * up for its age.
   */
  readonly relays?: boolean | undefined
  /**
   * Which events the handlers wait for that come by none of these intents, each with an intent to add. A source whose events another process
   * receives warns of them.
   *
   * @param intents a bit mask ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8})
   */
  readonly unheard?:
    | ((intents: number) => readonly { readonly event: string; readonly intent: string }[])
    | undefined
  /**
   * Acknowledges a click ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}) that cannot be
   * delivered in time, or was stopped. A source that holds a conversation back calls it at most once per click, whose delivery is
   * `acknowledged`; absent where the handlers acknowledge.
   */
  readonly acknowledge?: ((frame: WireFrame) => void) | undefined
}

/**
 * A source of events: the gateway, the webhook, or your own.
 *
 * @example
 *   await source.run((delivery) => {
 *     console.log(delivery.frame.t, delivery.frame.d)
 *     delivery.settle('done')
 *   })
 */
export interface Source<S extends SourceStatus = SourceStatus> {
  /** Whether another process may get the next event of a conversation: what this one remembers of it is then not enough. */
  readonly shared?: boolean
  /** The intents by which the platform sends its events, a bit mask. Absent where all events come, or it is unknown. */
  readonly intents?: number
  /** Delivers events. Resolves after `close()` or an abort of the signal, and rejects when no more events can come. */
  run(deliver: (delivery: Delivery) => void, options?: SourceRunOptions): Promise<void>
  status(): S
  /**
   * Stops new deliveries before `close()`: events that come are refused, or kept for the next process. Open deliveries stay
   * open. Does not throw.
   */
  drain?(): void
  /** Ends `run()`. Calls share one promise. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * The key that identifies the copies of one event on every transport: the frame's id, else a key from the transport. It
 * identifies the event, never the message: one message can be pushed as two events
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}, {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}),
 * and several messages can have one id ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
 *
 * @param fallback makes the key of a frame without an id, e.g. from session and sequence number
 */
export const deliveryKey = (frame: WireFrame, fallback: () => string): string =>
  typeof frame.id === 'string' && frame.id !== '' ? `event:${frame.id}` : fallback()
