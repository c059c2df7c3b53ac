import { QqkitError, type AccessFault } from '@qqkit/core'

import { accessFaultOf } from '../access/access-fault.js'

/** How bad it is that an attempt could not be prepared. A session in use elsewhere will not become free by asking. */
export const faultOf = (error: unknown): AccessFault['access'] =>
  QqkitError.is(error) && error.code === 'session_busy' ? 'fatal' : accessFaultOf(error)
