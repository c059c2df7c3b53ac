/** Number of remembered ids; a recall is possible for two minutes only (§5.6). */
const MOST = 10_000

/**
 * Ids of streamed messages, which the platform does not recall
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
 */
export class StreamedIds {
  /** `undefined` until there is one: most bots have none. */
  #ids: Set<string> | undefined

  /** Remembers an id, and forgets the oldest one. */
  add(id: string): void {
    const ids = (this.#ids ??= new Set())
    ids.delete(id)
    ids.add(id)
    if (ids.size <= MOST) return
    for (const oldest of ids) {
      ids.delete(oldest)
      return
    }
  }

  has(id: string): boolean {
    return this.#ids?.has(id) ?? false
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
  #lines: Map<string, readonly Waiter[]> | undefined

  /** Joins the queue; returns whether it is this stream's turn. */
  enter(user: string, waiter: Waiter): boolean {
    const lines = (this.#lines ??= new Map())
    const line = lines.get(user) ?? []
    lines.set(user, [...line, waiter])
    return line.length === 0
  }

  /** Leaves the queue. */
  leave(user: string, waiter: Waiter): void {
    const lines = this.#lines
    const line = lines?.get(user) ?? []
    const rest = line.filter((other) => other !== waiter)
    if (rest.length === 0) lines?.delete(user)
    else lines?.set(user, rest)
    if (rest[0] !== line[0]) rest[0]?.()
  }

  /** Number of users with an open stream, for tests. */
  get size(): number {
    return this.#lines?.size ?? 0
  }
}
