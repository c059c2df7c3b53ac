import type { EmptyAnswer } from './empty-answer.js'

/**
 * Kinds of media: the `file_type`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export const FileType = { Image: 1, Video: 2, Voice: 3, File: 4 } as const
/** A kind of media. */
export type FileType = (typeof FileType)[keyof typeof FileType]

/**
 * `POST …/files`: one of `url`, `file_data` and `upload_id`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UploadRequest {
  /** One client leaves it out when it finishes a chunked upload. */
  readonly file_type?: FileType
  /** http(s); the platform downloads it. */
  readonly url?: string
  /**
   * Base64. CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}: not
   * in the docs, used by every client.
   */
  readonly file_data?: string
  /** Finishes a chunked upload. */
  readonly upload_id?: string
  /** `true` sends at once and spends proactive quota; send `false` explicitly. */
  readonly srv_send_msg?: boolean
  /** Wanted for type 4. */
  readonly file_name?: string
  /** One official SDK only. */
  readonly event_id?: string
  /** One official SDK only. */
  readonly content?: string
  /** One official SDK only. */
  readonly msg_seq?: number
}

/**
 * The answer to an upload, which can be used for several sends in the same scene
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UploadAnswer {
  readonly file_uuid: string
  /** Opaque. */
  readonly file_info: string
  /** Seconds; 0: long-lived. */
  readonly ttl: number
  /** Only with `srv_send_msg`. */
  readonly id?: string
  /** Only after a chunked upload of types 1 to 3. */
  readonly raw_url?: string
}

/**
 * `POST …/upload_prepare`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}). Hashes in hex.
 */
export interface UploadPrepareRequest {
  readonly file_type: FileType
  readonly file_name: string
  /**
   * Bytes, as text: a number is refused with 850012
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  readonly file_size: string
  readonly md5: string
  readonly sha1: string
  /** Of the first 10002432 bytes. */
  readonly md5_10m: string
}

/**
 * How parts are to be sent
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UploadConfig {
  readonly concurrency?: number
  /** Seconds. */
  readonly retry_timeout?: number
  /** Seconds. */
  readonly retry_delay?: number
}

/** One part to put ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}). */
export interface UploadPart {
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}: counts from
   * 0 or from 1.
   */
  readonly index: number
  /** Put the bytes here, without an `Authorization` header. */
  readonly presigned_url: string
  readonly block_size?: string | number
}

/**
 * The answer to the preparation of an upload. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}: the configuration
 * is separate or at the top level.
 */
export interface UploadPrepareAnswer extends UploadConfig {
  readonly upload_id: string
  readonly block_size: string | number
  readonly parts: readonly UploadPart[]
  readonly upload_config?: UploadConfig
}

/**
 * `POST …/upload_part_finish`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UploadPartFinishRequest {
  readonly upload_id: string
  readonly part_index: number
  /** The actual size in bytes. */
  readonly block_size: string | number
  readonly md5: string
}

/** Uploading media ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}). */
export interface MediaEndpoints {
  'POST /v2/users/{user_openid}/files': { body: UploadRequest; response: UploadAnswer }
  'POST /v2/groups/{group_openid}/files': { body: UploadRequest; response: UploadAnswer }
  'POST /v2/users/{user_openid}/upload_prepare': { body: UploadPrepareRequest; response: UploadPrepareAnswer }
  'POST /v2/groups/{group_openid}/upload_prepare': {
    body: UploadPrepareRequest
    response: UploadPrepareAnswer
  }
  'POST /v2/users/{user_openid}/upload_part_finish': { body: UploadPartFinishRequest; response: EmptyAnswer }
  'POST /v2/groups/{group_openid}/upload_part_finish': {
    body: UploadPartFinishRequest
    response: EmptyAnswer
  }
}
