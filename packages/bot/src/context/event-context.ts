import type { OtherEventName, PayloadOf } from '../events/event-names.js'
import type { Target } from '../events/message.js'
import { BaseContext, type ContextInit } from './base-context.js'

/** An event that is neither message nor interaction, under its name on the wire. */
export class NamedEventContext<N extends OtherEventName> extends BaseContext<N> {
  /**
   * The payload ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4} –
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-11 §4.11}). Typed as documented; the
   * platform may omit fields.
   */
  get payload(): PayloadOf<N> {
    return this.raw as PayloadOf<N>
  }
}

/** The context of an event by its name on the wire; over several names it is a union told apart by `event`. */
export type EventContext<N extends OtherEventName = OtherEventName> = N extends OtherEventName
  ? NamedEventContext<N>
  : never

/** An event that this version does not know, or whose payload it cannot read; handlers of `'raw'` get it. */
export class UnknownContext extends BaseContext<'unknown'> {
  constructor(init: ContextInit, target: Target | null) {
    super('unknown', init, target)
  }
}
