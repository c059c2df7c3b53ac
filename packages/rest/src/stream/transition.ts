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

/** What comes after a message that has come to its end. */
export const enterAfter = (state: StreamState, after: AfterClosing): StreamState => {
  if (after.kind === 'broken')
    return { ...state, phase: { kind: 'over', outcome: { kind: 'failed', error: after.error } } }
  if (isComplete(state)) return { ...state, phase: { kind: 'over', outcome: { kind: 'done' } } }
  if (after.kind === 'collect') return { ...state, phase: { kind: 'collecting', why: after.why } }
  return { ...state, phase: { kind: 'over', outcome: after } }
}

/** The message is left as it is, and the next one begins behind it. */
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

/** The message takes no more text, only its final chunk, which has everything that may stand there. */
export const finish = (state: StreamState): StreamState => {
  const { current, deliveredEnd, uncertainEnd } = state
  if (current.kind !== 'open') return state
  const { openedAt: _openedAt, ...rest } = current
  const ending = { ...rest, kind: 'ending', end: Math.max(deliveredEnd, uncertainEnd), how: 'whole' } as const
  return { ...state, current: ending, retryReasons: [] }
}

/** The index of the chunk that went last is not to be used any more. */
export const skipIndex = (state: StreamState): StreamState => {
  const { current } = state
  if (current.kind === 'opening') return state
  return { ...state, chunkStatus: { kind: 'fresh' }, current: { ...current, index: current.index + 1 } }
}

/** Ends the message with what stands there, before what follows. A chunk of which nobody knows is waited for first. */
export const close = (state: StreamState, after: AfterClosing): StreamState => {
  const { chunkStatus, current } = state
  const closing: StreamState = { ...state, phase: { kind: 'closing', after } }
  if (chunkStatus.kind === 'in_flight' || chunkStatus.kind === 'uncertain') return closing
  return current.kind === 'opening' ? enterAfter(state, after) : finish(closing)
}

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

/** Another stream to the same user goes first. */
export const queue = (state: StreamState, until: number): StreamState => ({
  ...state,
  turn: { kind: 'waiting', until },
})

/** It is the turn of this stream. */
export const takeTurn = (state: StreamState): StreamState => ({ ...state, turn: { kind: 'held' } })

/** The turn of this stream has not come in time. */
export const giveUpTurn = (state: StreamState): StreamState =>
  enterAfter(state, { kind: 'collect', why: { kind: 'busy', error: null } })

/** A chunk was handed over. Behind the final one nothing more goes into the message. */
export const chunkLeft = (state: StreamState, chunk: Chunk, now: number): StreamState => {
  const { chunkStatus } = state
  if (chunkStatus.kind === 'in_flight') return state
  const leaving = chunk.final ? finish(state) : state
  return { ...leaving, chunkStatus: { kind: 'in_flight', chunk, before: chunkStatus.kind }, startedAt: now }
}

/** The caller wants no more; with an error, something else does. */
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

/** Nothing more can be sent at all. */
export const stop = (state: StreamState, error: RestError): StreamState => {
  if (state.phase.kind === 'over') return state
  const uncertainEnd = Math.max(state.uncertainEnd, fixedUpTo(state))
  const phase = { kind: 'closing', after: { kind: 'failed', error } } as const
  return endMessage({ ...state, uncertainEnd, phase }, false)
}

/** Text that shows nothing is left out. */
export const skip = (state: StreamState, end: number): StreamState => ({
  ...state,
  ...beginMessage({ rules: state.rules, deliveredEnd: end }, state.current.lead),
  deliveredEnd: end,
  uncertainEnd: end,
})

/** The text up to `end` is on its way as an ordinary message. */
export const sendRemainder = (state: StreamState, why: RemainderReason, end: number): StreamState => ({
  ...state,
  phase: { kind: 'sending', why, end },
})

/** It went out. What is left behind it follows. */
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

/** Its number was taken: the chunk that was to open a stream under it stands there, under an id that nobody knows. */
export const openingWasDelivered = (state: StreamState): StreamState => {
  const { chunkStatus, phase } = state
  if (phase.kind !== 'sending' || chunkStatus.kind !== 'uncertain') return state
  const deliveredEnd = Math.max(state.deliveredEnd, chunkStatus.chunk.end)
  const after: AfterClosing = { kind: 'collect', why: phase.why }
  return endMessage(
    { ...state, deliveredEnd, uncertainEnd: deliveredEnd, phase: { kind: 'closing', after } },
    chunkStatus.chunk.final,
  )
}

/** It could not be sent, or nobody knows. */
export const remainderFailed = (state: StreamState, error: RestError): StreamState => {
  const { phase, uncertainEnd } = state
  const gone = phase.kind === 'sending' && reachOf(error) === 'unknown' ? phase.end : uncertainEnd
  return enterAfter({ ...state, uncertainEnd: Math.max(uncertainEnd, gone) }, { kind: 'failed', error })
}

/** Another process gives this answer. */
export const streamedElsewhere = (state: StreamState): StreamState => ({
  ...state,
  phase: { kind: 'over', outcome: { kind: 'duplicate' } },
})
