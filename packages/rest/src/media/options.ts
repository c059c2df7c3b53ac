import type { Clock, MediaCache } from '@qqkit/core'
import { uploadHardBytes } from '@qqkit/protocol'
import * as v from 'valibot'

import { count, duration, having, option } from '../checks/option-shapes.js'
import { MemoryMediaCache } from './cache.js'

/** Options of downloads by the bot. */
export interface DownloadOptions {
  /** Hosts, with or without port, that may be in a private network. Default none: only public addresses. */
  readonly allowHosts?: readonly string[]
  /** Largest size in bytes; default 200 MiB, the limit of the platform. */
  readonly maxBytes?: number
  /** Time for a whole download in ms; default 60 s. */
  readonly timeout?: number
}

/** Options of uploads. */
export interface MediaOptions {
  /**
   * Largest file in bytes that is uploaded in one call from memory; larger files are uploaded in parts from the disk.
   * Default 4 MiB.
   */
  readonly chunkAbove?: number
  /** Largest number of parts of one file at once; default 4. */
  readonly concurrency?: number
  /** Cache of uploaded files; default in memory. `false`: none. */
  readonly cache?: MediaCache | false
  /** Downloads by the bot; `false`: none. */
  readonly download?: DownloadOptions | false
}

/** Defaults of {@link MediaOptions}. */
export const mediaDefaults: Readonly<{
  chunkAbove: number
  concurrency: number
  download: Readonly<Required<DownloadOptions>>
}> = Object.freeze({
  chunkAbove: 4 * 1_048_576,
  concurrency: 4,
  download: Object.freeze({ allowHosts: [], maxBytes: uploadHardBytes, timeout: 60_000 }),
})

/** Options with every default filled in. */
export interface ResolvedMediaOptions {
  readonly chunkAbove: number
  readonly concurrency: number
  readonly cache: MediaCache | null
  readonly download: Required<DownloadOptions> | null
}

/** The shape of {@link MediaOptions}. */
export const mediaSchema: v.GenericSchema = option({
  chunkAbove: v.optional(count('give the largest number of bytes that go in one call', 0)),
  concurrency: v.optional(count('give the number of parts at once, at least 1')),
  cache: v.optional(
    v.union([v.literal(false), having('', 'get', 'set')], 'give a cache with get and set, or false'),
  ),
  download: v.optional(
    v.union(
      [
        v.literal(false),
        option({
          allowHosts: v.optional(v.array(v.string())),
          maxBytes: v.optional(count('give the largest number of bytes')),
          timeout: v.optional(duration('give the time for a download in ms')),
        }),
      ],
      'give false, or { allowHosts, maxBytes, timeout }',
    ),
  ),
})

/** Fills in defaults. */
export const resolveMedia = (options: MediaOptions, clock: Clock): ResolvedMediaOptions => {
  const { chunkAbove = mediaDefaults.chunkAbove, concurrency = mediaDefaults.concurrency } = options
  const { cache = new MemoryMediaCache({ clock }), download = {} } = options
  return {
    chunkAbove,
    concurrency,
    cache: cache === false ? null : cache,
    download: download === false ? null : { ...mediaDefaults.download, ...download },
  }
}
