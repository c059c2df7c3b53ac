import type { MessageEntry } from '../core/log-entry.js'

interface Kept {
  readonly entries: MessageEntry[]
  readonly sizes: number[]
  size: number
}

/** The replies of bots by what they reply to, bounded by the number of anchors and by size. */
export class Replies {
  readonly #limit: number
  readonly #most: number
  readonly #kept = new Map<string, Kept>()
  #size = 0

  /**
   * @param limit anchors whose replies are kept; the oldest are forgotten
   * @param most characters that all replies may hold together
   */
  constructor(limit: number, most: number) {
    this.#limit = limit
    this.#most = most
  }

  /** The replies to an anchor, oldest first. */
  to(anchor: string): readonly MessageEntry[] {
    return this.#kept.get(anchor)?.entries ?? []
  }

  /** The replies to each anchor, oldest first. */
  groups(): readonly (readonly MessageEntry[])[] {
    return [...this.#kept.values()].map(({ entries }) => entries)
  }

  /** A reply, in place of what was known of it before. */
  add(anchor: string, entry: MessageEntry, size: number): void {
    const known = this.#kept.get(anchor)
    const kept = known ?? { entries: [], sizes: [], size: 0 }
    if (!known) this.#kept.set(anchor, kept)
    const before = kept.entries.findIndex(({ id }) => id === entry.id)
    const freed = before < 0 ? 0 : (kept.sizes[before] ?? 0)
    const place = before < 0 ? kept.entries.length : before
    kept.entries[place] = entry
    kept.sizes[place] = size
    kept.size += size - freed
    this.#size += size - freed
    if (this.#kept.size > this.#limit || this.#size > this.#most) this.#makeRoom()
  }

  /** Several at once: a map that loses its first entry again and again becomes slow to look at. */
  #makeRoom(): void {
    const [limit, most] = [this.#limit - (this.#limit >> 3), this.#most - this.#most / 8]
    for (const [oldest, { size }] of this.#kept) {
      if (this.#kept.size <= limit && this.#size <= most) return
      this.#kept.delete(oldest)
      this.#size -= size
    }
  }
}
