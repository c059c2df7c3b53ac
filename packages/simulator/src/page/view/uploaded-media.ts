import type { CallEntry } from '../../core/kernel/log-entry.js'
import { fieldsOf, parsed, textOf } from './wire-objects.js'

/** A file that the bot uploaded, as the log shows it. */
export interface UploadedMedia {
  readonly fileInfo: string
  /** Address of an image; `null` for other files and for images that the log has cut. */
  readonly image: string | null
  readonly kind: string
}

/** `file_type` (§5.5). */
const fileKinds: Readonly<Record<string, string>> = { 1: 'image', 2: 'video', 3: 'voice', 4: 'file' }

/** First characters of base64 by kind of image. */
const imageSignatures = [
  ['iVBORw0KGgo', 'png'],
  ['/9j/', 'jpeg'],
  ['R0lGOD', 'gif'],
  ['UklGR', 'webp'],
] as const

const imageOf = (request: Readonly<Record<string, unknown>>): string | null => {
  const url = textOf(request['url'])
  if (url) return url
  const data = textOf(request['file_data'])
  const kind = imageSignatures.find(([start]) => data.startsWith(start))?.[1]
  return kind === undefined ? null : `data:image/${kind};base64,${data}`
}

/** The file of a successful upload (§5.5); a later send names it by `file_info`. */
export const uploadedMedia = (entry: CallEntry): UploadedMedia | null => {
  if (!entry.route.endsWith('.files')) return null
  const fileInfo = textOf(fieldsOf(parsed(entry.response))['file_info'])
  if (fileInfo === '') return null
  const request = fieldsOf(parsed(entry.request))
  const kind = fileKinds[textOf(request['file_type'])] ?? 'file'
  return { fileInfo, kind, image: kind === 'image' ? imageOf(request) : null }
}
