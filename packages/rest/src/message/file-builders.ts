import type { OutgoingFile } from '../media/attach/outgoing-file.js'
import { markedReference, type MediaReferenceOf } from '../media/attach/scene-mark.js'
import type { MediaScene, MediaType } from '../media/kinds.js'
import type { Media } from '../media/media.js'
import type { MediaSource } from '../media/source/media-source.js'
import { readSource } from '../media/source/read-source.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkPart } from './check-part.js'

/** A message with a file that was uploaded to one scene. */
export interface MediaPart<S extends MediaScene> {
  readonly media: MediaReferenceOf<S>
}

/** A message with a file that is brought to its scene when it is sent. */
export interface FilePart<T extends MediaType> {
  readonly file: OutgoingFile<T>
}

/** Makes the part of a message that carries one kind of file. */
export interface FileBuilder<T extends MediaType> {
  /**
   * A file that was uploaded to the same scene.
   *
   * @throws InvalidRequestError for one of another kind
   */
  <S extends MediaScene>(media: Media<S>): MediaPart<S>
  /**
   * An address, bytes, a file or a stream. A stream is read once: its message can be sent once.
   *
   * @throws MediaError for what is no source
   */
  (source: MediaSource): FilePart<T>
}

const isMedia = (given: object): given is Media => 'fileInfo' in given && 'scene' in given

const builder = <T extends MediaType>(type: T): FileBuilder<T> => {
  const build = (given: Media | MediaSource): MediaPart<MediaScene> | FilePart<T> => {
    if (typeof given === 'object' && given !== null && isMedia(given)) {
      if (given.type !== type)
        throw new InvalidRequestError({
          path: 'media',
          hint: `is of type ${given.type}: use ${given.type}(media)`,
        })
      return checkPart({ media: markedReference(given.fileInfo, given.scene) })
    }
    readSource(given)
    return { file: { type, source: given } }
  }
  return build as FileBuilder<T>
}

/** An image, in all four scenes. */
export const image: FileBuilder<'image'> = builder('image')

/** A video; C2C and group. */
export const video: FileBuilder<'video'> = builder('video')

/** A voice message; C2C and group. */
export const voice: FileBuilder<'voice'> = builder('voice')

/** A plain file; C2C and group. */
export const file: FileBuilder<'file'> = builder('file')
