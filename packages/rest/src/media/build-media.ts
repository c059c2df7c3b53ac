import type { LogSink } from '@qqkit/core'

import type { ResolvedRestOptions } from '../options.js'
import type { Pipeline } from '../pipeline/build-pipeline.js'
import type { Caller } from '../pipeline/caller.js'
import { GuardedCache } from './cache/guarded-cache.js'
import { Downloader } from './download/downloader.js'
import { systemResolve } from './download/guarded-lookup.js'
import { RestMedia } from './rest-media.js'
import { Storage } from './upload/storage.js'
import { Transfer } from './upload/transfer.js'
import { Uploader } from './upload/uploader.js'

/** Everything about files, for one client. */
export interface MediaParts {
  readonly media: RestMedia
  readonly uploader: Uploader
  /** Ends all uploads with a reason, and the connections of downloads. */
  close(reason: unknown): Promise<void>
}

/** Builds what uploads files. */
export const buildMedia = (
  options: ResolvedRestOptions,
  pipeline: Pipeline,
  caller: Caller,
  log: LogSink,
): MediaParts => {
  const { appId, clock, userAgent, timeout, fallbacks } = options
  const { chunkAbove, concurrency, cache, download } = options.media
  const closing = new AbortController()
  const downloader =
    download &&
    new Downloader({ ...download, clock, userAgent, inMemory: chunkAbove, resolve: systemResolve })
  const transfer = new Transfer({
    caller,
    storage: new Storage(pipeline.storage),
    clock,
    cache: cache && new GuardedCache({ cache, clock, log }),
    chunkAbove,
    concurrency,
  })
  const uploader = new Uploader({ appId, transfer, downloader, inMemory: chunkAbove, timeout, log })
  const fallback = fallbacks.some(({ when }) => when === 'mediaNotFetchable')
  return {
    media: new RestMedia({ caller, clock, uploader, fallback, closing: closing.signal }),
    uploader,
    close: async (reason) => {
      closing.abort(reason)
      await downloader?.close()
    },
  }
}
