import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

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

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const makeOne = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder)
  } catch (error) {
    if (!(await isFolder(folder))) throw error
  }
}

/**
 * Makes a folder with those above it. Node's recursive form never ends where the system refuses a folder with ENOENT, as it does
 * below `/proc`.
 */
export const makeFolder = async (folder: string): Promise<void> => {
  try {
    await makeOne(folder)
  } catch (error) {
    const parent = dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error
    await makeFolder(parent)
    await makeOne(folder)
  }
}
