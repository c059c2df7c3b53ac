/** How much a record matters. `warn` and `error` are meant for people; `debug` can be many per second. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/**
 * One thing that happened, as data. Fields are plain JSON values or errors; tokens and secrets are never among them.
 */
export interface LogRecord {
  readonly level: LogLevel
  /** What happened, stable and machine-readable, e.g. `'gateway.ready'`. */
  readonly event: string
  /** The same as a sentence, for people. */
  readonly message?: string
  readonly [field: string]: unknown
}

/** Receives records. What it throws is ignored: a broken log must not break a bot. */
export type LogSink = (record: LogRecord) => void
