import { deliveryKey, type Delivery, type SettleOutcome, type ShardId } from '@qqkit/core'

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

/** What {@link GatewayDelivery} is made of. */
export class EventDelivery implements GatewayDelivery {
  readonly frame: AnyGatewayEvent
  readonly shard: ShardId
  readonly replayed: boolean
  /** Whether it was in flight when a process died: it is handed out alone, and later events may have passed it. */
  readonly suspect: boolean
  readonly settle: (outcome: SettleOutcome) => void
  readonly #event: TrackedEvent
  #key: string | null = null

  constructor(event: TrackedEvent, shard: ShardId, settle: (outcome: SettleOutcome) => void) {
    const { frame, replayed, lives } = event
    // Checked by the codec; what the platform puts into `d` is typed, not verified.
    this.frame = frame as unknown as AnyGatewayEvent
    this.shard = shard
    this.replayed = replayed
    this.suspect = lives > 0
    this.settle = settle
    this.#event = event
  }

  /** Made only when somebody asks. */
  get key(): string {
    return (this.#key ??= keyOf(this.#event))
  }

  /** Over the WebSocket a click is acknowledged by a call of its own (§5.7). */
  acknowledge(_code: number): boolean {
    return false
  }

  get acknowledged(): boolean {
    return false
  }
}
