/** Number of remembered ids; a recall is possible for two minutes only (§5.6). */
const MOST = 10_000

/**
 * Ids of streamed messages, which the platform does not recall
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
 */
export class StreamedIds {
  readonly #ids = new Set<string>()

  /** Remembers an id, and forgets the oldest one. */
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

/** Called when the turn of a waiting stream has come. */
type Waiter = () => void

/**
 * One open stream per user
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}): a later stream
 * waits until the previous one has left.
 */
export class UserTurns {
  /** Per user: the stream with the turn, then the waiting ones. */
  readonly #lines = new Map<string, readonly Waiter[]>()

  /** Joins the queue; returns whether it is this stream's turn. */
  enter(user: string, waiter: Waiter): boolean {
    const line = this.#lines.get(user) ?? []
    this.#lines.set(user, [...line, waiter])
    return line.length === 0
  }

  /** Leaves the queue. */
  leave(user: string, waiter: Waiter): void {
    const line = this.#lines.get(user) ?? []
    const rest = line.filter((other) => other !== waiter)
    if (rest.length === 0) this.#lines.delete(user)
    else this.#lines.set(user, rest)
    if (rest[0] !== line[0]) rest[0]?.()
  }

  /** Number of users with an open stream, for tests. */
  get size(): number {
    return this.#lines.size
  }
}
