/** Runs one piece of work at a time, in FIFO order. */
export class Mutex {
  #taken = false
  readonly #waiting: (() => void)[] = []

  /** Runs work after all earlier work has ended, successfully or not. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // Ownership passes directly to the longest waiter, so that no newcomer gets in between.
      if (next) next()
      else this.#taken = false
    }
  }
}

const disk = new Mutex()

/**
 * Runs file work of session stores, one at a time in this process: a disk that hangs then blocks one of the four threads
 * that DNS, files and compression share, however many shards and locks there are.
 */
export const onDisk = async <T>(work: () => Promise<T>): Promise<T> => disk.run(work)
