import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { SessionSlot } from '@qqkit/core'

import type { FileLock } from './file-lock.js'

/** Bytes; whatever is larger is none of ours, and not worth the memory. */
const LARGEST = 16 * 1024 * 1024

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** One session in one file. A crash at any moment leaves the old text or the new one, never a mixture. */
export class FileSlot implements SessionSlot {
  readonly #file: string
  readonly #lock: FileLock
  #writing: Promise<void> = Promise.resolve()
  #closed: Promise<void> | null = null

  constructor(file: string, lock: FileLock) {
    this.#file = file
    this.#lock = lock
  }

  async load(): Promise<string | null> {
    try {
      const { size } = await stat(this.#file)
      return size > LARGEST ? '' : await readFile(this.#file, 'utf8')
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async save(text: string): Promise<void> {
    return this.#alone(async () => {
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
        throw error
      }
      await this.#syncFolder()
    })
  }

  async clear(): Promise<void> {
    return this.#alone(async () => rm(this.#file, { force: true }))
  }

  async close(): Promise<void> {
    // Not before the last write is through: the next owner must not be overwritten by us.
    return (this.#closed ??= this.#writing.then(async () => this.#lock.release()))
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#closed) throw new Error('the session store is closed')
    // Not beside the one before: a session that was cleared must not come back.
    const writing = this.#writing.then(work)
    this.#writing = writing.catch(() => {})
    return writing
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
