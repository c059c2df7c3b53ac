import type { FileType, Scene } from '@qqkit/protocol'

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
