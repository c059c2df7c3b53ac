/** What was sent on one day, as a store keeps it: plain data. */
export interface QuotaRecord {
  /** The day in China, e.g. `2026-11-30`. */
  readonly day: string
  /** Proactive messages that were sent on it. */
  readonly messages: number
}

/**
 * Where the daily counts of proactive messages are kept, so that they outlive a process and several can share them; a
 * `StateStore` of `@qqkit/bot` is one. Both calls may be slow, reject or never settle: messages go out all the same, counted
 * in this process alone. Records are worthless after their day, so that they may expire after 24 hours.
 */
export interface QuotaStore {
  /** What was saved last under a key; `undefined` or `null` when there is nothing. */
  load(key: string): QuotaRecord | undefined | null | Promise<QuotaRecord | undefined | null>
  save(key: string, record: QuotaRecord): void | Promise<void>
}
