import type { Delivery, SettleOutcome } from '@qqkit/core'

interface Entry {
  outcome: SettleOutcome | null
  readonly copies: Delivery[]
}

/**
 * Lets each event through once. The same event can come again after a resume, as a retry of a webhook, or over two
 * transports; copies that wait for the first share what becomes of it.
 */
export class SharedSettlement {
  readonly #capacity: number
  /** In order of first arrival. */
  readonly #entries = new Map<string, Entry>()

  /** @param capacity how many events are remembered; those still being handled are never forgotten */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Whether this is the first copy, which the caller then has to handle and `finish`. */
  begin(delivery: Delivery): boolean {
    const entry = this.#entries.get(delivery.key)
    if (!entry) {
      this.#entries.set(delivery.key, { outcome: null, copies: [delivery] })
      return true
    }
    // Nothing is left to do for a copy that late, whatever became of the first: a webhook would be asked for it again.
    if (entry.outcome) delivery.settle('done')
    else entry.copies.push(delivery)
    return false
  }

  /** Settles all copies. Only the first outcome counts. */
  finish(key: string, outcome: SettleOutcome): void {
    const entry = this.#entries.get(key)
    if (!entry || entry.outcome) return
    entry.outcome = outcome
    for (const copy of entry.copies.splice(0)) copy.settle(outcome)
    this.#trim()
  }

  /** Forgets what is not finished, so that it is handled when it comes again. Its copies stay unsettled. */
  forgetUnfinished(): void {
    for (const [key, entry] of this.#entries) if (!entry.outcome) this.#entries.delete(key)
  }

  #trim(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#capacity) return
      if (entry.outcome) this.#entries.delete(key)
    }
  }
}
