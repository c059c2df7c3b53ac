import type { Clock, LogSink } from '@qqkit/core'
import { Cancellation } from '@qqkit/core/internal'

import { GuardedCache } from './media/cache.js'
import { Downloader } from './media/download.js'
import { resolveMedia } from './media/options.js'
import { systemResolve } from './media/public-address.js'
import { RestMedia } from './media/upload/rest-media.js'
import { ObjectStorage } from './media/upload/storage.js'
import { Transfer } from './media/upload/transfer.js'
import { Uploader } from './media/upload/uploader.js'
import type { ResolvedRestOptions } from './options.js'
import type { Client, Pipeline } from './pipeline/client.js'
import type { AttachmentDeps } from './send/attachments.js'
import type { FallbackRule } from './send/fallback.js'

/** The fallback chain, without rules that the options disable. */
export const fallbacksOf = ({ fallbacks, media }: ResolvedRestOptions): readonly FallbackRule[] =>
  media.download === false ? fallbacks.filter(({ when }) => when !== 'mediaNotFetchable') : fallbacks

/** Everything about files, for one client. What uploads files is made for the first one. */
export class ClientMedia implements AttachmentDeps {
  readonly clock: Clock
  readonly #options: ResolvedRestOptions
  readonly #pipeline: Pipeline
  readonly #client: Client
  readonly #log: LogSink
  readonly #closing = new Cancellation()
  #uploader: Uploader | undefined
  #downloader: Downloader | null = null
  #media: RestMedia | undefined

  constructor(options: ResolvedRestOptions, pipeline: Pipeline, client: Client, log: LogSink) {
    this.clock = options.clock
    this.#options = options
    this.#pipeline = pipeline
    this.#client = client
    this.#log = log
  }

  /** Aborts when the client closes. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  get uploader(): Uploader {
    return (this.#uploader ??= this.#makeUploader())
  }

  get media(): RestMedia {
    return (this.#media ??= this.#makeMedia())
  }

  /** Aborts all uploads with a reason, and closes the connections of downloads. */
  async close(reason: unknown): Promise<void> {
    this.#closing.cancel(reason)
    await this.#downloader?.close()
  }

  #makeMedia(): RestMedia {
    const { clock, closing, uploader } = this
    const fallback = fallbacksOf(this.#options).some(({ when }) => when === 'mediaNotFetchable')
    return new RestMedia({ client: this.#client, clock, closing, uploader, fallback })
  }

  #makeUploader(): Uploader {
    const { appId, clock, userAgent, timeout, media } = this.#options
    const { chunkAbove, concurrency, cache, download } = resolveMedia(media, clock)
    const allowHosts = new Set(download?.allowHosts.map((host) => host.toLowerCase()))
    this.#downloader =
      download &&
      new Downloader({
        ...download,
        allowHosts,
        clock,
        userAgent,
        inMemory: chunkAbove,
        resolve: systemResolve,
      })
    const log = this.#log
    const transfer = new Transfer({
      client: this.#client,
      storage: new ObjectStorage(this.#pipeline.storage),
      clock,
      cache: cache && new GuardedCache({ cache, clock, log }),
      chunkAbove,
      concurrency,
      timeout,
      log,
    })
    return new Uploader({
      appId,
      transfer,
      downloader: this.#downloader,
      allowHosts,
      inMemory: chunkAbove,
      timeout,
      log,
    })
  }
}
