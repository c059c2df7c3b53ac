/** How many messages were sent on one day. Plain JSON. */
export interface QuotaRecord {
  /** The day in China, e.g. `2026-11-30`. */
  readonly day: string
  /** Proactive messages sent on that day. */
  readonly messages: number
}

/**
 * Stores the daily counts of proactive messages, so that they survive a restart and processes can share them; a
 * `StateStore` of `@qqkit/bot` is one. Both methods may be slow, reject or never settle; messages are then counted in this
 * process only. A record may expire 24 hours after it was saved.
 */
export interface QuotaStore {
  /** The last record saved under a key; `undefined` or `null` if there is none. */
  load(key: string): QuotaRecord | undefined | null | Promise<QuotaRecord | undefined | null>
  save(key: string, record: QuotaRecord): void | Promise<void>
}
