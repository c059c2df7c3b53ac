import type { Delivery } from '@qqkit/core'
import { GenerationalMap } from '@qqkit/core/internal'

import { MergedDelivery, type RunToken } from '../common/merged-delivery.js'
import { eventName, messageName, SameMessages } from './same-messages.js'

/** One event, or one message. Handling it again replaces its merged delivery. */
interface Entry {
  merged: MergedDelivery
}

/** What `begin` found out about a delivery. */
export interface Admission {
  readonly merged: MergedDelivery
  /** Whether the event or message was seen before, so that there is nothing to handle. */
  readonly isCopy: boolean
}

const isOpen = ({ merged }: Entry): boolean => merged.isOpen

/**
 * Lets each event and each message through once. A copy can come after a resume, as a retry of a webhook, under another name,
 * or over two transports; copies are settled together with the first.
 */
export class EventDeduplicator {
  readonly #messages: SameMessages<Entry>
  readonly #events: GenerationalMap<Entry>
  #run: RunToken = { over: false }

  /** @param capacity how many finished events and messages are remembered at least */
  constructor(capacity: number) {
    this.#messages = new SameMessages(capacity, isOpen)
    this.#events = new GenerationalMap({ size: capacity, keeps: isOpen })
  }

  /**
   * Registers a delivery. The caller has to handle and finish it, unless it is a copy.
   *
   * @param isAddressed whether a message is for the bot; asked only about a copy of a message that no handler took because it
   *   was not known to be for the bot
   */
  begin(delivery: Delivery, isAddressed: (delivery: Delivery) => boolean): Admission {
    const name = messageName(delivery.frame)
    const key = name ? `${name.id}${name.index === null ? '' : `#${name.index}`}` : eventName(delivery)
    const newcomer: Entry = { merged: new MergedDelivery(key, delivery, this.#run, false) }
    const entry = name ? this.#messages.enter(name, newcomer) : this.#enterEvent(key, newcomer)
    const { merged } = entry
    if (entry === newcomer) return { merged, isCopy: false }
    const restarted = merged.isLeftOver
    if (restarted || (merged.declined && isAddressed(delivery))) {
      entry.merged = new MergedDelivery(merged.key, delivery, this.#run, restarted)
      return { merged: entry.merged, isCopy: false }
    }
    merged.join(delivery)
    return { merged, isCopy: true }
  }

  /** Forgets unfinished events, so that they are handled when they come again. Their deliveries stay unsettled. */
  forgetUnfinished(): void {
    this.#run.over = true
    this.#run = { over: false }
  }

  #enterEvent(key: string, newcomer: Entry): Entry {
    const known = this.#events.get(key)
    if (!known) this.#events.add(key, newcomer)
    return known ?? newcomer
  }
}
