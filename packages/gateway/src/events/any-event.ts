import type { GatewayEvent, UnknownEvent } from '@qqkit/protocol'

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
