import { isObject } from '../http/read-answer.js'
import type { RestStep } from '../pipeline/step.js'
import type { MediaScene, MediaType } from './kinds.js'
import { MediaError } from './media-error.js'

declare const scene: unique symbol

/**
 * Names an uploaded file in a message. To the compiler, one that was uploaded to a user is not one that was uploaded to
 * a group: the platform takes neither for the other
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}). A plain text fits
 * both.
 */
export type FileInfo<S extends MediaScene = MediaScene> = string & { readonly [scene]?: S }

/** An uploaded file, to be sent any number of times in its scene. */
export interface Media<S extends MediaScene = MediaScene> {
  /** The only scene it can be sent in. */
  readonly scene: S
  readonly type: MediaType
  /** For `media: { file_info }` of a message. */
  readonly fileInfo: FileInfo<S>
  readonly fileUuid: string
  /** Seconds that it can be sent, from the upload; 0: for good. */
  readonly ttl: number
  /** The same as wall time in ms; `null`: for good. */
  readonly expiresAt: number | null
  /** Where the file can be seen; `null` where the platform does not say. */
  readonly rawUrl: string | null
  /** It had been uploaded before: nothing was sent. */
  readonly cached: boolean
  /** Retries and fallbacks of the upload, in order. */
  readonly steps: readonly RestStep[]
}

/** What the platform says about an uploaded file. */
export interface MediaFacts extends Pick<Media, 'fileUuid' | 'ttl' | 'expiresAt' | 'rawUrl'> {
  readonly fileInfo: string
}

const SECOND = 1000

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const seconds = (value: unknown): number => {
  const ttl = typeof value === 'string' && value !== '' ? Number(value) : value
  // Without a readable lifetime none is assumed: it is not remembered.
  return typeof ttl === 'number' && Number.isFinite(ttl) && ttl >= 0 ? ttl : Number.NaN
}

/**
 * Reads the answer to an upload (§5.5).
 *
 * @param wall wall time in ms when it was asked for
 * @throws MediaError `media_answer`
 */
export const readMedia = (body: unknown, wall: number): MediaFacts => {
  const fields = isObject(body) ? body : {}
  const fileInfo = text(fields['file_info'])
  if (fileInfo === '')
    throw new MediaError({ code: 'media_answer', path: 'file_info', hint: 'is missing in the answer' })
  const ttl = seconds(fields['ttl'])
  const known = Number.isNaN(ttl) ? 0 : ttl
  const rawUrl = text(fields['raw_url'])
  return {
    fileInfo,
    fileUuid: text(fields['file_uuid']),
    ttl: known,
    expiresAt: Number.isNaN(ttl) ? wall : ttl === 0 ? null : wall + ttl * SECOND,
    rawUrl: rawUrl === '' ? null : rawUrl,
  }
}
