import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import path from 'node:path'

import { checkSize, type Content } from './content.js'
import { MediaError, type MediaFault } from './error.js'

/** Reads exactly `length` bytes of a file; `null` if there are fewer. */
export const readFully = async (
  handle: FileHandle,
  from: number,
  length: number,
): Promise<Uint8Array | null> => {
  // A new buffer each time, because it may be used until it has been sent.
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled)
    if (bytesRead === 0) return null
    filled += bytesRead
  }
  return bytes
}

const AT = 'source.path'

/** Meaning of system errors. */
const FAULTS: Readonly<Record<string, readonly [MediaFault, string]>> = {
  ENOENT: ['media_not_found', 'there is no such file'],
  ENOTDIR: ['media_not_found', 'there is no such file'],
  ENAMETOOLONG: ['media_not_found', 'its name is too long'],
  ELOOP: ['media_not_found', 'its symbolic links form a loop'],
  EISDIR: ['media_not_a_file', 'is a directory'],
  EACCES: ['media_unreadable', 'may not be read by this process'],
  EPERM: ['media_unreadable', 'may not be read by this process'],
}

const fault = (cause: unknown): MediaError => {
  const system: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  const [code, hint] = FAULTS[String(system)] ?? ['media_unreadable', `cannot be read (${String(system)})`]
  return new MediaError({ code, path: AT, hint, cause })
}

const checked = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    throw fault(error)
  }
}

const kindOf = (facts: BigIntStats): string => {
  if (facts.isDirectory()) return 'a directory'
  if (facts.isFIFO()) return 'a pipe'
  return facts.isSocket() ? 'a socket' : 'a device'
}

const checkKind = (facts: BigIntStats): void => {
  if (!facts.isFile())
    throw new MediaError({ code: 'media_not_a_file', path: AT, hint: `is ${kindOf(facts)}` })
}

const changed = (): MediaError =>
  new MediaError({ code: 'media_changed', path: AT, hint: 'changed while it was being read' })

/** An open file, whose content must not change until it is closed. */
class FileContent implements Content {
  readonly size: number
  readonly name: string
  readonly #handle: FileHandle
  readonly #facts: BigIntStats
  #closing: Promise<void> | undefined

  constructor(handle: FileHandle, facts: BigIntStats, name: string) {
    this.#handle = handle
    this.#facts = facts
    this.size = Number(facts.size)
    this.name = name
  }

  async read(from: number, length: number): Promise<Uint8Array> {
    const bytes = await checked(readFully(this.#handle, from, length))
    if (bytes) return bytes
    throw changed()
  }

  async verify(): Promise<void> {
    const { size, mtimeNs } = await checked(this.#handle.stat({ bigint: true }))
    if (size !== this.#facts.size || mtimeNs !== this.#facts.mtimeNs) throw changed()
  }

  close(): Promise<void> {
    this.#closing ??= this.#handle.close()
    return this.#closing
  }
}

/**
 * Opens a file for reading.
 *
 * @throws MediaError `media_not_found`, `media_not_a_file`, `media_unreadable`, `media_empty`, `media_too_large`
 */
export const openFile = async (file: string, name: string | null): Promise<Content> => {
  // Checked before opening, because opening a device can have effects.
  checkKind(await checked(stat(file, { bigint: true })))
  // Opened without blocking, because the path could have become a pipe without a writer meanwhile.
  const handle = await checked(open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)))
  try {
    const facts = await checked(handle.stat({ bigint: true }))
    checkKind(facts)
    checkSize(AT, Number(facts.size))
    return new FileContent(handle, facts, name ?? path.basename(file))
  } catch (error) {
    await handle.close()
    throw error
  }
}
