import type { intentFacts } from '../intents/intent-facts.js'
import type { IntentName } from '../intents/intent.js'
import type { WireEventName, EventPayloads } from './event-payloads.js'

/**
 * The frame of one event
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}).
 */
export interface EventFrame<T extends WireEventName> {
  readonly op: 0
  readonly t: T
  readonly d: EventPayloads[T]
  /** Sequence number of the session; absent over webhook. */
  readonly s?: number | null
  /**
   * Event id, used as `event_id` in replies
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-3 §6.3}); absent in old
   * frames. Opaque.
   */
  readonly id?: string | null
}

/**
 * Any documented event, discriminated by `t`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4 §4}).
 */
export type GatewayEvent = { [T in WireEventName]: EventFrame<T> }[WireEventName]

/** The event of a given name, e.g. `EventOf<'C2C_MESSAGE_CREATE'>`. */
export type EventOf<T extends WireEventName> = EventFrame<T>

/** An event that is not documented. */
export interface UnknownEvent {
  readonly op: 0
  readonly t: string
  readonly d?: unknown
  readonly s?: number | null
  readonly id?: string | null
}

/**
 * The intent of each event, by event name; `never` for READY and RESUMED
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
 */
export type EventIntents = {
  [T in WireEventName]: {
    [I in IntentName]: T extends (typeof intentFacts)[I]['events'][number] ? I : never
  }[IntentName]
}
