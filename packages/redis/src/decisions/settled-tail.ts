/** ms for which a settlement is reported again after a reconnect, and for which others are asked. */
const KEEP_MS = 60_000
/**
 * ms after a reconnect in which nothing is taken, so that the others can tell what they settled and run: longer than the longest pause
 * between two tries to connect.
 */
const QUIET_MS = 2000

/**
 * What this worker settled lately. After a reconnect the server may have lost it: every worker then tells the keys of the last minute,
 * takes nothing for two seconds, and asks about the keys of what it takes for a minute. So does a new worker after a restart of the
 * server. Pure.
 */
export class SettledTail {
  #settled: { readonly key: string; readonly at: number }[] = []
  /** Since when the server may have lost something. */
  #doubtSince = -Infinity

  /** An event was handled. */
  add(key: string, now: number): void {
    this.#settled.push({ key, at: now })
    const old = this.#settled.findIndex(({ at }) => now - at < KEEP_MS)
    if (old >= 1000) this.#settled.splice(0, old)
  }

  /** The worker has joined again. Returns the keys to tell. */
  joined(now: number): readonly string[] {
    this.#doubtSince = now
    return this.recent(now)
  }

  /** The worker joins for the first time: it has lost nothing, but the others may, at the last restart of the server. */
  begun(restartedAt: number): void {
    this.#doubtSince = restartedAt
  }

  /** The keys of the last minute. */
  recent(now: number): readonly string[] {
    return this.#settled.filter(({ at }) => now - at < KEEP_MS).map(({ key }) => key)
  }

  /** ms until events may be taken. */
  quietFor(now: number): number {
    return Math.max(0, this.#doubtSince + QUIET_MS - now)
  }

  /** Whether the others have to be asked about what is taken now. */
  asks(now: number): boolean {
    return now - this.#doubtSince < QUIET_MS + KEEP_MS
  }
}
