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
