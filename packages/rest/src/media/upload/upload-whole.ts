import { fileTypes, type MediaType } from '../kinds.js'
import type { Content } from '../source/content.js'
import { attemptTime, platformAttempt } from './terms.js'
import type { UploadCalls } from './upload-calls.js'
import type { UploadOutcome } from './upload-in-parts.js'

/** Named where the name is shown (§5.5). */
const named = (type: MediaType, name: string): { readonly file_name?: string } =>
  type === 'file' ? { file_name: name } : {}

/** Lets the platform download an address (§5.5). */
export const uploadUrl = (
  calls: UploadCalls,
  { url, type, name }: { readonly url: URL; readonly type: MediaType; readonly name: string },
): Promise<UploadOutcome> =>
  calls.files({ file_type: fileTypes[type], url: url.href, ...named(type, name) }, platformAttempt)

/** Uploads a small file in one call, as base64. CONFLICT §5.5: not in the docs, used by every client. */
export const uploadBytes = async (
  calls: UploadCalls,
  { content, type, name }: { readonly content: Content; readonly type: MediaType; readonly name: string },
): Promise<UploadOutcome> => {
  const bytes = await content.read(0, content.size)
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return calls.wholeFile(
    { file_type: fileTypes[type], file_data: data, ...named(type, name) },
    attemptTime(data.length),
  )
}
