import type { SourceStatus } from '@qqkit/core'

/** How many requests of each kind were received since the start. */
export interface WebhookCounters {
  /** Events that were delivered to the consumer. */
  readonly delivered: number
  /** Copies of known events. */
  readonly repeated: number
  /** Address checks answered. */
  readonly challenges: number
  /** Requests refused, for any reason. */
  readonly refused: number
}

/** A snapshot of the status of a webhook. */
export interface WebhookStatus extends SourceStatus {
  readonly counters: WebhookCounters
  /** Wall time in ms of the last genuine request; `null` before the first. */
  readonly lastRequestAt: number | null
}
