import type { LogEntry } from '../../core/log-entry.js'
import type { PageNote } from '../wire.js'

/** What an entry of the log means for a conversation, if anything: the bot went, or came back. */
export const noteOf = (entry: LogEntry): PageNote | null => {
  const base = { order: entry.n, at: entry.at, code: 0 }
  if (entry.kind === 'connection') {
    if (entry.change === 'opened' || entry.session === null) return null
    return { ...base, what: entry.change, code: entry.code }
  }
  if (entry.kind !== 'session') return null
  if (entry.change === 'created') return { ...base, what: 'session.created' }
  return entry.change === 'resumed' ? { ...base, what: 'session.resumed' } : null
}
