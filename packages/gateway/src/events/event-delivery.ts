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

/** The result of one consumer: an outcome, or `unread` if it never began with the event. */
export type Share = SettleOutcome | 'unread'

/** The shard of an event. */
export interface EventOwner {
  readonly id: ShardId
  /** Whether the process leaves unfinished events to the next one. */
  readonly draining: boolean
  /** Every consumer has finished with an event, or none of them began. */
  onSettled(event: TrackedEvent, isBegun: boolean): void
  /** A consumer has an event, and waits for a person. */
  onWaiting(event: TrackedEvent): void
}

/** The {@link GatewayDelivery} that the consumer of `run()` gets. */
export class EventDelivery implements GatewayDelivery {
  readonly frame: AnyGatewayEvent
  readonly shard: ShardId
  readonly replayed: boolean
  readonly suspect: boolean
  readonly #event: TrackedEvent
  readonly #owner: EventOwner
  readonly #settle: ((outcome: SettleOutcome) => void) | null

  /** @param settle `null` when there is no other consumer */
  constructor(
    event: TrackedEvent,
    owner: EventOwner,
    settle: ((outcome: SettleOutcome) => void) | null = null,
  ) {
    // Checked by the codec; what the platform puts into `d` is typed, not verified.
    this.frame = event.frame as unknown as AnyGatewayEvent
    this.shard = owner.id
    this.replayed = event.replayed
    this.suspect = event.crashes > 0
    this.#event = event
    this.#owner = owner
    this.#settle = settle
  }

  get key(): string {
    return keyOf(this.#event)
  }

  /** While a process drains, the next one may get the unfinished events too. */
  get shared(): boolean {
    return this.#owner.draining
  }

  settle(outcome: SettleOutcome): void {
    if (this.#settle) this.#settle(outcome)
    else this.#owner.onSettled(this.#event, true)
  }

  markWaiting(): void {
    this.#owner.onWaiting(this.#event)
  }

  /** Over the WebSocket a click is acknowledged by a call of its own (§5.7). */
  acknowledge(_code: number): boolean {
    return false
  }

  get acknowledged(): boolean {
    return false
  }
}

/** Joins the results of several consumers of one event. */
export class Settlement {
  readonly #event: TrackedEvent
  readonly #owner: EventOwner
  #open = 1
  #begun = false

  /** Starts with one open share, that of the fanout until {@link finish}. */
  constructor(event: TrackedEvent, owner: EventOwner) {
    this.#event = event
    this.#owner = owner
  }

  /** Adds a consumer. Returns its function to settle; only the first call counts. */
  join(): (outcome: Share) => void {
    this.#open += 1
    let finished = false
    return (outcome) => {
      if (finished) return
      finished = true
      this.finish(outcome !== 'unread')
    }
  }

  /** Ends one share; `begun`: whether its consumer began with the event. */
  finish(begun: boolean): void {
    this.#begun ||= begun
    this.#open -= 1
    // Unread only if no consumer began: one that has finished must not get the event again.
    if (this.#open === 0) this.#owner.onSettled(this.#event, this.#begun)
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
