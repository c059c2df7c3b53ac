import type { ShardId } from '@qqkit/core'
import type { EventName, EventOf } from '@qqkit/protocol'

import type { AbandonReason } from './delivery/tracked-event.js'
import type { AnyGatewayEvent } from './events/event-delivery.js'
import type { ShardStatus } from './shard/status.js'

/** A stretch of time from which events are lost: the platform will not send them any more. */
export interface Gap {
  readonly shard: ShardId
  /** Wall time in ms since which events may be missing; `null` when nobody knows. */
  readonly since: number | null
  /** The last sequence number received; `null` when there was none. */
  readonly lastSeq: number | null
  /** Why the session could not be resumed, as a sentence. */
  readonly reason: string
}

/** An event that its consumer did not finish in time, or that gave way to newer ones. */
export interface Abandoned {
  readonly shard: ShardId
  readonly seq: number | null
  readonly reason: AbandonReason
  /** The whole event, to be looked at, put aside, or answered with an apology. */
  readonly event: AnyGatewayEvent
  /** By what its consumer knew it: `Delivery.key`. */
  readonly key: string
}

/** An event that is not tried again: it was being handled when three processes in a row ended. */
export interface Quarantined {
  readonly shard: ShardId
  /** The whole event, to be looked at or put aside. */
  readonly event: AnyGatewayEvent
}

/** Handles an event. The event counts as finished when it returns, or when the promise it returns settles. */
export type EventListener<E> = (event: E, shard: ShardId) => void | Promise<void>

type NamedListeners = { readonly [T in EventName]: EventListener<EventOf<T>> }

/** What `gateway.on` offers: every event by its name, all of them as `dispatch`, and what happens to the connection. */
export interface GatewayListeners extends NamedListeners {
  /** Every event in wire order, as the platform sent it. */
  readonly dispatch: EventListener<AnyGatewayEvent>
  /** A shard has changed its state. */
  readonly status: (status: ShardStatus) => void
  /** An event was given up, because it took too long or too many are unfinished. */
  readonly abandoned: (abandoned: Abandoned) => void
  /** An event is not tried again, and counts as finished. */
  readonly quarantined: (quarantined: Quarantined) => void
  /** Events are lost for good. */
  readonly gap: (gap: Gap) => void
}
