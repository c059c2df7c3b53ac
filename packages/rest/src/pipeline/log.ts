import { channel } from 'node:diagnostics_channel'

import type { LogSink } from '@qqkit/core'
import { createLog } from '@qqkit/core/internal'

const NAME = 'rest'

/** The log of a client. */
export interface RestLog {
  readonly write: LogSink
  /** Whether anyone listens; otherwise records of single calls are not created. */
  readonly heard: () => boolean
}

/** Records go to the user's sink and to the diagnostics channel `qqkit:rest`. */
export const createRestLog = (sink: LogSink | undefined): RestLog => {
  const diagnostics = channel(`qqkit:${NAME}`)
  return { write: createLog(NAME, sink), heard: () => sink !== undefined || diagnostics.hasSubscribers }
}
