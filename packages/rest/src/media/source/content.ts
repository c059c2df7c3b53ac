import { uploadHardBytes } from '@qqkit/protocol'

import { headBytes } from '../detect/detect-format.js'
import { MediaError } from '../media-error.js'

/** Content that can be read any number of times, piece by piece. */
export interface Content {
  readonly size: number
  readonly name: string | null
  /**
   * Exactly `length` bytes.
   *
   * @throws MediaError when there are fewer by now, or when they cannot be read
   */
  read(from: number, length: number): Promise<Uint8Array>
  /** @throws MediaError when the content is not what it was at first */
  verify(): Promise<void>
  /** Lets go of file and handle. Harmless when repeated. */
  close(): Promise<void>
}

/** Bytes of a piece that is read, hashed or sent at once. */
const PIECE = 128 * 1024

/** A range of the content in pieces, each read when it is asked for. */
export async function* piecesOf(
  content: Content,
  from: number = 0,
  length: number = content.size,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += PIECE)
    yield await content.read(from + done, Math.min(PIECE, length - done))
}

/** What content begins with, for telling its format. */
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

/** Bytes that are in memory anyway. */
export const memoryContent = (data: Uint8Array, name: string | null): Content => ({
  size: data.byteLength,
  name,
  read: async (from, length) => data.subarray(from, from + length),
  verify: async () => {},
  close: async () => {},
})
