import type { OpenDelivery } from './open-delivery.js'

/** An {@link OpenDelivery} with what the intake keeps about it. */
export interface Open extends OpenDelivery {
  settled: boolean
  /** Seqs of further copies, which finish with this one. */
  copies: { readonly sessionId: string; readonly seq: number }[] | null
  onSettled: (() => void) | null
  before: Open | null
  after: Open | null
}

/** Deliveries in the order in which they came; adding and removing cost no hashing. */
export class OpenList {
  #first: Open | null = null
  #last: Open | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  get first(): Open | null {
    return this.#first
  }

  add(delivery: Open): void {
    delivery.before = this.#last
    if (this.#last) this.#last.after = delivery
    else this.#first = delivery
    this.#last = delivery
    this.#size += 1
  }

  /** Removes one that is in the list. */
  remove(delivery: Open): void {
    const { before, after } = delivery
    if (before) before.after = after
    else this.#first = after
    if (after) after.before = before
    else this.#last = before
    // Whoever still holds it must not keep its neighbours alive.
    delivery.before = null
    delivery.after = null
    this.#size -= 1
  }
}
