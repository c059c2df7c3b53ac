import type { Clock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

import { RestError } from '../../errors/rest-error.js'
import { MediaError } from '../error.js'
import type { PartedUpload } from './multipart.js'

/** ms that an upload can be gone on with; presigned addresses do not live for ever. */
const LIFE = 600_000
/** Uploads that are kept at once. */
const MOST = 100

/** Whether the same upload can be gone on with after this, or is dead. */
export const isResumable = (error: unknown): boolean => {
  if (MediaError.is(error)) return false
  return !RestError.is(error) || (error.situation !== 'refused' && error.situation !== 'quota')
}

/**
 * Uploads in parts that did not come to their end. The next upload of the same content goes on with one. Kept in memory
 * only: the addresses of the parts are secrets.
 */
export class ResumableUploads {
  readonly #uploads: BoundedMap<PartedUpload>

  constructor(clock: Clock) {
    this.#uploads = new BoundedMap({ limit: MOST, maxAge: LIFE, now: () => clock.now() })
  }

  /** Keeps one under the key of its content. */
  keep(key: string, upload: PartedUpload): void {
    this.#uploads.set(key, upload)
  }

  /** Gives one back, once. */
  take(key: string): PartedUpload | null {
    const upload = this.#uploads.peek(key)
    this.#uploads.delete(key)
    return upload ?? null
  }
}
