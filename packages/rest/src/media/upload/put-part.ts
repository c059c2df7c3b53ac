import { createHash } from 'node:crypto'

import { StreamBody } from '../../http/stream-body.js'
import type { RestStep } from '../../pipeline/step.js'
import { piecesOf, type Content } from '../source/content.js'
import type { Storage } from './storage.js'
import type { PlannedPart } from './plan.js'
import type { CallTerms } from './upload-calls.js'

/** What is put, and where it is told. */
export interface PutInit {
  readonly storage: Storage
  readonly content: Content
  readonly part: PlannedPart
  readonly terms: CallTerms
  /** Hears how many bytes of the part have left. */
  readonly sent: (bytes: number) => void
}

/** What was put. */
export interface PutPart {
  /** Of the bytes that left, in hex. */
  readonly md5: string
  readonly steps: readonly RestStep[]
}

/**
 * Puts the bytes of one part, read anew for each attempt.
 *
 * @throws RestError; MediaError when the content cannot be read or has changed
 */
export const putPart = async ({ storage, content, part, terms, sent }: PutInit): Promise<PutPart> => {
  let md5 = createHash('md5')
  const body = new StreamBody(null, part.length, async function* () {
    const own = createHash('md5')
    md5 = own
    let bytes = 0
    sent(bytes)
    for await (const piece of piecesOf(content, part.from, part.length)) {
      // An attempt that was given up may still be reading when the next one has begun.
      if (md5 !== own) return
      own.update(piece)
      yield piece
      bytes += piece.byteLength
      sent(bytes)
    }
  })
  const { steps } = await storage.put(part.url, body, terms)
  await content.verify()
  return { md5: md5.digest('hex'), steps }
}
