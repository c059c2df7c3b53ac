import type { SettleOutcome } from '@qqkit/core'

/** From best to worst: with several consumers the worst outcome is that of the event. */
const RANK: readonly SettleOutcome[] = ['done', 'failed', 'abandoned']

/** Waits until every consumer of one event has finished. */
export class Settlement {
  #open = 1
  #worst = 0
  readonly #onSettled: (outcome: SettleOutcome) => void

  /** Starts with one consumer: whoever hands the event out, until it has done so. */
  constructor(onSettled: (outcome: SettleOutcome) => void) {
    this.#onSettled = onSettled
  }

  /** One more consumer. Returns what it calls when it is finished; only its first call counts. */
  join(): (outcome: SettleOutcome) => void {
    this.#open += 1
    let finished = false
    return (outcome) => {
      if (finished) return
      finished = true
      this.finish(outcome)
    }
  }

  /** One consumer has finished. */
  finish(outcome: SettleOutcome): void {
    this.#worst = Math.max(this.#worst, RANK.indexOf(outcome))
    this.#open -= 1
    if (this.#open === 0) this.#onSettled(RANK[this.#worst] ?? 'done')
  }
}
