/** What an item waits for; a function is called when it is the item's turn. */
export type Until = Promise<unknown> | (() => Promise<unknown>) | null

interface Held<T> {
  readonly item: T
  readonly until: Until
}

/**
 * Lets items through in order, each when its promise has settled. Costs one comparison while nothing is held. Replays
 * after a restart pass here, so that the store has noted what is in flight before a handler can take the process down
 * with it; otherwise such an event would come back for ever.
 */
export class ReplayGate<T> {
  readonly #deliver: (item: T) => void
  readonly #held: Held<T>[] = []
  #draining = false
  #closed = false

  /** @param deliver must not throw */
  constructor(deliver: (item: T) => void) {
    this.#deliver = deliver
  }

  /** How many are held. */
  get held(): number {
    return this.#held.length
  }

  /**
   * Delivers at once, unless something is held or there is something to wait for.
   *
   * @param until what to wait for, however it settles; `null` for nothing
   */
  pass(item: T, until: Until = null): void {
    if (until === null && this.#held.length === 0) {
      this.#deliver(item)
      return
    }
    this.#held.push({ item, until })
    if (!this.#draining) void this.#drain()
  }

  /** Drops what is held and delivers nothing more. */
  close(): void {
    this.#closed = true
    this.#held.length = 0
  }

  async #drain(): Promise<void> {
    this.#draining = true
    for (let next = this.#held[0]; next; next = this.#held[0]) {
      const { until } = next
      await (typeof until === 'function' ? until() : until)?.catch(() => {})
      if (this.#closed) break
      this.#held.shift()
      this.#deliver(next.item)
    }
    this.#draining = false
  }
}
