import type { Clock } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'
import { Agent } from 'undici'

import { connectOptions } from '../../http/connect-options.js'
import { MediaError } from '../media-error.js'
import type { Content } from '../source/content.js'
import { download } from './download.js'
import { guardedLookup, type Resolve } from './guarded-lookup.js'

/** What a {@link Downloader} works with. Times in ms. */
export interface DownloaderParts {
  readonly clock: Clock
  readonly userAgent: string
  /** Hosts that may be private, in lower case. */
  readonly allowHosts: ReadonlySet<string>
  readonly maxBytes: number
  readonly timeout: number
  /** Bytes that are kept in memory. */
  readonly inMemory: number
  readonly resolve: Resolve
}

/** Connections that nobody uses are not kept: there is rarely a second file from the same host. */
const AGENT = {
  connections: 4,
  pipelining: 1,
  keepAliveTimeout: 1000,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const

/** Downloads what the platform could not, without ever opening a private address for whoever chose it. */
export class Downloader {
  readonly #parts: DownloaderParts
  #agents: { readonly guarded: Agent; readonly open: Agent } | undefined

  constructor(parts: DownloaderParts) {
    this.#parts = parts
  }

  /** @throws MediaError; `signal.reason` on abort */
  fetch(url: URL, name: string | null, outer: AbortSignal): Promise<Content> {
    const { allowHosts, clock, userAgent, maxBytes, timeout, inMemory, resolve } = this.#parts
    // Never through a proxy: it would look names up by itself, where nobody checks the answers.
    this.#agents ??= {
      guarded: new Agent({ ...AGENT, connect: { ...connectOptions, lookup: guardedLookup(resolve) } }),
      open: new Agent({ ...AGENT, connect: connectOptions }),
    }
    const { guarded, open } = this.#agents
    const onTimeout = (): MediaError =>
      new MediaError({ code: 'media_download', path: 'source.url', hint: `took longer than ${timeout} ms` })
    return withDeadline({ clock, ms: timeout, onTimeout, signal: outer }, (signal) =>
      download({
        url,
        name,
        allowHosts,
        guarded,
        open,
        userAgent,
        inMemory,
        limit: maxBytes,
        signal,
      }),
    )
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([this.#agents?.guarded.destroy(), this.#agents?.open.destroy()])
  }
}
