import type { Clock, LogSink, MediaCache } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import type { MediaFacts } from '../media.js'
import { keepMedia, lifetimeOf, recallMedia } from './cached-media.js'

/** ms that a cache may take: an upload is not much slower. */
const PATIENCE = 1000

/** What a {@link GuardedCache} works with. */
export interface GuardedCacheParts {
  readonly cache: MediaCache
  readonly clock: Clock
  readonly log: LogSink
}

/** A cache that can be slow, broken or full of other people's texts without anyone noticing but the log. */
export class GuardedCache {
  readonly #parts: GuardedCacheParts
  #reported = false

  constructor(parts: GuardedCacheParts) {
    this.#parts = parts
  }

  /** What is known of a file; `null` when it has to be uploaded. */
  async find(key: string, signal: AbortSignal): Promise<MediaFacts | null> {
    const kept = await this.#tried((cache) => cache.get(key), signal)
    return typeof kept === 'string' ? recallMedia(kept, this.#parts.clock.wall()) : null
  }

  /** Remembers a file. Nobody waits for it. */
  remember(key: string, facts: MediaFacts): void {
    const lifetime = lifetimeOf(facts, this.#parts.clock.wall())
    if (lifetime !== null && lifetime <= 0) return
    void this.#tried((cache) => cache.set(key, keepMedia(facts), lifetime))
  }

  async #tried<T>(work: (cache: MediaCache) => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    const { cache, clock } = this.#parts
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
    this.#parts.log({ level: 'warn', event: 'rest.media_cache_failed', message, error })
  }
}
