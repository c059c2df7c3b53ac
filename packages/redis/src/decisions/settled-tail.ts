/** ms for which a settlement is reported again after a reconnect, and for which others are asked. */
const KEEP_MS = 60_000
/** ms after a reconnect in which nothing is taken, so that the others can tell what they settled and run. */
const QUIET_MS = 1000

/**
 * What this worker settled lately. After a reconnect the server may have lost it: every worker then tells the keys of the last
 * minute, takes nothing for a second, and asks about the keys of what it takes for a minute. Pure.
 */
export class SettledTail {
  #settled: { readonly key: string; readonly at: number }[] = []
  #joinedAt = -Infinity
  #before = false

  /** An event was handled. */
  add(key: string, now: number): void {
    this.#settled.push({ key, at: now })
    const old = this.#settled.findIndex(({ at }) => now - at < KEEP_MS)
    if (old >= 1000) this.#settled.splice(0, old)
  }

  /** The worker has joined again. Returns the keys to tell. */
  joined(now: number): readonly string[] {
    // The first time this worker has lost nothing, but others may have joined again as well.
    this.#before = true
    this.#joinedAt = now
    return this.recent(now)
  }

  /** The keys of the last minute. */
  recent(now: number): readonly string[] {
    return this.#settled.filter(({ at }) => now - at < KEEP_MS).map(({ key }) => key)
  }

  /** ms until events may be taken. */
  quietFor(now: number): number {
    return this.#before ? Math.max(0, this.#joinedAt + QUIET_MS - now) : 0
  }

  /** Whether the others have to be asked about what is taken now. */
  asks(now: number): boolean {
    return this.#before && now - this.#joinedAt < QUIET_MS + KEEP_MS
  }
}
