import type { ShardId } from '@qqkit/core'
import type { WireEventName, EventOf } from '@qqkit/protocol'

import type { AbandonReason } from './delivery/tracked-event.js'
import type { AnyGatewayEvent } from './events/event-delivery.js'
import type { ShardStatus } from './shard/status.js'

/** A period whose events may be lost: the platform will not send them again. */
export interface Gap {
  readonly shard: ShardId
  /** Wall time in ms since when events may be missing; `null` when unknown. */
  readonly since: number | null
  /** The last sequence number received; `null` when there was none. */
  readonly lastSeq: number | null
  /** Why events may be missing, as a sentence. */
  readonly reason: string
}

/** An event that its consumer did not finish in time, or that was given up for newer ones. */
export interface Abandoned {
  readonly shard: ShardId
  readonly seq: number | null
  readonly reason: AbandonReason
  /** The whole event, for inspection, storage, or an apology to its sender. */
  readonly event: AnyGatewayEvent
  /** Its `Delivery.key`. */
  readonly key: string
}

/** An event that is not tried again: three processes in a row exited while handling it. */
export interface Quarantined {
  readonly shard: ShardId
  /** The whole event, for inspection or storage. */
  readonly event: AnyGatewayEvent
}

/** Handles an event, which is finished when the listener returns, or when the promise that it returns settles. */
export type EventListener<E> = (event: E, shard: ShardId) => void | Promise<void>

type NamedListeners = { readonly [T in WireEventName]: EventListener<EventOf<T>> }

/** The listeners of `gateway.on`: one per event name, `dispatch` for all events, and four for the connection. */
export interface GatewayListeners extends NamedListeners {
  /** Every event in wire order, as the platform sent it. */
  readonly dispatch: EventListener<AnyGatewayEvent>
  /** A shard has changed its state. */
  readonly status: (status: ShardStatus) => void
  /** An event was given up: not finished in time, or too many were unfinished. */
  readonly abandoned: (abandoned: Abandoned) => void
  /** An event is not tried again, and counts as finished. */
  readonly quarantined: (quarantined: Quarantined) => void
  /** Events may be lost for good. */
  readonly gap: (gap: Gap) => void
}
