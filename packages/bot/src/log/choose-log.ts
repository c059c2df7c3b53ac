import type { LogSink } from '@qqkit/core'
import { createLog, guardedSink } from '@qqkit/core/internal'

import { stderrSink } from './stderr-sink.js'

/** The sink that all parts of a bot write to: the user's, none, or warnings and errors on stderr. It never throws. */
export const chooseSink = (log: LogSink | false | undefined): LogSink | undefined => {
  if (log === false) return undefined
  return guardedSink(log ?? stderrSink())
}

/** The bot's own log over a chosen sink. */
export const botLog = (sink: LogSink | undefined): LogSink => createLog('bot', sink)
