import { randomUUID } from 'node:crypto'

import { jsonText } from '../../http/json-text.js'
import { StreamBody } from '../../http/stream-body.js'
import { wholeText } from '../../text/whole-text.js'
import { piecesOf } from '../source/content.js'
import type { Picture } from './attachments.js'

const LINE = '\r\n'

/** Object and array fields are JSON texts in a form (§2.2). */
const fieldText = (value: unknown): string =>
  typeof value === 'string' ? wholeText(value) : (jsonText(value) ?? '')

/** The body of a guild message with an image: a form that is read from the disk while it leaves (§5.10). */
export const formBody = (fields: object, { content, name, mime }: Picture): StreamBody => {
  const boundary = `qqkit-${randomUUID()}`
  const part = (disposition: string, type: string, value: string): string =>
    `--${boundary}${LINE}Content-Disposition: form-data; ${disposition}${LINE}${type}${LINE}${value}`
  const texts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => part(`name="${key}"`, '', `${fieldText(value)}${LINE}`))
  const file = part(`name="file_image"; filename="${name}"`, `Content-Type: ${mime}${LINE}`, '')
  const head = Buffer.from(texts.join('') + file)
  const tail = Buffer.from(`${LINE}--${boundary}--${LINE}`)
  const length = head.byteLength + content.size + tail.byteLength
  return new StreamBody(`multipart/form-data; boundary=${boundary}`, length, async function* () {
    yield head
    yield* piecesOf(content)
    yield tail
  })
}
