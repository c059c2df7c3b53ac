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
