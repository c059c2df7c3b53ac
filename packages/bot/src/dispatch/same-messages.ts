import type { Delivery, WireFrame } from '@qqkit/core'
import { GenerationalMap } from '@qqkit/core/internal'

import { fields, text } from '../events/fields.js'
import { isMessageEvent, SCENE_OF_EVENT } from '../events/parse-message.js'
import { sceneEntry } from '../events/quote.js'

/** What the platform calls a message. One id can stand on several messages, told apart by their index (§4.1). */
export interface MessageName {
  /** Scene and message id. */
  readonly id: string
  /** `msg_idx`; `null` where the event has none. */
  readonly index: string | null
}

/** What a message event calls its message; `null` for other events, and without an id. */
export const messageName = ({ t, d }: WireFrame): MessageName | null => {
  const name = t ?? ''
  if (!isMessageEvent(name)) return null
  const payload = fields(d)
  const id = text(payload.id)
  return id === '' ? null : { id: `${SCENE_OF_EVENT[name]}:${id}`, index: sceneEntry(payload, 'msg_idx') }
}

/**
 * What names an event that is no message: a click its own id, which is acknowledged with, whatever the frames around its copies
 * are called (§5.7); any other event the key of its delivery.
 */
export const eventName = ({ frame: { t, d }, key }: Delivery): string => {
  const click = t === 'INTERACTION_CREATE' ? text(fields(d).id) : ''
  return click === '' ? key : `click:${click}`
}

/** The messages that came under one id: mostly one. */
interface Namesakes<M> {
  readonly first: M
  /** The index that stands for the first one; `null` while no event had any. */
  index: string | null
}

/** Unambiguous whatever the two contain. */
const keyOf = (id: string, index: string): string => `${id.length}:${id}:${index}`

/**
 * The one place that says what the same message is (§4.1; twins §4.3 and §4.6), for events of any name and any source. Per
 * message id: an event with an index is a copy if that index was seen, or if until now only events without index were; an
 * event without index is a copy of the first one seen, and as a copy makes none of the later ones a copy.
 *
 * Bounded, also where the platform puts one id on everything: ids and indexes are each forgotten by age.
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

  /** The message that an event belongs to: one that came before, or `newcomer`, which is remembered then. */
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
    // Once more where it is known: an id must not be forgotten before the last message that has it.
    this.#byId.add(id, namesakes ?? { first: newcomer, index })
    return newcomer
  }
}
