import { randomUUID } from 'node:crypto'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { MediaError } from '../media-error.js'
import type { Content } from './content.js'
import { readFully } from './read-fully.js'

/** A temporary file that is filled once, then read, and gone when it is closed. */
export class SpoolFile implements Content {
  readonly name: string | null
  size = 0
  readonly #folder: string
  readonly #handle: FileHandle
  #closing: Promise<void> | undefined

  private constructor(folder: string, handle: FileHandle, name: string | null) {
    this.#folder = folder
    this.#handle = handle
    this.name = name
  }

  /** An empty one, in a folder that only this user can enter. */
  static async make(name: string | null): Promise<SpoolFile> {
    const folder = await mkdtemp(path.join(tmpdir(), 'qqkit-media-'))
    try {
      return new SpoolFile(folder, await open(path.join(folder, randomUUID()), 'wx+', 0o600), name)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  async append(bytes: Uint8Array): Promise<void> {
    let written = 0
    while (written < bytes.byteLength) {
      const left = bytes.byteLength - written
      const { bytesWritten } = await this.#handle.write(bytes, written, left, this.size + written)
      written += bytesWritten
    }
    this.size += written
  }

  async read(from: number, length: number): Promise<Uint8Array> {
    const bytes = await readFully(this.#handle, from, length)
    if (bytes) return bytes
    throw new MediaError({ code: 'media_changed', path: 'source', hint: 'its temporary copy was cut off' })
  }

  // Nobody else knows the file.
  async verify(): Promise<void> {}

  close(): Promise<void> {
    this.#closing ??= this.#remove()
    return this.#closing
  }

  async #remove(): Promise<void> {
    try {
      await this.#handle.close()
    } finally {
      await rm(this.#folder, { recursive: true, force: true })
    }
  }
}
