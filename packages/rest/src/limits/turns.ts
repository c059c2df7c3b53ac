/** Flows remembered before those that have been served are looked for. */
const SWEEP_AT = 512

/**
 * Whose turn it is among many who wait: each flow, e.g. the messages to one user, has one turn a round, so that whoever has
 * many waiting holds up only itself. Those of one round go in the order in which they came.
 */
export class Turns {
  /** The round that is being served. */
  #round = 0
  /** The last round in which each flow has a turn. */
  readonly #last = new Map<string, number>()
  #sweepAt = SWEEP_AT

  /** The round in which a newcomer of this flow would have its turn; of no flow, the present one. */
  next(flow: string | null): number {
    const last = flow === null ? undefined : this.#last.get(flow)
    return last === undefined ? this.#round : Math.max(this.#round, last + 1)
  }

  /** Gives out that turn. */
  join(flow: string | null): number {
    const round = this.next(flow)
    if (flow === null) return round
    this.#last.set(flow, round)
    if (this.#last.size >= this.#sweepAt) this.#sweep()
    return round
  }

  /** Somebody has had a turn. */
  serve(round: number): void {
    this.#round = Math.max(this.#round, round)
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#last.clear()
  }

  #sweep(): void {
    for (const [flow, last] of this.#last) if (last < this.#round) this.#last.delete(flow)
    this.#sweepAt = Math.max(SWEEP_AT, this.#last.size * 2)
  }
}
