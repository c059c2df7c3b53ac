import type { Progress } from './progress.js'

/** Adds up what has left of the parts of a file. A part that is sent again counts from its start. */
export class PartsMeter {
  readonly #progress: Progress
  readonly #total: number
  readonly #sent = new Map<number, number>()
  #sum = 0

  constructor(progress: Progress, total: number) {
    this.#progress = progress
    this.#total = total
  }

  /** So many bytes of a part have left by now. */
  sent(index: number, bytes: number): void {
    this.#sum += bytes - (this.#sent.get(index) ?? 0)
    this.#sent.set(index, bytes)
    this.#progress.advance(this.#sum, this.#total)
  }
}
