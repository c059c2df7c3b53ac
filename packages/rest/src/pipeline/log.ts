import { channel } from 'node:diagnostics_channel'

import type { LogSink } from '@qqkit/core'
import { createLog, takesLevel } from '@qqkit/core/internal'

const NAME = 'rest'

/** The log of a client. */
export interface RestLog {
  readonly write: LogSink
  /** Whether anyone takes `debug` records; otherwise those of single calls are not created. */
  readonly heard: () => boolean
}

/** Records go to the user's sink and to the diagnostics channel `qqkit:rest`. */
export const createRestLog = (sink: LogSink | undefined): RestLog => {
  const diagnostics = channel(`qqkit:${NAME}`)
  const takesAll = takesLevel(sink, 'debug')
  return { write: createLog(NAME, sink), heard: () => takesAll || diagnostics.hasSubscribers }
}
