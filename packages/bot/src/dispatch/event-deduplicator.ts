import type { Delivery } from '@qqkit/core'
import { GenerationalMap } from '@qqkit/core/internal'

import { MergedDelivery, type Remembered, type RunToken, settle } from '../common/merged-delivery.js'
import { fields, text } from '../events/fields.js'
import { keyOfMessage, type Scene } from '../events/message.js'
import { messageEvent } from '../events/parse-message.js'
import { sceneText } from '../events/quote.js'
import { type Namesake, SameMessages } from './same-messages.js'

/** Where the index of a message stands in `message_scene.ext` (§4.2). */
const INDEX = 'msg_idx='

/** The index of a message with its prefix, as it came: nearly none is ever looked at. `null` where it has none. */
const indexOf = (payload: unknown): string | null => {
  const entry = sceneText(fields(payload), INDEX)
  return entry === INDEX ? null : entry
}

/**
 * The name of an event that is no message. A click has its own id, with which it is acknowledged, whatever frames its copies
 * come in (§5.7); any other event has the key of its delivery.
 */
const eventName = ({ frame: { t, d }, key }: Delivery): string => {
  const click = t === 'INTERACTION_CREATE' ? text(fields(d).id) : ''
  return click === '' ? key : `click:${click}`
}

/** One event, or one message. Of a message that is handled, little more than its id is kept. */
class SeenEvent implements Namesake, Remembered {
  /** Of the message, or the name of the event. */
  readonly #id: string
  /** `null` for events that are no messages. */
  readonly #scene: Scene | null
  /** The messages of the scene. */
  readonly #messages: SameMessages<SeenEvent> | null
  readonly index: string | null
  copyIndex: string | null = null
  number = -1
  /** Its deliveries while it is open, left over by an earlier run, or a click that has its code. */
  state: MergedDelivery | 'new' | 'handled' | 'declined' = 'new'

  constructor(
    id: string,
    scene: Scene | null = null,
    messages: SameMessages<SeenEvent> | null = null,
    index: string | null = null,
  ) {
    this.#id = id
    this.#scene = scene
    this.#messages = messages
    this.index = index
  }

  get note(): string {
    return this.index ?? ''
  }

  get key(): string {
    if (this.#scene === null) return this.#id
    const index = this.index === null ? '' : `#${this.index.slice(INDEX.length)}`
    return `${keyOfMessage(this.#scene, this.#id)}${index}`
  }

  begin(delivery: Delivery, run: RunToken, restarted: boolean): MergedDelivery {
    const merged = new MergedDelivery(this, delivery, run, restarted)
    this.state = merged
    return merged
  }

  forget(merged: MergedDelivery, declined: boolean): void {
    if (this.state !== merged) return
    this.state = declined ? 'declined' : 'handled'
    if (!declined && this.copyIndex === null) this.#messages?.release(this)
  }
}

const isOpen = ({ state }: SeenEvent): boolean => typeof state !== 'string' && state.isOpen

/**
 * Lets each event and each message through once. A copy can come after a resume, as a retry of a webhook, under another name,
 * or over two transports; copies are settled together with the first.
 */
export class EventDeduplicator {
  readonly #capacity: number
  /** By scene: an id of one says nothing in another. */
  readonly #messages: Partial<Record<Scene, SameMessages<SeenEvent>>> = {}
  readonly #events: GenerationalMap<SeenEvent>
  #run: RunToken = { over: false }

  /** @param capacity how many finished events, and messages of each scene, are remembered at least */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#events = new GenerationalMap({ size: capacity, keeps: isOpen })
  }

  /**
   * Registers a delivery. Returns what to handle and to finish; `null` for a copy, which shares the outcome of the first.
   *
   * @param isAddressed whether a message is for the bot; asked only about a copy of a message that was not known to be
   */
  begin(delivery: Delivery, isAddressed: (delivery: Delivery) => boolean): MergedDelivery | null {
    const { t, d } = delivery.frame
    const scene = messageEvent(t)?.scene
    const id = scene ? text(fields(d).id) : ''
    const seen = scene && id !== '' ? this.#enterMessage(scene, id, d) : this.#enterEvent(delivery)
    const { state } = seen
    if (state === 'new' || (state === 'declined' && isAddressed(delivery)))
      return seen.begin(delivery, this.#run, false)
    if (typeof state === 'string') {
      settle(delivery, state === 'declined' ? 'declined' : 'done')
      return null
    }
    if (state.isLeftOver) return seen.begin(delivery, this.#run, true)
    state.join(delivery)
    if (state.unaddressed && isAddressed(delivery)) state.unaddressed.replaceWith(delivery)
    return null
  }

  /** Forgets unfinished events, so that they are handled when they come again. Their deliveries stay unsettled. */
  forgetUnfinished(): void {
    this.#run.over = true
    this.#run = { over: false }
  }

  #enterMessage(scene: Scene, id: string, payload: unknown): SeenEvent {
    const messages = (this.#messages[scene] ??= this.#messagesOf(scene))
    return messages.enter(id, new SeenEvent(id, scene, messages, indexOf(payload)))
  }

  #messagesOf(scene: Scene): SameMessages<SeenEvent> {
    const messages: SameMessages<SeenEvent> = new SameMessages(this.#capacity, isOpen, (id, note) => {
      const handled = new SeenEvent(id, scene, messages, note === '' ? null : note)
      handled.state = 'handled'
      return handled
    })
    return messages
  }

  #enterEvent(delivery: Delivery): SeenEvent {
    const name = eventName(delivery)
    return this.#events.getOrAdd(name, new SeenEvent(name))
  }
}
