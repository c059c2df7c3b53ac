import { channel } from 'node:diagnostics_channel'

import { guardedSink } from './guarded-sink.js'
import type { LogRecord, LogSink } from './log-record.js'

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
