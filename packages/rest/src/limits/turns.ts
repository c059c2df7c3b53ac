/** Number of flows at which served ones are removed. */
const SWEEP_AT = 512

/**
 * Round robin: each flow, e.g. the messages to one user, has one turn per round, so that a flow with many waiting calls
 * delays only itself. Turns of one round go in order of arrival.
 */
export class Turns {
  /** The current round. */
  #round = 0
  /** The last round that each flow has taken. */
  readonly #last = new Map<string, number>()
  #sweepAt = SWEEP_AT

  /** The round in which the next call of a flow has its turn; without a flow, the current one. */
  next(flow: string | null): number {
    const last = flow === null ? undefined : this.#last.get(flow)
    return last === undefined ? this.#round : Math.max(this.#round, last + 1)
  }

  /** Takes that turn. */
  join(flow: string | null): number {
    const round = this.next(flow)
    if (flow === null) return round
    this.#last.set(flow, round)
    if (this.#last.size >= this.#sweepAt) this.#sweep()
    return round
  }

  /** A call of this round was granted. */
  serve(round: number): void {
    this.#round = Math.max(this.#round, round)
  }

  /** No call waits any more. */
  clear(): void {
    this.#last.clear()
  }

  #sweep(): void {
    for (const [flow, last] of this.#last) if (last < this.#round) this.#last.delete(flow)
    this.#sweepAt = Math.max(SWEEP_AT, this.#last.size * 2)
  }
}
