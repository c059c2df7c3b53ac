import { eventKind, type OtherEventName } from '../events/event-names.js'
import { parseInteraction } from '../interaction/parse-interaction.js'
import type { Scene } from '../message/message.js'
import { parseMessage, type MessageEventName } from '../message/parse-message.js'
import type { ContextInit } from './base-context.js'
import { NamedEventContext, UnknownContext, type EventContext } from './event-context.js'
import { InteractionContext } from './interaction-context.js'
import { SceneMessageContext, type MessageContext } from './message-context.js'

/** Any context; `ctx.event` tells them apart. */
export type Context = MessageContext | InteractionContext | EventContext | UnknownContext

/** Which context a handler gets, by the name it is registered for. */
export type ContextMap = {
  readonly message: MessageContext
  readonly interaction: InteractionContext
  /** Every event, known or not. */
  readonly raw: Context
} & { readonly [N in OtherEventName]: EventContext<N> }

/** A name that `bot.on()` takes. */
export type EventName = keyof ContextMap

/** Makes the context of an event. Whatever the payload is, this does not throw: what cannot be read is unknown. */
export const createContext = (init: ContextInit): Context => {
  const { t, d } = init.delivery.frame
  const name = t ?? ''
  switch (eventKind(name)) {
    case 'message': {
      const message = parseMessage(name as MessageEventName, d, init.me)
      if (!message) return new UnknownContext(init)
      return new SceneMessageContext<Scene>(init, message) as MessageContext
    }
    case 'interaction': {
      const interaction = parseInteraction(d)
      return interaction ? new InteractionContext(init, interaction) : new UnknownContext(init)
    }
    case 'other':
      return new NamedEventContext(name as OtherEventName, init) as EventContext
    case 'unknown':
    default:
      return new UnknownContext(init)
  }
}
