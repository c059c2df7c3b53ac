import type { SettleOutcome } from '@qqkit/core'

/** How one consumer ends with an event: finished in some way, or it never came to it. */
export type Share = SettleOutcome | 'left'

/** From best to worst: with several consumers the worst outcome is that of the event. */
const RANK: readonly SettleOutcome[] = ['done', 'failed', 'abandoned']

/** Waits until every consumer of one event has finished. */
export class Settlement {
  #open = 1
  #worst = -1
  readonly #onSettled: (outcome: Share) => void

  /** Starts with one consumer: whoever hands the event out, until it has done so. */
  constructor(onSettled: (outcome: Share) => void) {
    this.#onSettled = onSettled
  }

  /** One more consumer. Returns what it calls when it is finished; only its first call counts. */
  join(): (outcome: Share) => void {
    this.#open += 1
    let finished = false
    return (outcome) => {
      if (finished) return
      finished = true
      this.#finish(outcome)
    }
  }

  /** It is handed out to all; `finished`: whether any of them has finished already. */
  handedOut(finished: boolean): void {
    this.#finish(finished ? 'done' : 'left')
  }

  #finish(outcome: Share): void {
    if (outcome !== 'left') this.#worst = Math.max(this.#worst, RANK.indexOf(outcome))
    this.#open -= 1
    // Left only if nobody came to it: whoever finished it must not get it again.
    if (this.#open === 0) this.#onSettled(RANK[this.#worst] ?? 'left')
  }
}
