import { createHash } from 'node:crypto'

import { type Clock, type LogSink, type MediaCache, systemClock } from '@qqkit/core'
import { BoundedMap, withDeadline } from '@qqkit/core/internal'

import { isObject } from '../http/json.js'
import type { Digest } from './content.js'
import type { MediaFacts, MediaType } from './media.js'

/** Where a file is uploaded to, and as what. */
export interface MediaIdentity {
  readonly appId: string
  readonly scene: string
  /** Openid of the user or group. */
  readonly id: string
  readonly type: MediaType
  /** The name that people see; part of the file for type `file` only. */
  readonly name: string
}

/** A key for everything that makes two uploads the same. Ids are hashed: a cache need not know who talks to the bot. */
const keyOf = (place: MediaIdentity, content: string): string => {
  const { appId, scene, id, type, name } = place
  const parts = [appId, scene, id, type, type === 'file' ? name : '', content]
  return `qqkit:media:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

/** The key of content. Two hashes and the length together: nobody makes a second file with the same. */
export const contentKey = (place: MediaIdentity, { md5, sha1 }: Digest, size: number): string =>
  keyOf(place, `content ${size} ${md5} ${sha1}`)

/** The key of an address. */
export const urlKey = (place: MediaIdentity, url: URL): string => keyOf(place, `url ${url.href}`)

/** The form of what is kept; another one is not looked at. */
const VERSION = 1

/** Share of its lifetime at the end of which a file is not offered any more, and how much that is at most, in ms. */
const MARGIN = 0.1
const LONGEST_MARGIN = 60_000

/** How long a file may be kept from now on, in ms: it must still be good when the message that names it arrives. */
const lifetimeOf = ({ expiresAt, ttl }: MediaFacts, wall: number): number | null =>
  expiresAt === null ? null : expiresAt - wall - Math.min(ttl * 1000 * MARGIN, LONGEST_MARGIN)

/** Facts as a text for a cache. */
const keepMedia = (facts: MediaFacts): string => JSON.stringify({ v: VERSION, ...facts })

const parsed = (kept: string): unknown => {
  try {
    return JSON.parse(kept)
  } catch {
    return null
  }
}

/** Facts of a text from a cache; `null` for one that is not ours, or whose time is over by now. */
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

/** ms that a cache may take: an upload is not much slower. */
const PATIENCE = 1000

/** What a {@link GuardedCache} works with. */
export interface GuardedCacheDeps {
  readonly cache: MediaCache
  readonly clock: Clock
  readonly log: LogSink
}

/** A cache that can be slow, broken or full of other people's texts without anyone noticing but the log. */
export class GuardedCache {
  readonly #deps: GuardedCacheDeps
  #reported = false

  constructor(deps: GuardedCacheDeps) {
    this.#deps = deps
  }

  /** What is known of a file; `null` when it has to be uploaded. */
  async find(key: string, signal: AbortSignal): Promise<MediaFacts | null> {
    const kept = await this.#tried((cache) => cache.get(key), signal)
    return typeof kept === 'string' ? recallMedia(kept, this.#deps.clock.wall()) : null
  }

  /** Remembers a file. Nobody waits for it. */
  remember(key: string, facts: MediaFacts): void {
    const lifetime = lifetimeOf(facts, this.#deps.clock.wall())
    if (lifetime !== null && lifetime <= 0) return
    void this.#tried((cache) => cache.set(key, keepMedia(facts), lifetime))
  }

  async #tried<T>(work: (cache: MediaCache) => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    const { cache, clock } = this.#deps
    const onTimeout = (): Error => new Error(`no answer within ${PATIENCE} ms`)
    try {
      const answer = await withDeadline({ clock, ms: PATIENCE, onTimeout, signal }, async () => work(cache))
      this.#reported = false
      return answer
    } catch (error) {
      signal?.throwIfAborted()
      this.#report(error)
      return null
    }
  }

  /** Once until it works again. */
  #report(error: unknown): void {
    if (this.#reported) return
    this.#reported = true
    const message = 'the media cache does not work: equal files are uploaded again'
    this.#deps.log({ level: 'warn', event: 'rest.media_cache_failed', message, error })
  }
}

/** What a {@link MemoryMediaCache} can be told. */
export interface MemoryMediaCacheOptions {
  /** Default: the real one. */
  readonly clock?: Clock
  /** Files that are remembered; the longest unused ones make room. Default 10 000. */
  readonly most?: number
}

interface Kept {
  readonly text: string
  readonly until: number
}

const MOST = 10_000

/** Remembers uploaded files for as long as the process lives. */
export class MemoryMediaCache implements MediaCache {
  readonly #clock: Clock
  readonly #kept: BoundedMap<Kept>

  constructor({ clock = systemClock, most = MOST }: MemoryMediaCacheOptions = {}) {
    this.#clock = clock
    this.#kept = new BoundedMap({ limit: most })
  }

  /** How many files it remembers. */
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
