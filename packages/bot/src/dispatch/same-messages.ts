import type { Delivery, WireFrame } from '@qqkit/core'
import { GenerationalMap } from '@qqkit/core/internal'

import { fields, text } from '../events/fields.js'
import { isMessageEvent, SCENE_OF_EVENT } from '../events/parse-message.js'
import { sceneEntry } from '../events/quote.js'

/** The name of a message. Several messages can share one id; their index tells them apart (§4.1). */
export interface MessageName {
  /** Scene and message id. */
  readonly id: string
  /** `msg_idx`; `null` where the event has none. */
  readonly index: string | null
}

/** The name of the message in an event; `null` for other events, and without an id. */
export const messageName = ({ t, d }: WireFrame): MessageName | null => {
  const name = t ?? ''
  if (!isMessageEvent(name)) return null
  const payload = fields(d)
  const id = text(payload.id)
  return id === '' ? null : { id: `${SCENE_OF_EVENT[name]}:${id}`, index: sceneEntry(payload, 'msg_idx') }
}

/**
 * The name of an event that is no message. A click has its own id, with which it is acknowledged, whatever frames its copies
 * come in (§5.7); any other event has the key of its delivery.
 */
export const eventName = ({ frame: { t, d }, key }: Delivery): string => {
  const click = t === 'INTERACTION_CREATE' ? text(fields(d).id) : ''
  return click === '' ? key : `click:${click}`
}

/** The messages with one id: mostly one. */
interface Namesakes<M> {
  readonly first: M
  /** The index of the first one; `null` while no event had any. */
  index: string | null
}

/** Unambiguous whatever the two contain. */
const keyOf = (id: string, index: string): string => `${id.length}:${id}:${index}`

/**
 * Decides whether two events carry the same message (§4.1; twins §4.3 and §4.6), for events of any name and any source. Per
 * message id: an event with an index is a copy if that index was seen, or if all earlier events had no index. An event
 * without index is a copy of the first one seen, and later events are never its copies.
 *
 * Bounded even if the platform gives everything one id: ids and indexes are each forgotten by age.
 */
export class SameMessages<M> {
  readonly #byId: GenerationalMap<Namesakes<M>>
  /** All but the first of an id. */
  readonly #others: GenerationalMap<M>
  #hasOthers = false

  /**
   * @param capacity how many messages are remembered at least
   * @param keeps whether a message must not be forgotten yet, however old it is
   */
  constructor(capacity: number, keeps: (message: M) => boolean) {
    this.#byId = new GenerationalMap({ size: capacity, keeps: ({ first }) => keeps(first) })
    this.#others = new GenerationalMap({ size: capacity, keeps })
  }

  /** The message of an event: an earlier one, or `newcomer`, which is remembered then. */
  enter({ id, index }: MessageName, newcomer: M): M {
    const namesakes = this.#byId.get(id)
    if (namesakes) {
      if (index === null || index === namesakes.index) return namesakes.first
      if (namesakes.index === null) {
        namesakes.index = index
        return namesakes.first
      }
    }
    const other = this.#hasOthers && index !== null ? this.#others.get(keyOf(id, index)) : undefined
    if (other !== undefined) return other
    if (namesakes && index !== null) {
      this.#others.add(keyOf(id, index), newcomer)
      this.#hasOthers = true
    }
    // Added again if known: an id must not be forgotten before the last message that has it.
    this.#byId.add(id, namesakes ?? { first: newcomer, index })
    return newcomer
  }
}
