import { createHash } from 'node:crypto'

import { abortable } from '@qqkit/core/internal'
import { md5HeadBytes, uploadHardBytes } from '@qqkit/protocol'

import { headBytes } from './detect.js'
import { MediaError } from './error.js'

/** Content that can be read repeatedly, piece by piece. */
export interface Content {
  readonly size: number
  readonly name: string | null
  /**
   * Exactly `length` bytes.
   *
   * @throws MediaError when the content is shorter now, or cannot be read
   */
  read(from: number, length: number): Promise<Uint8Array>
  /** @throws MediaError when the content has changed */
  verify(): Promise<void>
  /** Closes the file. May be called repeatedly. */
  close(): Promise<void>
}

/** Size of a piece that is read, hashed or sent at once, in bytes. */
const PIECE = 128 * 1024

/** A range of the content in pieces, each read on demand. */
export async function* piecesOf(
  content: Content,
  from: number = 0,
  length: number = content.size,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += PIECE)
    yield await content.read(from + done, Math.min(PIECE, length - done))
}

/** The first bytes of content, for detecting its format. */
export const headOf = (content: Content): Promise<Uint8Array> =>
  content.read(0, Math.min(headBytes, content.size))

/**
 * Checks a size, as soon as it is known.
 *
 * @throws MediaError `media_empty`, `media_too_large`
 */
export const checkSize = (path: string, size: number, limit: number = uploadHardBytes): void => {
  if (size === 0) throw new MediaError({ code: 'media_empty', path, hint: 'is empty' })
  if (size > limit)
    throw new MediaError({
      code: 'media_too_large',
      path,
      hint: `has ${size} bytes, ${limit} are allowed`,
      limit,
    })
}

/** Content in memory. */
export const memoryContent = (data: Uint8Array, name: string | null): Content => ({
  size: data.byteLength,
  name,
  read: async (from, length) => data.subarray(from, from + length),
  verify: async () => {},
  close: async () => {},
})

/** Hashes of content, in hex (§5.5). */
export interface Digest {
  readonly md5: string
  readonly sha1: string
  /** MD5 of the first 10 002 432 bytes, or of all of a shorter file. */
  readonly md5Head: string
}

/**
 * Hashes content piece by piece.
 *
 * @throws MediaError when the content cannot be read or changes; `signal.reason` on abort
 */
export const digestOf = async (content: Content, signal: AbortSignal): Promise<Digest> => {
  const md5 = createHash('md5')
  const sha1 = createHash('sha1')
  let head: string | null = null
  let left = md5HeadBytes
  const pieces = piecesOf(content)
  for (;;) {
    const { done, value: piece } = await abortable(pieces.next(), signal)
    if (done === true) break
    if (head === null && piece.byteLength > left)
      head = md5.copy().update(piece.subarray(0, left)).digest('hex')
    left -= piece.byteLength
    md5.update(piece)
    sha1.update(piece)
  }
  await abortable(content.verify(), signal)
  const whole = md5.digest('hex')
  return { md5: whole, sha1: sha1.digest('hex'), md5Head: head ?? whole }
}
