import type { RestError } from '../errors/rest-error.js'
import { close, follow, leave } from './leave-message.js'
import type { StreamedMessage } from './stream-result.js'
import { fixedUpTo, type After, type Chunk, type StreamState } from './stream-state.js'

/** Takes more text. */
export const append = (state: StreamState, added: string): StreamState => ({
  ...state,
  text: state.text + added,
})

/** Takes the whole text so far; `null` when it does not begin with what may have been delivered. */
export const replace = (state: StreamState, whole: string): StreamState | null =>
  whole.startsWith(state.text.slice(0, fixedUpTo(state))) ? { ...state, text: whole } : null

/** Nothing more will be written. */
export const end = (state: StreamState): StreamState => ({ ...state, ended: true })

/** A chunk was handed over. */
export const depart = (state: StreamState, chunk: Chunk, now: number): StreamState => ({
  ...state,
  flying: chunk,
  startedAt: now,
})

/** The caller wants no more; with an error, something else does. */
export const abort = (state: StreamState, error?: RestError): StreamState => {
  const after: After = error ? { kind: 'failed', error } : { kind: 'aborted' }
  switch (state.fate.kind) {
    case 'going':
      return close(state, after)
    case 'collecting':
      return follow(state, after)
    case 'closing':
      return state.fate.after.kind === 'collect' ? { ...state, fate: { kind: 'closing', after } } : state
    case 'sending':
    case 'over':
    default:
      return state
  }
}

/** Nothing more can be sent at all. */
export const stop = (state: StreamState, error: RestError): StreamState => {
  if (state.fate.kind === 'over') return state
  const gone = state.fate.kind === 'sending' ? state.text.length : (state.flying?.end ?? 0)
  const doubt = Math.max(state.doubt, gone)
  const fate = { kind: 'closing', after: { kind: 'failed', error } } as const
  return leave({ ...state, flying: null, doubt, fate }, false)
}

/** What is left is on its way. */
export const sendRest = (state: StreamState): StreamState => ({ ...state, fate: { kind: 'sending' } })

/** What is left went out as one message. */
export const restSent = (state: StreamState, message: Omit<StreamedMessage, 'text'>): StreamState => {
  const { part, text, done } = state
  const sent = { ...message, text: text.slice(part.confirmed) }
  return follow(
    { ...state, part: { ...part, confirmed: text.length }, done: [...done, sent] },
    { kind: 'aborted' },
  )
}

/** What is left could not be sent, or nobody knows. */
export const restFailed = (state: StreamState, error: RestError): StreamState =>
  follow(
    { ...state, doubt: error.delivered === 'no' ? state.doubt : state.text.length },
    { kind: 'failed', error },
  )
