import { eventKind, type OtherEventName } from '../events/event-names.js'
import { fields, numericIdIn } from '../events/fields.js'
import { parseInteraction } from '../events/interaction.js'
import { needsPlace, placeOf, type Scene } from '../events/message.js'
import { messageEvent, ReceivedMessage } from '../events/parse-message.js'
import type { ContextInit } from './base-context.js'
import { NamedEventContext, UnknownContext, type EventContext } from './event-context.js'
import { InteractionContext } from './interaction-context.js'
import { SceneMessageContext, type MessageContext } from './message-context.js'

/** Any context; `ctx.event` tells them apart. */
export type Context = MessageContext | InteractionContext | EventContext | UnknownContext

/** The context that a handler gets, by the name it is registered for. */
export type ContextMap = {
  readonly message: MessageContext
  readonly interaction: InteractionContext
  /** Every event, known or not. */
  readonly raw: Context
} & { readonly [N in OtherEventName]: EventContext<N> }

/** A name that `bot.on()` takes. */
export type EventName = keyof ContextMap

/** For a known event whose payload cannot be used: no part of it may be routed. */
const unreadable = (init: ContextInit, why: string): UnknownContext => {
  const { t } = init.delivery.frame
  init.host.services.log({
    level: 'warn',
    event: 'bot.unreadable_event',
    message: `${t} cannot be read: ${why}; only handlers of 'raw' get it`,
    name: t,
    why,
  })
  return new UnknownContext(init, null)
}

/** Makes the context of an event. Never throws: an event that cannot be read gets an {@link UnknownContext}. */
export const createContext = (init: ContextInit): Context => {
  const { frame } = init.delivery
  const name = frame.t ?? ''
  const ofMessage = messageEvent(name)
  const kind = ofMessage ? 'message' : eventKind(name)
  const numeric = kind === 'unknown' ? null : numericIdIn(frame)
  if (numeric !== null) return unreadable(init, `${numeric} is a number, which may have lost digits`)
  const payload = fields(frame.d)
  if (ofMessage) {
    const received = new ReceivedMessage(ofMessage, payload, init.host.own)
    if (!received.isUsable) return unreadable(init, 'an id or its place is missing')
    return new SceneMessageContext<Scene>(init, received) as MessageContext
  }
  if (kind === 'interaction') {
    const interaction = parseInteraction(payload)
    return interaction ? new InteractionContext(init, interaction) : unreadable(init, 'its id is missing')
  }
  const place = placeOf(name, payload)
  if (kind === 'unknown') return new UnknownContext(init, place)
  if (!place && needsPlace(name)) return unreadable(init, 'its group is missing')
  return new NamedEventContext(name as OtherEventName, init, place) as EventContext
}
