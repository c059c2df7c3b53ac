import type { MediaType } from '../kinds.js'
import type { MediaSource } from '../source/media-source.js'

/** A file that goes with a message: uploaded where the scene wants that, else sent along. */
export interface OutgoingFile<T extends MediaType = MediaType> {
  readonly type: T
  readonly source: MediaSource
}
