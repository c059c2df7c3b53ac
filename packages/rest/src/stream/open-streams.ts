/** Ids kept: a recall is possible for two minutes only (§5.6). */
const MOST = 10_000

/**
 * Ids of messages that were streamed: the platform calls them ids, and takes none of them back
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
 */
export class StreamedIds {
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

/** What waits for its turn; called when it has come. */
type Waiter = () => void

/**
 * One open stream per user
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}): whoever comes
 * later waits until the one before has left.
 */
export class UserTurns {
  /** Per user: who has the turn, then those who wait for it. */
  readonly #lines = new Map<string, readonly Waiter[]>()

  /** Takes a place in the line; whether it is the turn of this one at once. */
  enter(user: string, waiter: Waiter): boolean {
    const line = this.#lines.get(user) ?? []
    this.#lines.set(user, [...line, waiter])
    return line.length === 0
  }

  /** Leaves the line, wherever in it this one stood. */
  leave(user: string, waiter: Waiter): void {
    const line = this.#lines.get(user) ?? []
    const rest = line.filter((other) => other !== waiter)
    if (rest.length === 0) this.#lines.delete(user)
    else this.#lines.set(user, rest)
    if (rest[0] !== line[0]) rest[0]?.()
  }

  /** Users with an open stream, for tests of its memory. */
  get size(): number {
    return this.#lines.size
  }
}
