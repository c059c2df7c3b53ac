import type { Clock } from '@qqkit/core'

import { callOptions, checkCallOptions } from '../checks/check-call-options.js'
import { checkTimeout } from '../checks/check-timeout.js'
import { checkId } from '../http/route-path.js'
import type { Caller } from '../pipeline/caller.js'
import type { Target } from '../send/scenes.js'
import { fileTypes, type MediaScene, type MediaType } from './kinds.js'
import { MediaError } from './media-error.js'
import type { Media } from './media.js'
import type { MediaSource } from './source/media-source.js'
import { readSource } from './source/read-source.js'
import type { Progress, ProgressListener } from './upload/progress.js'
import { UploadTerms } from './upload/terms.js'
import { startUpload, type Uploading } from './upload/uploading.js'
import type { Uploader } from './upload/uploader.js'

/** What an upload takes besides target and source. */
export interface UploadOptions {
  /** What it is shown as. Default: what the content is; for an address, what its ending says. */
  readonly type?: MediaType
  /** Hears of every percent. What it throws is ignored. */
  readonly onProgress?: ProgressListener
  /** Upload it even if the same content is known to be there. Default `false`. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
  /**
   * ms for everything. Default: as long as opening takes, then a minute and what 50 kB/s need; in parts also the ten
   * minutes that the platform may ask to wait.
   */
  readonly timeout?: number
}

/** What {@link RestMedia} works with. */
export interface RestMediaParts {
  readonly caller: Caller
  readonly clock: Clock
  readonly uploader: Uploader
  /** Whether the bot downloads what the platform cannot. */
  readonly fallback: boolean
  /** Aborts with the client. */
  readonly closing: AbortSignal
}

/** Whether files are uploaded to a scene. */
const isMediaScene = (scene: unknown): scene is MediaScene => scene === 'c2c' || scene === 'group'

const checkType = (type: MediaType | undefined): void => {
  if (type === undefined || Object.hasOwn(fileTypes, type)) return
  throw new MediaError({
    code: 'media_type',
    path: 'type',
    hint: `is one of ${Object.keys(fileTypes).join(', ')}`,
  })
}

const checkScene = (target: Target | null | undefined): MediaScene => {
  const scene = target?.scene
  if (isMediaScene(scene)) return scene
  throw new MediaError({
    code: 'media_scene',
    path: 'target.scene',
    hint: 'files are uploaded in c2c and group',
  })
}

/**
 * Uploads files for messages
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export class RestMedia {
  readonly #parts: RestMediaParts

  constructor(parts: RestMediaParts) {
    this.#parts = parts
  }

  /**
   * Uploads a file to a user or group. Content that was uploaded there before is not uploaded again while the platform
   * keeps it. An upload in parts that was interrupted goes on where it stopped when the same content is uploaded again.
   *
   * @example
   * const cat = await rest.media.upload({ scene: 'c2c', id }, { path: 'cat.png' })
   * await rest.send({ scene: 'c2c', id }, image(cat))
   * @throws InvalidRequestError, MediaError, RestError; `signal.reason` on abort
   */
  upload<S extends MediaScene>(
    target: Target<S>,
    source: MediaSource,
    options: UploadOptions = {},
  ): Uploading<S> {
    return startUpload(options.onProgress, (progress) =>
      this.#parts.caller.track(() => this.#upload(target, source, options, progress)),
    )
  }

  async #upload<S extends MediaScene>(
    target: Target<S>,
    source: MediaSource,
    options: UploadOptions,
    progress: Progress,
  ): Promise<Media<S>> {
    const { clock, closing, fallback, uploader } = this.#parts
    const scene = checkScene(target)
    const id = checkId('target.id', target.id)
    checkCallOptions(options, callOptions.upload)
    const { type, fresh = false, signal, timeout } = options
    checkType(type)
    if (timeout !== undefined) checkTimeout(timeout, 1)
    const read = readSource(source)
    signal?.throwIfAborted()
    const terms = new UploadTerms({ clock, signal, closing, timeout })
    try {
      const job = { scene, id, source: read, type, fresh, terms, progress }
      const uploaded = await (fallback ? uploader.uploadSomehow(job) : uploader.upload(job))
      const { facts, cached, steps } = uploaded
      return { scene: target.scene, type: uploaded.type, ...facts, cached, steps }
    } finally {
      terms.end()
    }
  }
}
