import type { SourceStatus } from '@qqkit/core'

/** What happened to requests since the start. */
export interface WebhookCounters {
  /** Events handed over for the first time. */
  readonly delivered: number
  /** Events that had come before. */
  readonly repeated: number
  /** Address checks answered. */
  readonly challenges: number
  /** Requests refused, for whatever reason. */
  readonly refused: number
}

/** A snapshot of a webhook. */
export interface WebhookStatus extends SourceStatus {
  readonly counters: WebhookCounters
  /** Wall time in ms of the last genuine request; `null` before any. */
  readonly lastRequestAt: number | null
}
