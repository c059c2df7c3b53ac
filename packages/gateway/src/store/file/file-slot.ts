import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { QqkitError, type SessionBusyError, type SessionSlot } from '@qqkit/core'

import { onDisk } from './disk.js'
import type { FileLock } from './file-lock.js'
import { MountedFileError } from './mounted-file-error.js'

/** Bytes; whatever is larger is none of ours, and not worth the memory. */
const LARGEST = 16 * 1024 * 1024

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** The text of a file; `null` when there is none. */
export const readText = async (file: string): Promise<string | null> => {
  try {
    const { size } = await stat(file)
    return size > LARGEST ? '' : await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** How a {@link FileSlot} comes to its lock. */
interface Locking {
  /** `null` while nothing can be written. */
  readonly lock: FileLock | null
  /** @throws SessionBusyError when somebody else has it, or why nothing can be written */
  readonly take: () => Promise<FileLock>
  /** What is said when somebody else has taken the lock over. */
  readonly taken: () => SessionBusyError
}

/** One session in one file. A crash at any moment leaves the old text or the new one, never a mixture. */
export class FileSlot implements SessionSlot {
  readonly taken: Promise<SessionBusyError>
  readonly #file: string
  readonly #locking: Locking
  readonly #tell: (error: SessionBusyError) => void
  #lock: FileLock | null = null
  #writing: Promise<void> = Promise.resolve()
  #closed: Promise<void> | null = null

  constructor(file: string, locking: Locking) {
    this.#file = file
    this.#locking = locking
    let tell: (error: SessionBusyError) => void = () => {}
    this.taken = new Promise((resolve) => (tell = resolve))
    this.#tell = tell
    if (locking.lock) this.#hold(locking.lock)
  }

  async load(): Promise<string | null> {
    return onDisk(async () => readText(this.#file))
  }

  async save(text: string): Promise<void> {
    return this.#alone(async (lock) => {
      if (!(await lock.stands())) throw this.#locking.taken()
      // Holding the lock, we are the only one who uses this name; what a crash left there is overwritten.
      const draft = `${this.#file}.tmp`
      try {
        const handle = await open(draft, 'w', 0o600)
        try {
          await handle.writeFile(text)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(draft, this.#file)
      } catch (error) {
        // On a full disk the draft would keep what little room there is.
        await rm(draft, { force: true }).catch(() => {})
        throw (error as NodeJS.ErrnoException).code === 'EBUSY'
          ? new MountedFileError(this.#file, error)
          : error
      }
      await this.#syncFolder()
    })
  }

  async clear(): Promise<void> {
    return this.#alone(async (lock) => {
      if (await lock.stands()) await rm(this.#file, { force: true })
    })
  }

  async close(): Promise<void> {
    // Not before the last write is through: the next owner must not be overwritten by us.
    return (this.#closed ??= this.#writing.then(async () => this.#lock?.release()))
  }

  async #alone(work: (lock: FileLock) => Promise<void>): Promise<void> {
    if (this.#closed) throw new Error('the session store is closed')
    // Not beside the one before: a session that was cleared must not come back.
    const writing = this.#writing.then(async () => {
      const lock = this.#lock ?? (await this.#take())
      await onDisk(async () => work(lock))
    })
    this.#writing = writing.catch(() => {})
    return writing
  }

  async #take(): Promise<FileLock> {
    try {
      return this.#hold(await this.#locking.take())
    } catch (error) {
      if (QqkitError.is(error)) this.#tell(error as SessionBusyError)
      throw error
    }
  }

  #hold(lock: FileLock): FileLock {
    this.#lock = lock
    void lock.taken.then(() => this.#tell(this.#locking.taken()))
    return lock
  }

  /** Makes the rename itself last through a power cut, where the system offers that. */
  async #syncFolder(): Promise<void> {
    try {
      const handle = await open(dirname(this.#file), 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    } catch {
      // Windows cannot; the file itself is safe.
    }
  }
}
