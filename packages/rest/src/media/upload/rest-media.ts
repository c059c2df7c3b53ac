import type { Clock } from '@qqkit/core'

import { callOptions, checkCallOptions, checkTimeout } from '../../checks/call-options.js'
import { checkId } from '../../http/route-path.js'
import type { Client } from '../../pipeline/client.js'
import type { Target } from '../../types/target.js'
import { MediaError } from '../error.js'
import { fileTypes, type Media, type MediaScene, type MediaSource, type MediaType } from '../media.js'
import { readSource } from '../source.js'
import { type ProgressListener, type ProgressTracker, startUpload, type Uploading } from './progress.js'
import { UploadDeadline } from './upload-deadline.js'
import type { Uploader } from './uploader.js'

/** Options of `rest.media.upload()`. */
export interface UploadOptions {
  /** How the file is displayed. Default: by its content; for an address, by its file extension. */
  readonly type?: MediaType
  /** Called at every percent. Its errors are ignored. */
  readonly onProgress?: ProgressListener
  /** Upload the file even if the same content is cached. Default `false`. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
  /**
   * Time for everything in ms. Default: opening, plus a minute, plus the size at 50 kB/s; in parts also the ten minutes
   * that the platform may ask to wait.
   */
  readonly timeout?: number
}

/** Dependencies of {@link RestMedia}. */
export interface RestMediaDeps {
  readonly client: Client
  readonly clock: Clock
  readonly uploader: Uploader
  /** Whether the bot downloads what the platform cannot. */
  readonly fallback: boolean
  /** Aborts when the client closes. */
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
    hint: 'files can be uploaded in c2c and group only',
  })
}

/**
 * Uploads files for messages
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export class RestMedia {
  readonly #deps: RestMediaDeps

  constructor(deps: RestMediaDeps) {
    this.#deps = deps
  }

  /**
   * Uploads a file to a user or group. Content that was uploaded there before is not uploaded again while the platform
   * keeps it. An interrupted upload in parts resumes when the same content is uploaded again.
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
      this.#deps.client.track(() => this.#upload(target, source, options, progress)),
    )
  }

  async #upload<S extends MediaScene>(
    target: Target<S>,
    source: MediaSource,
    options: UploadOptions,
    progress: ProgressTracker,
  ): Promise<Media<S>> {
    const { clock, closing, fallback, uploader } = this.#deps
    const scene = checkScene(target)
    const id = checkId('target.id', target.id)
    checkCallOptions(options, callOptions.upload)
    const { type, fresh = false, signal, timeout } = options
    checkType(type)
    if (timeout !== undefined) checkTimeout(timeout, 1)
    const read = readSource(source)
    signal?.throwIfAborted()
    const deadline = new UploadDeadline({ clock, signal, closing, timeout })
    try {
      const job = { scene, id, source: read, type, fresh, deadline, progress }
      const uploaded = await (fallback ? uploader.uploadWithFallback(job) : uploader.upload(job))
      const { facts, cached, steps } = uploaded
      return { scene: target.scene, type: uploaded.type, ...facts, cached, steps }
    } finally {
      deadline.end()
    }
  }
}
