import type { FileType, Scene } from '@qqkit/protocol'

import { unwrapped } from '../answers/read-answer.js'
import type { RestStep } from '../types/call.js'
import { MediaError } from './error.js'

/**
 * Scenes to which files are uploaded; guild scenes take images with the message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export type MediaScene = Extract<Scene, 'c2c' | 'group'>

/** How a file is displayed. */
export type MediaType = 'image' | 'video' | 'voice' | 'file'

/**
 * The `file_type` of the wire
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export const fileTypes: Readonly<Record<MediaType, FileType>> = Object.freeze({
  image: 1,
  video: 2,
  voice: 3,
  file: 4,
})

/**
 * An address that the platform downloads
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UrlSource {
  /** An http or https address, without user name and password. */
  readonly url: string | URL
  /** Whether the bot downloads the address and uploads the bytes, instead of the platform. Default `false`. */
  readonly download?: boolean
  /** Whether the content never changes, so that equal addresses are uploaded once. Default `false`. */
  readonly immutable?: boolean
  readonly name?: string
}

/** Bytes in memory. They must not change until the upload has ended. */
export interface DataSource {
  readonly data: Uint8Array | ArrayBuffer
  readonly name?: string
}

/** A file on the disk of this machine, read piece by piece. */
export interface PathSource {
  readonly path: string | URL
  /** Default: the last segment of the path. */
  readonly name?: string
}

/** A stream of bytes: a Node stream, the body of a `fetch`, an async generator. It is read once, to its end. */
export interface StreamSource {
  readonly stream: AsyncIterable<Uint8Array>
  /** Expected number of bytes; a different number is an error. */
  readonly size?: number
  readonly name?: string
}

/** Source of a file. A string or `URL` is an address, bytes are the content. */
export type MediaSource =
  | UrlSource
  | DataSource
  | PathSource
  | StreamSource
  | string
  | URL
  | Uint8Array
  | ArrayBuffer

declare const scene: unique symbol

/**
 * Id of an uploaded file in a message. The type tells files uploaded to users and to groups apart, since the platform
 * accepts neither in the other scene
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}). A plain string fits both.
 */
export type FileInfo<S extends MediaScene = MediaScene> = string & { readonly [scene]?: S }

/** An uploaded file, which can be sent repeatedly in its scene. */
export interface Media<S extends MediaScene = MediaScene> {
  /** The only scene in which it can be sent. */
  readonly scene: S
  readonly type: MediaType
  /** For `media: { file_info }` of a message. */
  readonly fileInfo: FileInfo<S>
  readonly fileUuid: string
  /** Lifetime in seconds from the upload; 0: unlimited. */
  readonly ttl: number
  /** End of the lifetime as wall time in ms; `null`: unlimited. */
  readonly expiresAt: number | null
  /** Address of the file; `null` if the platform does not name one. */
  readonly rawUrl: string | null
  /** Whether it was uploaded before, so that nothing was sent. */
  readonly cached: boolean
  /** Retries and fallbacks of the upload, in order. */
  readonly steps: readonly RestStep[]
}

/** The platform's data about an uploaded file. */
export interface MediaFacts extends Pick<Media, 'fileUuid' | 'ttl' | 'expiresAt' | 'rawUrl'> {
  readonly fileInfo: string
}

const SECOND = 1000

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const seconds = (value: unknown): number => {
  const ttl = typeof value === 'string' && value !== '' ? Number(value) : value
  // A file without a readable lifetime is not cached.
  return typeof ttl === 'number' && Number.isFinite(ttl) && ttl >= 0 ? ttl : Number.NaN
}

/**
 * Reads the answer to an upload (§5.5).
 *
 * @param wall wall time of the request in ms
 * @throws MediaError `media_answer`
 */
export const readMedia = (body: unknown, wall: number): MediaFacts => {
  const fields = unwrapped(body, 'file_info')
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

/** A file of a message: uploaded first, or sent with the message, depending on the scene. */
export interface MessageFile<T extends MediaType = MediaType> {
  readonly type: T
  readonly source: MediaSource
}

/** Key of the scene in a media reference. Shared by all copies of the package; never sent. */
const mark = Symbol.for('qqkit.media.scene')

/**
 * Reference to an uploaded file in a message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface MediaReferenceOf<S extends MediaScene> {
  readonly file_info: FileInfo<S>
}

/** A reference with its scene, so that a wrong scene is found before sending. */
export const markedReference = <S extends MediaScene>(fileInfo: FileInfo<S>, scene: S): MediaReferenceOf<S> =>
  Object.defineProperty({ file_info: fileInfo }, mark, { value: scene })

/** The scene of a reference; `undefined` if unknown. */
export const sceneOfReference = (reference: object): MediaScene | undefined =>
  Reflect.get(reference, mark) as MediaScene | undefined
