import type { Scene } from '../scene.js'
import type { FileHashes, WholeFile } from './whole-file.js'

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
  /** What the preparation said the hashes would be. */
  readonly announced: FileHashes
  readonly whole: WholeFile
}

/** A part of an upload. `bytes` are those that were put last and are not hashed yet. */
export interface UploadPart {
  readonly expected: number
  bytes: Uint8Array | null
  md5: string
  finished: boolean
}

/**
 * A stored file that can be sent
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface StoredFile {
  readonly fileInfo: string
  readonly bot: string
  readonly scene: Scene
  readonly fileType: number
  readonly expiresAt: number
}
