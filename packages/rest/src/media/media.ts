import type { FileType, Scene } from '@qqkit/protocol'

import { isObject } from '../http/json.js'
import type { RestStep } from '../types/call.js'
import { MediaError } from './error.js'

/**
 * Scenes that files are uploaded to; guild scenes take images with the message itself
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export type MediaScene = Extract<Scene, 'c2c' | 'group'>

/** What a file is shown as. */
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
 * An address that the platform downloads from
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UrlSource {
  /** http(s), without user name and password. */
  readonly url: string | URL
  /** Download it here and upload the bytes, instead of leaving it to the platform. Default `false`. */
  readonly download?: boolean
  /** What stands behind it never changes: equal addresses are uploaded once. Default `false`. */
  readonly immutable?: boolean
  readonly name?: string
}

/** Bytes in memory. They must stay as they are until the upload is over. */
export interface DataSource {
  readonly data: Uint8Array | ArrayBuffer
  readonly name?: string
}

/** A file on the disk of this machine, read piece by piece. */
export interface PathSource {
  readonly path: string | URL
  /** Default: the last part of the path. */
  readonly name?: string
}

/** Bytes that come along: a Node stream, the body of a `fetch`, an async generator. Read once, to its end. */
export interface StreamSource {
  readonly stream: AsyncIterable<Uint8Array>
  /** Bytes; another amount is an error. */
  readonly size?: number
  readonly name?: string
}

/** Where a file comes from. A text or `URL` alone is an address, bytes alone are the content. */
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

/** A file that goes with a message: uploaded where the scene wants that, else sent along. */
export interface MessageFile<T extends MediaType = MediaType> {
  readonly type: T
  readonly source: MediaSource
}

/** Where a media reference says which scene it belongs to. Shared by all copies of the package; goes over no wire. */
const mark = Symbol.for('qqkit.media.scene')

/**
 * Names an uploaded file in a message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface MediaReferenceOf<S extends MediaScene> {
  readonly file_info: FileInfo<S>
}

/** A reference that remembers its scene, so that a wrong one is found before it is sent. */
export const markedReference = <S extends MediaScene>(fileInfo: FileInfo<S>, scene: S): MediaReferenceOf<S> =>
  Object.defineProperty({ file_info: fileInfo }, mark, { value: scene })

/** The scene that a reference belongs to; `undefined` where nobody knows. */
export const sceneOfReference = (reference: object): MediaScene | undefined =>
  Reflect.get(reference, mark) as MediaScene | undefined
