import { systemClock, type Clock, type MediaCache } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

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
