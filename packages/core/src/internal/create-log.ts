import { channel } from 'node:diagnostics_channel'

import type { LogRecord, LogSink } from '../log.js'
import { isThenable } from './abort.js'

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

/**
 * A sink that hands each record to the user's sink, if any, and to the diagnostics channel `qqkit:<name>`. Costs one
 * check per record when nobody listens.
 */
export const createLog = (name: string, sink?: LogSink): LogSink => {
  const diagnostics = channel(`qqkit:${name}`)
  const guarded = sink && guardedSink(sink)
  return (record: LogRecord): void => {
    if (diagnostics.hasSubscribers) diagnostics.publish(record)
    guarded?.(record)
  }
}
