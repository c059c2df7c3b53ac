import { channel } from 'node:diagnostics_channel'

import type { LogRecord, LogSink } from './log-record.js'

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'

/**
 * A sink that hands each record to the user's sink, if any, and to the diagnostics channel `qqkit:<name>`. Costs one
 * check per record when nobody listens.
 */
export const createLog = (name: string, sink?: LogSink): LogSink => {
  const diagnostics = channel(`qqkit:${name}`)
  return (record: LogRecord): void => {
    if (diagnostics.hasSubscribers) diagnostics.publish(record)
    if (!sink) return
    try {
      // A function that is `async` passes for a sink, too, and may reject.
      const result: unknown = sink(record)
      if (isThenable(result)) void Promise.resolve(result).catch(() => {})
    } catch {
      // There is no one left to tell.
    }
  }
}
