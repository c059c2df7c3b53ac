/** ms for which a settlement is reported again after a reconnect. */
const KEEP_MS = 60_000
/** ms for which others are asked: as long as the server remembers what they told. An event may have to wait for a place as long. */
const ASK_MS = 600_000
/**
 * ms after a loss in which nothing is taken, so that the others can tell what they settled and run: twice the longest pause between two
 * tries to connect.
 */
const QUIET_MS = 3000

/**
 * What this worker settled lately. A server that was restarted or promoted may have lost it: every worker tells the keys of the last minute
 * when it connects again, takes nothing for three seconds after the loss, and asks about the keys of what it takes for ten minutes. So does a
 * new worker. A connection that was cut loses nothing. Pure.
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

  /** The worker joins: the server may have lost something when it was last restarted or promoted, `-Infinity` for never. */
  joined(restartedAt: number): void {
    this.#doubtSince = restartedAt
  }

  /** An event was published again: the server has lost something, at the latest when the worker joined. */
  metAgain(joinedAt: number): void {
    this.#doubtSince = Math.max(this.#doubtSince, joinedAt)
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
    return now - this.#doubtSince < ASK_MS
  }
}
