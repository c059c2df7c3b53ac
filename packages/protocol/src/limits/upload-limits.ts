/**
 * The limits of one kind of file
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UploadLimit {
  /** The `file_type` of the wire. */
  readonly fileType: 1 | 2 | 3 | 4
  /** Bytes; a larger file is shown as a plain file. */
  readonly softBytes: number
  /** File name extensions; empty: any. */
  readonly formats: readonly string[]
}

/**
 * The upload limits by kind of file. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}. CONFLICT: the overview lists
 * more formats than the table of fields; this table has all of them.
 */
export const uploadLimits: Readonly<Record<'image' | 'video' | 'voice' | 'file', UploadLimit>> = {
  image: {
    fileType: 1,
    softBytes: 20_971_520,
    formats: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp'],
  },
  video: { fileType: 2, softBytes: 31_457_280, formats: ['mp4'] },
  voice: { fileType: 3, softBytes: 20_971_520, formats: ['silk', 'mp3', 'wav', 'ogg'] },
  file: { fileType: 4, softBytes: 209_715_200, formats: [] },
}

/**
 * The size limit of all files in bytes: code 850031
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export const uploadHardBytes = 209_715_200

/**
 * How many bytes at the start of a file `md5_10m` covers; the whole file if shorter
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}). CONFLICT: one client
 * hashes 10 MiB.
 */
export const md5HeadBytes = 10_002_432

/**
 * The size of a part in bytes if the answer has none; the text of the docs says 5 MB, their example this
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export const defaultBlockBytes = 10_485_760

/**
 * How many milliseconds a client repeats after 40093001 at most
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export const partRetryCapMs = 600_000
