import type { Delivery, SettleOutcome, ShardId } from '@qqkit/core'
import { deliveryKey } from '@qqkit/core/internal'
import type { GatewayEvent, UnknownEvent } from '@qqkit/protocol'

import type { TrackedEvent } from '../delivery/tracked-event.js'

/** The key of an event: the same for each of its copies. */
export const keyOf = ({ frame, sessionId }: TrackedEvent): string =>
  deliveryKey(frame, () => `${sessionId ?? ''}:${frame.s ?? 'unnumbered'}`)

/** One event on its way to the consumer of `run()`; `frame` narrows by its `t`. */
export interface GatewayDelivery extends Delivery<AnyGatewayEvent> {
  readonly shard: ShardId
  /** Whether it was in flight when a process died: crash suspects are dispatched one at a time, and later events may overtake them. */
  readonly suspect: boolean
}

/** Whether the process leaves unfinished events to the next one; the shard of the event knows. */
export interface Drain {
  readonly draining: boolean
}

/** Fields of an {@link EventDelivery} besides its event. */
export interface DeliveryInit<O = SettleOutcome> {
  readonly shard: ShardId
  readonly drain: Drain
  readonly settle: (outcome: O) => void
}

/** The {@link GatewayDelivery} that the consumer of `run()` gets. */
export class EventDelivery implements GatewayDelivery {
  readonly frame: AnyGatewayEvent
  readonly shard: ShardId
  readonly replayed: boolean
  readonly suspect: boolean
  readonly settle: (outcome: SettleOutcome) => void
  readonly #event: TrackedEvent
  readonly #drain: Drain
  #key: string | null = null

  constructor(event: TrackedEvent, { shard, drain, settle }: DeliveryInit) {
    const { frame, replayed, crashes } = event
    // Checked by the codec; what the platform puts into `d` is typed, not verified.
    this.frame = frame as unknown as AnyGatewayEvent
    this.shard = shard
    this.replayed = replayed
    this.suspect = crashes > 0
    this.settle = settle
    this.#event = event
    this.#drain = drain
  }

  /** Computed on first use. */
  get key(): string {
    return (this.#key ??= keyOf(this.#event))
  }

  /** While a process drains, the next one may get the unfinished events too. */
  get shared(): boolean {
    return this.#drain.draining
  }

  /** Over the WebSocket a click is acknowledged by a call of its own (§5.7). */
  acknowledge(_code: number): boolean {
    return false
  }

  get acknowledged(): boolean {
    return false
  }
}

/** The result of one consumer: an outcome, or `unread` if it never began with the event. */
export type Share = SettleOutcome | 'unread'

/** From best to worst: with several consumers the worst outcome is that of the event. */
const RANK: readonly SettleOutcome[] = ['done', 'failed', 'abandoned']

/** Joins the results of all consumers of one event; the worst one counts. */
export class Settlement {
  #open = 1
  #worst = -1
  readonly #onSettled: (outcome: Share) => void

  /** Starts with one open share, that of the fanout until {@link handedOut}. */
  constructor(onSettled: (outcome: Share) => void) {
    this.#onSettled = onSettled
  }

  /** Adds a consumer. Returns its function to settle; only the first call counts. */
  join(): (outcome: Share) => void {
    this.#open += 1
    let finished = false
    return (outcome) => {
      if (finished) return
      finished = true
      this.#finish(outcome)
    }
  }

  /** Every consumer has the event; `finished`: whether one of them has finished already. */
  handedOut(finished: boolean): void {
    this.#finish(finished ? 'done' : 'unread')
  }

  #finish(outcome: Share): void {
    if (outcome !== 'unread') this.#worst = Math.max(this.#worst, RANK.indexOf(outcome))
    this.#open -= 1
    // Unread only if no consumer began: one that has finished must not get the event again.
    if (this.#open === 0) this.#onSettled(RANK[this.#worst] ?? 'unread')
  }
}

/** Only a type. An enum member is the one string type that no string literal is assignable to, so that `t` discriminates. */
declare enum Unlisted {
  Name = 'a name that the protocol reference does not know',
}

/** The name of an event that the protocol reference does not know; at run time an ordinary string. */
export type UnlistedEventName = Unlisted.Name

/** An event that the protocol reference does not know. */
export interface UnlistedEvent extends UnknownEvent {
  readonly t: UnlistedEventName
}

/** Any event that can come, discriminated by `t`. */
export type AnyGatewayEvent = GatewayEvent | UnlistedEvent
