import type { LogSink } from '@qqkit/core'

import type { FallbackRule } from '../fallback/fallback-rules.js'
import type { ResolvedRestOptions } from '../options.js'
import type { Pipeline } from '../pipeline/build-pipeline.js'
import type { Caller } from '../pipeline/caller.js'
import type { AttachmentParts } from './attach/attachments.js'
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
  /** For files that go with messages. */
  readonly attachments: AttachmentParts
  /** The fallback chain, without what the options do not allow. */
  readonly rules: readonly FallbackRule[]
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
  const allowHosts = new Set(download?.allowHosts.map((host) => host.toLowerCase()))
  const downloader =
    download &&
    new Downloader({
      ...download,
      allowHosts,
      clock,
      userAgent,
      inMemory: chunkAbove,
      resolve: systemResolve,
    })
  const transfer = new Transfer({
    caller,
    storage: new Storage(pipeline.storage),
    clock,
    cache: cache && new GuardedCache({ cache, clock, log }),
    chunkAbove,
    concurrency,
    timeout,
    log,
  })
  const uploader = new Uploader({
    appId,
    transfer,
    downloader,
    allowHosts,
    inMemory: chunkAbove,
    timeout,
    log,
  })
  const rules = downloader ? fallbacks : fallbacks.filter(({ when }) => when !== 'mediaNotFetchable')
  const fallback = rules.some(({ when }) => when === 'mediaNotFetchable')
  const parts = { uploader, clock, closing: closing.signal }
  return {
    media: new RestMedia({ ...parts, caller, fallback }),
    attachments: parts,
    rules,
    close: async (reason) => {
      closing.abort(reason)
      await downloader?.close()
    },
  }
}
