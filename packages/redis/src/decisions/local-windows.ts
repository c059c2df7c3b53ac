/** A number of requests in a time. */
export interface WindowRule {
  readonly key: string
  readonly requests: number
  readonly windowMs: number
}

/** Sliding windows of one process, for a share of the limits. Pure: times are given. */
export class LocalWindows {
  readonly #logs = new Map<string, number[]>()

  /** Takes a place in all windows, or none. Returns ms to wait; 0: taken. */
  take(rules: readonly WindowRule[], now: number, processes: number): number {
    let wait = 0
    for (const { key, requests, windowMs } of rules) {
      const most = Math.max(1, Math.floor(requests / processes))
      const log = (this.#logs.get(key) ?? []).filter((stamp) => stamp + windowMs > now)
      this.#logs.set(key, log)
      const oldest = log.at(-most)
      if (log.length >= most && oldest !== undefined) wait = Math.max(wait, oldest + windowMs - now)
    }
    if (wait === 0) for (const { key } of rules) this.#logs.get(key)?.push(now)
    return wait
  }

  /** Takes the last place back. */
  giveBack(keys: readonly string[]): void {
    for (const key of keys) this.#logs.get(key)?.pop()
  }
}
