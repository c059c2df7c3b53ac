import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { abortable } from '@qqkit/core/internal'

import { checkSize, type Content, memoryContent } from './content.js'
import { MediaError } from './error.js'
import { readFully } from './file-content.js'

/** A temporary file that is written once, then read, and deleted on close. */
class SpoolFile implements Content {
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

  /** Creates an empty file in a folder that only this user can enter. */
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
    throw new MediaError({ code: 'media_changed', path: 'source', hint: 'its temporary copy is truncated' })
  }

  // Only this process knows the file.
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

/** Options of {@link spool}. */
export interface SpoolOptions {
  readonly name: string | null
  /** Path of the stream in the caller's options. */
  readonly path: string
  /** Announced size in bytes; `null` if unknown. */
  readonly size: number | null
  /** Largest size in bytes that is kept in memory; longer streams go to a temporary file. */
  readonly inMemory: number
  /** Largest accepted size in bytes. */
  readonly limit: number
  readonly signal: AbortSignal
}

const bytesOf = (chunk: unknown, at: string): Uint8Array => {
  if (chunk instanceof Uint8Array) return chunk
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk)
  throw new MediaError({ code: 'media_stream', path: at, hint: `yielded ${typeof chunk} instead of bytes` })
}

/** The chunks of a stream; ends at once on abort, even if the stream does not. */
async function* chunksOf(
  stream: AsyncIterable<unknown>,
  { path: at, signal }: SpoolOptions,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]()
  let over = false
  try {
    for (;;) {
      let next: IteratorResult<unknown>
      try {
        next = await abortable(Promise.resolve(iterator.next()), signal)
      } catch (cause) {
        signal.throwIfAborted()
        over = true
        if (MediaError.is(cause)) throw cause
        throw new MediaError({ code: 'media_stream', path: at, hint: 'failed before its end', cause })
      }
      if (next.done === true) {
        over = true
        return
      }
      yield bytesOf(next.value, at)
    }
  } finally {
    // Closed without waiting, because a stream may hang.
    if (!over) void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

const spoolFault = (at: string, cause: unknown): MediaError =>
  new MediaError({
    code: 'media_unreadable',
    path: at,
    hint: 'its temporary copy could not be written',
    cause,
  })

const sizeMismatch = (at: string, taken: number, size: number): MediaError =>
  new MediaError({
    code: 'media_stream',
    path: at,
    hint: `yielded ${taken} bytes or more, but ${size} were announced`,
  })

const toFile = async (
  start: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
  take: (bytes: Uint8Array) => void,
  { name, path: at }: SpoolOptions,
): Promise<Content> => {
  const file = await SpoolFile.make(name).catch((error: unknown) => {
    throw spoolFault(at, error)
  })
  const append = async (bytes: Uint8Array): Promise<void> => {
    await file.append(bytes).catch((error: unknown) => {
      throw spoolFault(at, error)
    })
  }
  try {
    for (const bytes of start) await append(bytes)
    for await (const bytes of rest) {
      take(bytes)
      await append(bytes)
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Reads a stream to its end: into memory if it is short, otherwise into a temporary file.
 *
 * @throws MediaError `media_stream`, `media_empty`, `media_too_large`, `media_unreadable`; `signal.reason` on abort
 */
export const spool = async (stream: AsyncIterable<unknown>, options: SpoolOptions): Promise<Content> => {
  const { path: at, size, limit, inMemory, name } = options
  if (size !== null) checkSize(at, size, limit)
  let taken = 0
  const take = (bytes: Uint8Array): void => {
    taken += bytes.byteLength
    if (size !== null && taken > size) throw sizeMismatch(at, taken, size)
    if (taken > limit) checkSize(at, taken, limit)
  }
  const whole = (content: Content): Content => {
    checkSize(at, taken, limit)
    if (size !== null && taken !== size) throw sizeMismatch(at, taken, size)
    return content
  }
  const chunks = chunksOf(stream, options)
  const start: Uint8Array[] = []
  try {
    for (;;) {
      const { done, value } = await chunks.next()
      if (done === true) return whole(memoryContent(Buffer.concat(start), name))
      take(value)
      start.push(value)
      if (taken > inMemory) break
    }
    const file = await toFile(start, chunks, take, options)
    try {
      return whole(file)
    } catch (error) {
      await file.close()
      throw error
    }
  } finally {
    await chunks.return(undefined)
  }
}
