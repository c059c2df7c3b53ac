import { createHash, type Hash } from 'node:crypto'

import type { MessagesWorld } from '../messages/state.js'
import type { Scene } from '../rules/scene.js'

/** Bytes at the start of a file that `md5_10m` covers (§5.5). */
const HEAD = 10_002_432

/**
 * Hashes of a file in hex, as a preparation announces them
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface FileHashes {
  readonly md5: string
  readonly sha1: string
  readonly md5_10m: string
}

/** A file that is hashed part by part. */
export interface WholeFile {
  readonly md5: Hash
  readonly sha1: Hash
  head: string | null
  /** Bytes hashed so far. */
  size: number
  /** Number of parts that were hashed, from the first one on. */
  parts: number
}

/** A file without its first part. */
export const emptyFile = (): WholeFile => ({
  md5: createHash('md5'),
  sha1: createHash('sha1'),
  head: null,
  size: 0,
  parts: 0,
})

/** Adds the next bytes. */
export const appendPart = (file: WholeFile, bytes: Uint8Array): void => {
  const left = HEAD - file.size
  if (left > 0 && bytes.length > left)
    file.head = file.md5.copy().update(bytes.subarray(0, left)).digest('hex')
  file.md5.update(bytes)
  file.sha1.update(bytes)
  file.size += bytes.length
  file.parts += 1
}

/** The hashes of all parts so far. */
export const hashesOf = (file: WholeFile): FileHashes => {
  const md5 = file.md5.copy().digest('hex')
  return { md5, sha1: file.sha1.copy().digest('hex'), md5_10m: file.head ?? md5 }
}

/**
 * An upload, whole or in parts
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface Upload {
  readonly id: string
  readonly bot: string
  readonly scene: Scene
  readonly fileType: number
  readonly size: number
  readonly blockSize: number
  /** Signature of the addresses that take the parts. */
  readonly sign: string
  readonly parts: Map<number, UploadPart>
  /** The hashes that the preparation announced. */
  readonly announced: FileHashes
  readonly whole: WholeFile
  /** `file_name` of the preparation. */
  readonly name: string
  /** The bytes of the finished parts, unless the file is too large to be kept. */
  readonly kept: Uint8Array[]
}

/** A part of an upload. `bytes`: the latest bytes that are not hashed yet. */
export interface UploadPart {
  readonly expected: number
  bytes: Uint8Array | null
  md5: string
  finished: boolean
}

/** The part of the world with incomplete uploads. */
export interface MediaWorld extends MessagesWorld {
  readonly uploads: Map<string, Upload>
}
