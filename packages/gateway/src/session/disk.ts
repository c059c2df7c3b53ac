/** Work that is done one after the other, whoever asks for it. */
export class Turns {
  #taken = false
  readonly #waiting: (() => void)[] = []

  /** Runs some work when what came before is through, however that ended. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The turn goes over to who waits longest, and is never free in between.
      if (next) next()
      else this.#taken = false
    }
  }
}

const turns = new Turns()

/**
 * Runs some file work of session stores, one after the other in this process: a disk that hangs then takes one of the four
 * threads that DNS, files and compression share, whatever shards, locks and signs of life there are.
 */
export const onDisk = async <T>(work: () => Promise<T>): Promise<T> => turns.run(work)
