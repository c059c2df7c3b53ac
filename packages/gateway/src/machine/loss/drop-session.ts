import type { Effect } from '../effect.js'
import type { Session } from '../session.js'

/** A session cannot be resumed any more: what was not received is lost. */
export const dropSession = (session: Session, reason: string): Effect => ({
  type: 'session_dropped',
  gap: { since: session.heardAt, lastSeq: session.seq, reason },
})
