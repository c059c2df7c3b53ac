import type { LogSink } from '@qqkit/core'

import { GuardedCache } from './media/cache.js'
import { Downloader } from './media/download.js'
import { systemResolve } from './media/public-address.js'
import { RestMedia } from './media/upload/rest-media.js'
import { ObjectStorage } from './media/upload/storage.js'
import { Transfer } from './media/upload/transfer.js'
import { Uploader } from './media/upload/uploader.js'
import type { ResolvedRestOptions } from './options.js'
import type { Client, Pipeline } from './pipeline/client.js'
import type { AttachmentDeps } from './send/attachments.js'
import type { FallbackRule } from './send/fallback.js'

/** Everything about files, for one client. */
export interface ClientMedia {
  readonly media: RestMedia
  /** For files that go with messages. */
  readonly attachments: AttachmentDeps
  /** The fallback chain, without rules that the options disable. */
  readonly rules: readonly FallbackRule[]
  /** Aborts all uploads with a reason, and closes the connections of downloads. */
  close(reason: unknown): Promise<void>
}

/** Builds the media part of a client. */
export const buildMedia = (
  options: ResolvedRestOptions,
  pipeline: Pipeline,
  client: Client,
  log: LogSink,
): ClientMedia => {
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
    client,
    storage: new ObjectStorage(pipeline.storage),
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
    media: new RestMedia({ ...parts, client, fallback }),
    attachments: parts,
    rules,
    close: async (reason) => {
      closing.abort(reason)
      await downloader?.close()
    },
  }
}
