import type { RestError } from '../errors/rest-error.js'
import { accept } from './accept-chunk.js'
import type { Verdict } from './judge-chunk.js'
import { close, leave } from './leave-message.js'
import { pace } from './pace.js'
import type { After, Chunk, StreamState } from './stream-state.js'

/** Calls that may fail in a row, each after its own retries. */
const MOST_FAILURES = 3
/** A message is not made shorter than this because the platform finds it too long. */
const LEAST_ROOM = 50

/** Nothing comes of this chunk: ends the message, unless all that it lacked was being told so. */
const giveUp = (state: StreamState, chunk: Chunk, after: After, closable: boolean): StreamState => {
  if (chunk.final && chunk.end <= state.part.confirmed) return leave(state, false)
  if (closable) return close(state, after)
  return leave({ ...state, fate: { kind: 'closing', after } }, false)
}

const tooLong = (state: StreamState, chunk: Chunk, error: RestError): StreamState => {
  const { part } = state
  if (chunk.final && chunk.end <= part.confirmed) return leave(state, false)
  // What stands there fits; where nothing does, half of it may.
  const room =
    part.id === null ? Math.floor(chunk.content.length / 2) : part.lead.length + part.confirmed - part.start
  if (part.id === null && room < LEAST_ROOM) return giveUp(state, chunk, { kind: 'failed', error }, true)
  return { ...state, part: { ...part, room } }
}

/** The message is being ended, and the chunk was not taken. */
const refuseClosing = (state: StreamState, chunk: Chunk, { kind }: Verdict): StreamState => {
  if (kind === 'newline' && !state.newline) return { ...state, newline: true }
  return chunk.final || state.part.id === null ? leave(state, false) : state
}

/** A chunk was not taken, or nobody knows. */
export const refuse = (state: StreamState, verdict: Verdict, now: number): StreamState => {
  const { flying: chunk, part, newline } = state
  const { kind, error, doubtful, limited } = verdict
  if (!chunk) return state
  if (kind === 'landed') return accept(state, { id: null, refIdx: null, remaining: null, limited }, now)
  const unknown = doubtful && kind !== 'newline'
  const next: StreamState = {
    ...state,
    ...pace(state, now, limited),
    flying: null,
    doubt: unknown ? Math.max(state.doubt, chunk.end) : state.doubt,
    part: unknown ? { ...part, pending: chunk } : part,
    failures: state.failures + 1,
  }
  if (state.fate.kind === 'closing') return refuseClosing(next, chunk, verdict)
  const sure = next.part.pending === null
  const fail: After = { kind: 'failed', error }
  switch (kind) {
    case 'duplicate':
      return { ...next, fate: { kind: 'over', outcome: { kind: 'duplicate' } } }
    case 'taken':
      return next
    case 'newline':
      if (newline) return giveUp(next, chunk, fail, true)
      return { ...next, newline: true, part: { ...part, pending: null } }
    case 'again':
      if (next.failures >= MOST_FAILURES) return giveUp(next, chunk, fail, false)
      return { ...next, dueAt: Math.max(next.dueAt, now + (error.retryAfter ?? 0)) }
    case 'too_long':
      return sure ? tooLong(next, chunk, error) : giveUp(next, chunk, fail, true)
    case 'anchor_dead':
      return giveUp(next, chunk, sure ? { kind: 'collect', error } : fail, true)
    case 'fatal':
    default:
      return giveUp(next, chunk, fail, true)
  }
}
