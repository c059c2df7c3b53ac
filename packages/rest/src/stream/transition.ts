import type { RestError } from '../errors/rest-error.js'
import { reachOf } from './classify-chunk.js'
import { leadBehind } from './message-text.js'
import type { StreamedMessage } from './result.js'
import {
  type AfterClosing,
  beginMessage,
  type Chunk,
  type RemainderReason,
  fixedUpTo,
  type StreamState,
} from './state.js'

const isComplete = ({ ended, deliveredEnd, text }: StreamState): boolean =>
  ended && deliveredEnd === text.length

/** The phase after the end of a message. */
export const enterAfter = (state: StreamState, after: AfterClosing): StreamState => {
  if (after.kind === 'broken')
    return { ...state, phase: { kind: 'over', outcome: { kind: 'failed', error: after.error } } }
  if (isComplete(state)) return { ...state, phase: { kind: 'over', outcome: { kind: 'done' } } }
  if (after.kind === 'collect') return { ...state, phase: { kind: 'collecting', why: after.why } }
  return { ...state, phase: { kind: 'over', outcome: after } }
}

/** Leaves the message as it is, and begins the next one. */
export const endMessage = (state: StreamState, finished: boolean): StreamState => {
  const { current, text, deliveredEnd, done, phase, rules } = state
  const shown =
    current.kind === 'opening' ? { id: null, refIdx: null } : { id: current.id, refIdx: current.refIdx }
  const message: StreamedMessage = {
    kind: 'streamed',
    ...shown,
    text: text.slice(current.start, deliveredEnd),
    mode: rules.mode,
    finished,
  }
  const next: StreamState = {
    ...state,
    ...beginMessage(state, leadBehind(state, deliveredEnd)),
    done: deliveredEnd === current.start ? done : [...done, message],
  }
  if (phase.kind === 'closing') return enterAfter(next, phase.after)
  return isComplete(next) ? enterAfter(next, { kind: 'aborted' }) : next
}

/** The message takes only its final chunk, which contains all text that may be delivered. */
export const finish = (state: StreamState): StreamState => {
  const { current, deliveredEnd, uncertainEnd } = state
  if (current.kind !== 'open') return state
  const { openedAt: _openedAt, ...rest } = current
  const ending = { ...rest, kind: 'ending', end: Math.max(deliveredEnd, uncertainEnd), how: 'whole' } as const
  return { ...state, current: ending, retryReasons: [] }
}

/** Skips the index of the last chunk. */
export const skipIndex = (state: StreamState): StreamState => {
  const { current } = state
  if (current.kind === 'opening') return state
  return { ...state, chunkStatus: { kind: 'fresh' }, current: { ...current, index: current.index + 1 } }
}

/** Ends the message with the delivered text, then enters `after`. A chunk in flight or uncertain is resolved first. */
export const close = (state: StreamState, after: AfterClosing): StreamState => {
  const { chunkStatus, current } = state
  const closing: StreamState = { ...state, phase: { kind: 'closing', after } }
  if (chunkStatus.kind === 'in_flight' || chunkStatus.kind === 'uncertain') return closing
  return current.kind === 'opening' ? enterAfter(state, after) : finish(closing)
}

/** Adds text. */
export const append = (state: StreamState, added: string): StreamState => ({
  ...state,
  text: state.text + added,
})

/** Replaces the text; `null` if it does not begin with the text that may be delivered. */
export const replace = (state: StreamState, whole: string): StreamState | null =>
  whole.startsWith(state.text.slice(0, fixedUpTo(state))) ? { ...state, text: whole } : null

/** No more text will be written. */
export const end = (state: StreamState): StreamState => ({ ...state, ended: true })

/** Another stream to the same user has the turn. */
export const queue = (state: StreamState, until: number): StreamState => ({
  ...state,
  turn: { kind: 'waiting', until },
})

/** It is the turn of this stream. */
export const takeTurn = (state: StreamState): StreamState => ({ ...state, turn: { kind: 'held' } })

/** The turn did not come in time. */
export const giveUpTurn = (state: StreamState): StreamState =>
  enterAfter(state, { kind: 'collect', why: { kind: 'busy', error: null } })

/** A chunk was sent. After the final chunk the message takes no more text. */
export const chunkLeft = (state: StreamState, chunk: Chunk, now: number): StreamState => {
  const { chunkStatus } = state
  if (chunkStatus.kind === 'in_flight') return state
  const leaving = chunk.final ? finish(state) : state
  return { ...leaving, chunkStatus: { kind: 'in_flight', chunk, before: chunkStatus.kind }, startedAt: now }
}

/** Ends the stream early: for the caller, or because of an error. */
export const abort = (state: StreamState, error?: RestError): StreamState => {
  const after: AfterClosing = error ? { kind: 'failed', error } : { kind: 'aborted' }
  switch (state.phase.kind) {
    case 'writing':
      return close(state, after)
    case 'collecting':
      return enterAfter(state, after)
    case 'closing':
      return state.phase.after.kind === 'collect' ? { ...state, phase: { kind: 'closing', after } } : state
    case 'sending':
    case 'over':
    default:
      return state
  }
}

/** Nothing can be sent any more. */
export const stop = (state: StreamState, error: RestError): StreamState => {
  if (state.phase.kind === 'over') return state
  const uncertainEnd = Math.max(state.uncertainEnd, fixedUpTo(state))
  const phase = { kind: 'closing', after: { kind: 'failed', error } } as const
  return endMessage({ ...state, uncertainEnd, phase }, false)
}

/** Leaves out blank text. */
export const skip = (state: StreamState, end: number): StreamState => ({
  ...state,
  ...beginMessage({ rules: state.rules, deliveredEnd: end }, state.current.lead),
  deliveredEnd: end,
  uncertainEnd: end,
})

/** The text up to `end` is being sent as an ordinary message. */
export const sendRemainder = (state: StreamState, why: RemainderReason, end: number): StreamState => ({
  ...state,
  phase: { kind: 'sending', why, end },
})

/** The ordinary message was sent; the remaining text follows. */
export const remainderSent = (
  state: StreamState,
  message: Omit<StreamedMessage, 'text' | 'kind'>,
): StreamState => {
  const { text, deliveredEnd, done, phase, rules } = state
  if (phase.kind !== 'sending') return state
  const { end, why } = phase
  const next: StreamState = {
    ...state,
    ...beginMessage({ rules, deliveredEnd: end }, leadBehind(state, end)),
    deliveredEnd: end,
    uncertainEnd: end,
    done: [...done, { kind: 'sent', ...message, text: text.slice(deliveredEnd, end) }],
  }
  return enterAfter(next, { kind: 'collect', why: why.kind === 'anchor_dead' ? { kind: 'proactive' } : why })
}

/** The number of the ordinary message was used: the chunk that opened the stream was delivered, under an unknown id. */
export const firstChunkWasDelivered = (state: StreamState): StreamState => {
  const { chunkStatus, phase } = state
  if (phase.kind !== 'sending' || chunkStatus.kind !== 'uncertain') return state
  const deliveredEnd = Math.max(state.deliveredEnd, chunkStatus.chunk.end)
  const after: AfterClosing = { kind: 'collect', why: phase.why }
  return endMessage(
    { ...state, deliveredEnd, uncertainEnd: deliveredEnd, phase: { kind: 'closing', after } },
    chunkStatus.chunk.final,
  )
}

/** The ordinary message failed, or its delivery is unknown. */
export const remainderFailed = (state: StreamState, error: RestError): StreamState => {
  const { phase, uncertainEnd } = state
  const gone = phase.kind === 'sending' && reachOf(error) === 'unknown' ? phase.end : uncertainEnd
  return enterAfter({ ...state, uncertainEnd: Math.max(uncertainEnd, gone) }, { kind: 'failed', error })
}

/** Another process streams this answer. */
export const streamedElsewhere = (state: StreamState): StreamState => ({
  ...state,
  phase: { kind: 'over', outcome: { kind: 'duplicate' } },
})
