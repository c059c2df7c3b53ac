import type { Delivery, SettleOutcome } from '@qqkit/core'

import { RecentKeys } from './recent-keys.js'

/**
 * Lets each event through once. The same event can come again after a resume, as a retry of a webhook, or over two
 * transports; copies that wait for the first share what becomes of it.
 */
export class SharedSettlement {
  /** Events being handled, with the copies that wait for them. */
  readonly #open = new Map<string, Delivery[]>()
  readonly #finished: RecentKeys

  /** @param capacity how many finished events are remembered at least */
  constructor(capacity: number) {
    this.#finished = new RecentKeys(capacity)
  }

  /** Whether this is the first copy, which the caller then has to handle and `finish`. */
  begin(delivery: Delivery): boolean {
    const { key } = delivery
    const copies = this.#open.get(key)
    if (copies) {
      copies.push(delivery)
      return false
    }
    if (this.#finished.has(key)) {
      // Nothing is left to do for a copy that late, whatever became of the first: a webhook would be asked for it again.
      delivery.settle('done')
      return false
    }
    this.#open.set(key, [delivery])
    return true
  }

  /** Settles all copies. Only the first outcome counts. */
  finish(key: string, outcome: SettleOutcome): void {
    const copies = this.#open.get(key)
    if (!copies) return
    this.#open.delete(key)
    this.#finished.add(key)
    for (const copy of copies) copy.settle(outcome)
  }

  /** Forgets what is not finished, so that it is handled when it comes again. Its copies stay unsettled. */
  forgetUnfinished(): void {
    this.#open.clear()
  }
}
