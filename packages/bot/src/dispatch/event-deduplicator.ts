import type { Delivery } from '@qqkit/core'
import { GenerationalMap } from '@qqkit/core/internal'

import { Settlement, type Start } from '../common/settlement.js'
import { eventName, messageName, SameMessages } from './same-messages.js'

/** The place of one event, or one message: what became of it is replaced when it is handled again. */
interface Place {
  settlement: Settlement
}

/** What a delivery turned out to be. */
export interface Begun {
  readonly settlement: Settlement
  /** Whether the event or message came before: then there is nothing to handle. */
  readonly isCopy: boolean
}

const isOpen = ({ settlement }: Place): boolean => settlement.isOpen

/**
 * Lets each event and each message through once. It can come again after a resume, as a retry of a webhook, under another
 * name, or over two transports; copies share what becomes of the first.
 */
export class EventDeduplicator {
  readonly #messages: SameMessages<Place>
  readonly #events: GenerationalMap<Place>
  #start: Start = { over: false }

  /** @param capacity how many finished events and messages are remembered at least */
  constructor(capacity: number) {
    this.#messages = new SameMessages(capacity, isOpen)
    this.#events = new GenerationalMap({ size: capacity, keeps: isOpen })
  }

  /**
   * Takes a delivery in. The caller has to handle and finish any but a copy.
   *
   * @param isAddressed whether a message is for the bot; asked only about copies of one that nobody had because it was not
   *   known to be: nothing has been handled then
   */
  begin(delivery: Delivery, isAddressed: (delivery: Delivery) => boolean): Begun {
    const name = messageName(delivery.frame)
    const key = name ? `${name.id}${name.index === null ? '' : `#${name.index}`}` : eventName(delivery)
    const newcomer: Place = { settlement: new Settlement(key, delivery, this.#start, false) }
    const place = name ? this.#messages.enter(name, newcomer) : this.#enterEvent(key, newcomer)
    const { settlement } = place
    if (place === newcomer) return { settlement, isCopy: false }
    const again = settlement.isForgotten
    if (again || (settlement.declined && isAddressed(delivery))) {
      place.settlement = new Settlement(settlement.key, delivery, this.#start, again)
      return { settlement: place.settlement, isCopy: false }
    }
    settlement.join(delivery)
    return { settlement, isCopy: true }
  }

  /** Forgets what is not finished, so that it is handled when it comes again. Its deliveries stay unsettled. */
  forgetUnfinished(): void {
    this.#start.over = true
    this.#start = { over: false }
  }

  #enterEvent(key: string, newcomer: Place): Place {
    const known = this.#events.get(key)
    if (!known) this.#events.add(key, newcomer)
    return known ?? newcomer
  }
}
