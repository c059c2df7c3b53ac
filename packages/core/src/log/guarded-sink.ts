import { isThenable } from '../cancel/is-thenable.js'
import type { LogRecord, LogSink } from './log-record.js'

/** A sink of somebody's own as one that never throws, and whose rejection ends nothing: there is no one left to tell. */
export const guardedSink =
  (sink: LogSink): LogSink =>
  (record: LogRecord): void => {
    try {
      // A function that is `async` passes for a sink, too, and may reject.
      const result: unknown = sink(record)
      if (isThenable(result)) void Promise.resolve(result).catch(() => {})
    } catch {
      // A broken log must not break a bot.
    }
  }
