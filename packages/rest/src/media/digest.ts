import { createHash } from 'node:crypto'

import { abortable } from '@qqkit/core/internal'
import { md5HeadBytes } from '@qqkit/protocol'

import { piecesOf, type Content } from './source/content.js'

/** Hashes of content, in hex (§5.5). */
export interface Digest {
  readonly md5: string
  readonly sha1: string
  /** MD5 of the first 10 002 432 bytes, of everything when there is less. */
  readonly md5Head: string
}

/**
 * Hashes content piece by piece.
 *
 * @throws MediaError when it cannot be read or changes meanwhile; `signal.reason` on abort
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
