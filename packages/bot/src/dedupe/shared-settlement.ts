import { RecentKeys, type Delivery, type SettleOutcome } from '@qqkit/core'

/** One event with the copies that wait for it. */
interface Shared {
  /** `null` once settled. */
  copies: Delivery[] | null
  /** Which start of the bot it belongs to. */
  readonly run: number
}

/**
 * What a delivery is: the first of its event, a copy of one that is being handled or was, or one that an earlier start of
 * the bot began and gave up.
 */
export type Beginning = 'first' | 'copy' | 'again'

/**
 * Lets each event through once. The same event can come again after a resume, as a retry of a webhook, or over two
 * transports; copies that wait for the first share what becomes of it.
 */
export class SharedSettlement {
  readonly #events: RecentKeys<Shared>
  #run = 0

  /** @param capacity how many finished events are remembered at least */
  constructor(capacity: number) {
    this.#events = new RecentKeys({
      size: capacity,
      keeps: (event) => event.copies !== null && !this.#isForgotten(event),
    })
  }

  /** Takes a delivery in. The caller has to handle and `finish` any but a copy. */
  begin(delivery: Delivery): Beginning {
    const event = this.#events.get(delivery.key)
    if (!event || this.#isForgotten(event)) {
      this.#events.add(delivery.key, { copies: [delivery], run: this.#run })
      return event ? 'again' : 'first'
    }
    // Nothing is left to do for a copy that late, whatever became of the first: a webhook would be asked for it again.
    if (event.copies === null) delivery.settle('done')
    else event.copies.push(delivery)
    return 'copy'
  }

  /** Settles all copies. Only the first outcome counts. */
  finish(key: string, outcome: SettleOutcome): void {
    const event = this.#events.get(key)
    if (!event?.copies || this.#isForgotten(event)) return
    const { copies } = event
    event.copies = null
    for (const copy of copies) copy.settle(outcome)
  }

  /** Forgets what is not finished, so that it is handled when it comes again. Its copies stay unsettled. */
  forgetUnfinished(): void {
    this.#run += 1
  }

  #isForgotten(event: Shared): boolean {
    return event.copies !== null && event.run !== this.#run
  }
}
