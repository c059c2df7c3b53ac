/** Ids kept: a recall is possible for two minutes only (§5.6). */
const MOST = 10_000

/**
 * Ids of messages that were streamed: the platform calls them ids, and takes none of them back
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
 */
export class StreamIds {
  readonly #ids = new Set<string>()

  /** Remembers one; the oldest gives way. */
  add(id: string): void {
    this.#ids.delete(id)
    this.#ids.add(id)
    if (this.#ids.size <= MOST) return
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest)
      return
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }
}
