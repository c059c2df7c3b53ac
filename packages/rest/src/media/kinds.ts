import type { FileType, Scene } from '@qqkit/protocol'

/** Scenes that files are uploaded to; guild scenes take images with the message itself (§5.5, §5.10). */
export type MediaScene = Extract<Scene, 'c2c' | 'group'>

/** What a file is shown as. */
export type MediaType = 'image' | 'video' | 'voice' | 'file'

/** The `file_type` of the wire (§5.5). */
export const fileTypes: Readonly<Record<MediaType, FileType>> = Object.freeze({
  image: 1,
  video: 2,
  voice: 3,
  file: 4,
})
