import type { Effect } from '../effect.js'
import { reached, type Session } from '../session.js'

/** A session cannot be resumed any more: what was not received is lost. */
export const dropSession = (session: Session, reason: string): Effect => ({
  type: 'session_dropped',
  gap: { since: session.heardAt, lastSeq: reached(session), reason },
})
