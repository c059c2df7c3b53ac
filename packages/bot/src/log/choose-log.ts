import { createLog, type LogSink } from '@qqkit/core'

import { stderrSink } from './stderr-sink.js'

/** The sink that all parts of a bot write to: the user's, none, or warnings and errors on stderr. */
export const chooseSink = (log: LogSink | false | undefined): LogSink | undefined => {
  if (log === false) return undefined
  return log ?? stderrSink()
}

/** What the gateway says when it stops for good, the bot says as well, with advice in the user's language: once is enough. */
export const gatewaySink = (sink: LogSink): LogSink => {
  return (record) => sink(record.event === 'gateway.stopped' ? { ...record, level: 'info' } : record)
}

/** The bot's own log over a chosen sink. */
export const botLog = (sink: LogSink | undefined): LogSink => createLog('bot', sink)
