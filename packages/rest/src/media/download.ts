import type { Clock } from '@qqkit/core'
import { cutText, withDeadline } from '@qqkit/core/internal'
import type { Agent, Dispatcher } from 'undici'

import { isNetworkError, networkCause } from '../answers/fault-origin.js'
import { connectOptions } from '../http/dispatcher.js'
import { checkSize, type Content } from './content.js'
import { MediaError } from './error.js'
import { checkHost, guardedLookup, isAllowed, type Resolve } from './public-address.js'
import { checkUrl } from './source.js'
import { spool } from './spool.js'

/** Redirects that are followed. */
const HOPS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const AT = 'source.url'

/** Options of one download. */
export interface DownloadInit {
  readonly url: URL
  readonly name: string | null
  /** Hosts that may be private, in lower case. */
  readonly allowHosts: ReadonlySet<string>
  /** Connects to public addresses only. */
  readonly guarded: Dispatcher
  /** Connects to any address. */
  readonly open: Dispatcher
  readonly userAgent: string
  readonly inMemory: number
  readonly limit: number
  readonly signal: AbortSignal
}

const failed = (hint: string, cause?: unknown): MediaError =>
  new MediaError({ code: 'media_download', path: AT, hint, cause })

/** The refusal of a private address within a chain of causes, since connectors wrap lookup errors. */
const refusalIn = (error: unknown, depth = 0): MediaError | null => {
  if (MediaError.is(error)) return error
  if (!(error instanceof Error) || depth > 4) return null
  const inner = error instanceof AggregateError ? error.errors : [error.cause]
  return inner.map((one) => refusalIn(one, depth + 1)).find((one) => one !== null) ?? null
}

/** Loaded for the first download: most bots send no file by its address. */
const undici = async () => import('undici')

const ask = async (url: URL, init: DownloadInit): Promise<Dispatcher.ResponseData> => {
  const { allowHosts, guarded, open, userAgent, signal } = init
  const allowed = isAllowed(allowHosts, url)
  if (!allowed) checkHost(url)
  try {
    const { request } = await undici()
    return await request(url, {
      dispatcher: allowed ? open : guarded,
      headers: { 'user-agent': userAgent, accept: '*/*', 'accept-encoding': 'identity' },
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    const refusal = refusalIn(error)
    if (refusal) throw refusal
    // The original message may contain internal addresses.
    if (isNetworkError(error))
      throw failed(
        'cannot be reached',
        networkCause(error, () => 'no connection'),
      )
    throw failed(
      'could not be requested: something in this process failed',
      networkCause(error, () => 'nothing was sent'),
    )
  }
}

/** The target of a redirect, checked like the first address. */
const nextOf = (url: URL, location: string | string[] | undefined): URL => {
  if (typeof location !== 'string' || !URL.canParse(location, url.href))
    throw failed('redirects without a valid location')
  return checkUrl(new URL(location, url))
}

const header = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '')

/**
 * Downloads an untrusted address: public hosts only, at every redirect, and up to a number of bytes.
 *
 * @throws MediaError `media_private_address`, `media_url`, `media_download`, `media_too_large`, `media_empty`;
 * `signal.reason` on abort
 */
const download = async (init: DownloadInit): Promise<Content> => {
  let { url } = init
  for (let hop = 0; hop <= HOPS; hop += 1) {
    const { statusCode, headers, body } = await ask(url, init)
    try {
      if (REDIRECTS.has(statusCode)) {
        url = nextOf(url, headers['location'])
        continue
      }
      if (statusCode !== 200) throw failed(`answers with HTTP ${statusCode}`)
      const encoding = header(headers['content-encoding'])
      if (encoding !== '' && encoding !== 'identity') throw failed(`is encoded (${cutText(encoding, 20)})`)
      const announced = Number(header(headers['content-length']) || Number.NaN)
      if (announced > init.limit) checkSize(AT, announced, init.limit)
      const { name, inMemory, limit, signal } = init
      return await spool(body, { name, path: AT, size: null, inMemory, limit, signal })
    } catch (error) {
      throw MediaError.is(error) && error.code === 'media_stream'
        ? failed('was interrupted', error.cause)
        : error
    } finally {
      // Discards the rest of the answer.
      body.on('error', () => {}).destroy()
    }
  }
  throw failed(`redirects more than ${HOPS} times`)
}

/** Dependencies of {@link Downloader}. Times in ms. */
export interface DownloaderDeps {
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

/** Idle connections are closed soon, since a second file from the same host is rare. */
const AGENT = {
  connections: 4,
  pipelining: 1,
  keepAliveTimeout: 1000,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const

/** The connections of downloads. */
interface Agents {
  readonly guarded: Agent
  readonly open: Agent
}

/** Downloads addresses that the platform could not, without ever connecting to a private address. */
export class Downloader {
  readonly #deps: DownloaderDeps
  #agents: Agents | undefined

  constructor(deps: DownloaderDeps) {
    this.#deps = deps
  }

  /** @throws MediaError; `signal.reason` on abort */
  fetch(url: URL, name: string | null, outer: AbortSignal): Promise<Content> {
    const { allowHosts, clock, userAgent, maxBytes, timeout, inMemory } = this.#deps
    const onTimeout = (): MediaError =>
      new MediaError({ code: 'media_download', path: 'source.url', hint: `took longer than ${timeout} ms` })
    return withDeadline({ clock, ms: timeout, onTimeout, signal: outer }, async (signal) => {
      const agents = await this.#open(signal)
      return download({ url, name, allowHosts, ...agents, userAgent, inMemory, limit: maxBytes, signal })
    })
  }

  /** Never through a proxy, which would resolve names itself, unchecked. */
  async #open(signal: AbortSignal): Promise<Agents> {
    const { Agent } = await undici()
    signal.throwIfAborted()
    const lookup = guardedLookup(this.#deps.resolve)
    return (this.#agents ??= {
      guarded: new Agent({ ...AGENT, connect: { ...connectOptions, lookup } }),
      open: new Agent({ ...AGENT, connect: connectOptions }),
    })
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([this.#agents?.guarded.destroy(), this.#agents?.open.destroy()])
  }
}
