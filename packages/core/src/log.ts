/** The importance of a record. `warn` and `error` need a person's attention; `debug` can be many per second. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/**
 * One log entry as data. Fields are plain JSON values or errors, and never hold tokens or secrets.
 */
export interface LogRecord {
  readonly level: LogLevel
  /** The name of the event, stable and machine-readable, e.g. `'gateway.ready'`. */
  readonly event: string
  /** The event as a sentence. */
  readonly message?: string
  readonly [field: string]: unknown
}

/**
 * Receives records. Errors that it throws are ignored, so that a broken log does not break a bot.
 *
 * @example
 *   const log: LogSink = ({ level, event, message }) => console.log(level, event, message)
 */
export type LogSink = (record: LogRecord) => void
