import type { Delivery, SettleOutcome, ShardId } from '@qqkit/core'
import { deliveryKey } from '@qqkit/core/internal'
import type { GatewayEvent, UnknownEvent } from '@qqkit/protocol'

import type { TrackedEvent } from '../delivery/tracked-event.js'

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

/** How one consumer ends with an event: finished in some way, or it never came to it. */
export type Share = SettleOutcome | 'left'

/** From best to worst: with several consumers the worst outcome is that of the event. */
const RANK: readonly SettleOutcome[] = ['done', 'failed', 'abandoned']

/** Waits until every consumer of one event has finished. */
export class Settlement {
  #open = 1
  #worst = -1
  readonly #onSettled: (outcome: Share) => void

  /** Starts with one consumer: whoever hands the event out, until it has done so. */
  constructor(onSettled: (outcome: Share) => void) {
    this.#onSettled = onSettled
  }

  /** One more consumer. Returns what it calls when it is finished; only its first call counts. */
  join(): (outcome: Share) => void {
    this.#open += 1
    let finished = false
    return (outcome) => {
      if (finished) return
      finished = true
      this.#finish(outcome)
    }
  }

  /** It is handed out to all; `finished`: whether any of them has finished already. */
  handedOut(finished: boolean): void {
    this.#finish(finished ? 'done' : 'left')
  }

  #finish(outcome: Share): void {
    if (outcome !== 'left') this.#worst = Math.max(this.#worst, RANK.indexOf(outcome))
    this.#open -= 1
    // Left only if nobody came to it: whoever finished it must not get it again.
    if (this.#open === 0) this.#onSettled(RANK[this.#worst] ?? 'left')
  }
}

/** Only a type. A member of an enum is the one kind of text that no other text is taken for, so that `t` tells events apart. */
declare enum Unlisted {
  Name = 'a name that the reference does not know',
}

/** The name of an event that the reference does not know; at run time a text like any other. */
export type UnlistedEventName = Unlisted.Name

/** An event that the reference does not know. */
export interface UnlistedEvent extends UnknownEvent {
  readonly t: UnlistedEventName
}

/** Any event that can come, discriminated by `t`. */
export type AnyGatewayEvent = GatewayEvent | UnlistedEvent
