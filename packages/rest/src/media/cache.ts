import { createHash } from 'node:crypto'

import { type Clock, type LogSink, type MediaCache, systemClock } from '@qqkit/core'
import { BoundedMap, withDeadline } from '@qqkit/core/internal'

import { isObject } from '../http/json.js'
import type { Digest } from './content.js'
import type { MediaFacts, MediaType } from './media.js'

/** Target, type and name of an upload. */
export interface MediaIdentity {
  readonly appId: string
  readonly scene: string
  /** Openid of the user or group. */
  readonly id: string
  readonly type: MediaType
  /** The displayed name; part of the key for type `file` only. */
  readonly name: string
}

/** The cache key of an upload. Ids are hashed, so that the cache does not learn who talks to the bot. */
const keyOf = (place: MediaIdentity, content: string): string => {
  const { appId, scene, id, type, name } = place
  const parts = [appId, scene, id, type, type === 'file' ? name : '', content]
  return `qqkit:media:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

/** The key of content: two hashes and the length, which no other file shares. */
export const contentKey = (place: MediaIdentity, { md5, sha1 }: Digest, size: number): string =>
  keyOf(place, `content ${size} ${md5} ${sha1}`)

/** The key of an address. */
export const urlKey = (place: MediaIdentity, url: URL): string => keyOf(place, `url ${url.href}`)

/** Version of cache entries; other versions are ignored. */
const VERSION = 1

/** An entry expires this share of its lifetime early, at most `LONGEST_MARGIN` ms. */
const MARGIN = 0.1
const LONGEST_MARGIN = 60_000

/** How long an entry may be kept, in ms: the file must still be valid when the message arrives. */
const lifetimeOf = ({ expiresAt, ttl }: MediaFacts, wall: number): number | null =>
  expiresAt === null ? null : expiresAt - wall - Math.min(ttl * 1000 * MARGIN, LONGEST_MARGIN)

/** Serialises facts for a cache. */
const keepMedia = (facts: MediaFacts): string => JSON.stringify({ v: VERSION, ...facts })

const parsed = (kept: string): unknown => {
  try {
    return JSON.parse(kept)
  } catch {
    return null
  }
}

/** Parses an entry; `null` if it is foreign or expired. */
const recallMedia = (kept: string, wall: number): MediaFacts | null => {
  const fields = parsed(kept)
  if (!isObject(fields) || fields['v'] !== VERSION) return null
  const { fileInfo, fileUuid, ttl, expiresAt, rawUrl } = fields
  if (typeof fileInfo !== 'string' || fileInfo === '' || typeof fileUuid !== 'string') return null
  if (typeof ttl !== 'number' || (rawUrl !== null && typeof rawUrl !== 'string')) return null
  if (expiresAt !== null && typeof expiresAt !== 'number') return null
  const facts = { fileInfo, fileUuid, ttl, expiresAt, rawUrl }
  const left = lifetimeOf(facts, wall)
  return left === null || left > 0 ? facts : null
}

/** Time limit of the cache in ms: an upload is not much slower. */
const CACHE_TIMEOUT = 1000

/** Dependencies of {@link GuardedCache}. */
export interface GuardedCacheDeps {
  readonly cache: MediaCache
  readonly clock: Clock
  readonly log: LogSink
}

/** Wraps a cache that may be slow, broken or filled with foreign entries: such failures only appear in the log. */
export class GuardedCache {
  readonly #deps: GuardedCacheDeps
  #reported = false

  constructor(deps: GuardedCacheDeps) {
    this.#deps = deps
  }

  /** The cached facts of a file; `null` if it has to be uploaded. */
  async find(key: string, signal: AbortSignal): Promise<MediaFacts | null> {
    const kept = await this.#guarded((cache) => cache.get(key), signal)
    return typeof kept === 'string' ? recallMedia(kept, this.#deps.clock.wall()) : null
  }

  /** Remembers a file, in the background. */
  remember(key: string, facts: MediaFacts): void {
    const lifetime = lifetimeOf(facts, this.#deps.clock.wall())
    if (lifetime !== null && lifetime <= 0) return
    void this.#guarded((cache) => cache.set(key, keepMedia(facts), lifetime))
  }

  async #guarded<T>(work: (cache: MediaCache) => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    const { cache, clock } = this.#deps
    const onTimeout = (): Error => new Error(`no answer within ${CACHE_TIMEOUT} ms`)
    try {
      const answer = await withDeadline({ clock, ms: CACHE_TIMEOUT, onTimeout, signal }, async () =>
        work(cache),
      )
      this.#reported = false
      return answer
    } catch (error) {
      signal?.throwIfAborted()
      this.#report(error)
      return null
    }
  }

  /** Reported once until the cache works again. */
  #report(error: unknown): void {
    if (this.#reported) return
    this.#reported = true
    const message = 'the media cache failed: equal files are uploaded again'
    this.#deps.log({ level: 'warn', event: 'rest.media_cache_failed', message, error })
  }
}

/** Options of {@link MemoryMediaCache}. */
export interface MemoryMediaCacheOptions {
  /** Default: the system clock. */
  readonly clock?: Clock
  /** Largest number of files; the least recently used one is removed. Default 10 000. */
  readonly most?: number
}

interface Kept {
  readonly text: string
  readonly until: number
}

const MOST = 10_000

/**
 * Remembers uploaded files in memory.
 *
 * @example
 * new Rest({ appId, secret, media: { cache: new MemoryMediaCache({ most: 100 }) } })
 */
export class MemoryMediaCache implements MediaCache {
  readonly #clock: Clock
  readonly #kept: BoundedMap<Kept>

  constructor({ clock = systemClock, most = MOST }: MemoryMediaCacheOptions = {}) {
    this.#clock = clock
    this.#kept = new BoundedMap({ limit: most })
  }

  /** Number of remembered files. */
  get size(): number {
    return this.#kept.size
  }

  async get(key: string): Promise<string | null> {
    const kept = this.#kept.get(key)
    if (!kept) return null
    if (kept.until > this.#clock.now()) return kept.text
    this.#kept.delete(key)
    return null
  }

  async set(key: string, text: string, lifetime: number | null): Promise<void> {
    this.#kept.set(key, { text, until: lifetime === null ? Infinity : this.#clock.now() + lifetime })
  }
}
