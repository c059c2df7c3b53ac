import type { FileInfo } from '../media.js'
import type { MediaScene } from '../kinds.js'

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
