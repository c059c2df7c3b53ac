import type { Delivery, SettleOutcome, ShardId } from '@qqkit/core'
import { deliveryKey } from '@qqkit/core/internal'

import type { AnyGatewayEvent } from '../events/any-event.js'
import type { TrackedEvent } from './tracked-event.js'

/** By what an event is known to its consumers. */
export const keyOf = ({ frame, sessionId }: TrackedEvent): string =>
  deliveryKey(frame, () => `${sessionId ?? ''}:${frame.s ?? 'unnumbered'}`)

/** One event on its way to the consumer of `run()`; `frame` narrows by its `t`. */
export interface GatewayDelivery extends Delivery<AnyGatewayEvent> {
  readonly shard: ShardId
  /** Whether it was in flight when a process died: it is handed out alone, and later events may have passed it. */
  readonly suspect: boolean
}

/** Who knows whether the process leaves its events to the next one. */
export interface Drain {
  readonly draining: boolean
}

/** How an event is handed over. */
export interface Handover<O = SettleOutcome> {
  readonly shard: ShardId
  readonly drain: Drain
  readonly settle: (outcome: O) => void
}

/** What {@link GatewayDelivery} is made of. */
export class EventDelivery implements GatewayDelivery {
  readonly frame: AnyGatewayEvent
  readonly shard: ShardId
  readonly replayed: boolean
  /** Whether it was in flight when a process died: it is handed out alone, and later events may have passed it. */
  readonly suspect: boolean
  readonly settle: (outcome: SettleOutcome) => void
  readonly #event: TrackedEvent
  readonly #drain: Drain
  #key: string | null = null

  constructor(event: TrackedEvent, { shard, drain, settle }: Handover) {
    const { frame, replayed, lives } = event
    // Checked by the codec; what the platform puts into `d` is typed, not verified.
    this.frame = frame as unknown as AnyGatewayEvent
    this.shard = shard
    this.replayed = replayed
    this.suspect = lives > 0
    this.settle = settle
    this.#event = event
    this.#drain = drain
  }

  /** Made only when somebody asks. */
  get key(): string {
    return (this.#key ??= keyOf(this.#event))
  }

  /** While a process drains, the next one may get what is not finished. */
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
