import type { RestError } from '../errors/rest-error.js'
import { reachOf } from './classify-chunk.js'
import { leadBehind } from './message-text.js'
import type { StreamedMessage } from './result.js'
import { type After, beginPart, type Chunk, type Detour, fixedUpTo, type StreamState } from './state.js'

const isComplete = ({ ended, sure, text }: StreamState): boolean => ended && sure === text.length

/** What comes after a message that has come to its end. */
export const follow = (state: StreamState, after: After): StreamState => {
  if (after.kind === 'broken')
    return { ...state, fate: { kind: 'over', outcome: { kind: 'failed', error: after.error } } }
  if (isComplete(state)) return { ...state, fate: { kind: 'over', outcome: { kind: 'done' } } }
  if (after.kind === 'collect') return { ...state, fate: { kind: 'collecting', why: after.why } }
  return { ...state, fate: { kind: 'over', outcome: after } }
}

/** The message is left as it is, and the next one begins behind it. */
export const leave = (state: StreamState, finished: boolean): StreamState => {
  const { part, text, sure, done, fate, rules } = state
  const shown = part.kind === 'opening' ? { id: null, refIdx: null } : { id: part.id, refIdx: part.refIdx }
  const message: StreamedMessage = {
    kind: 'streamed',
    ...shown,
    text: text.slice(part.start, sure),
    mode: rules.mode,
    finished,
  }
  const next: StreamState = {
    ...state,
    ...beginPart(state, leadBehind(state, sure)),
    done: sure === part.start ? done : [...done, message],
  }
  if (fate.kind === 'closing') return follow(next, fate.after)
  return isComplete(next) ? follow(next, { kind: 'aborted' }) : next
}

/** The message takes no more text, only its final chunk, which has everything that may stand there. */
export const finish = (state: StreamState): StreamState => {
  const { part, sure, maybe } = state
  if (part.kind !== 'open') return state
  const { openedAt: _openedAt, ...rest } = part
  const ending = { ...rest, kind: 'ending', end: Math.max(sure, maybe), how: 'whole' } as const
  return { ...state, part: ending, setbacks: [] }
}

/** The index of the chunk that went last is not to be used any more. */
export const passOver = (state: StreamState): StreamState => {
  const { part } = state
  if (part.kind === 'opening') return state
  return { ...state, frame: { kind: 'fresh' }, part: { ...part, index: part.index + 1 } }
}

/** Ends the message with what stands there, before what follows. A chunk of which nobody knows is waited for first. */
export const close = (state: StreamState, after: After): StreamState => {
  const { frame, part } = state
  const closing: StreamState = { ...state, fate: { kind: 'closing', after } }
  if (frame.kind === 'flying' || frame.kind === 'doubtful') return closing
  return part.kind === 'opening' ? follow(state, after) : finish(closing)
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
  follow(state, { kind: 'collect', why: { kind: 'busy', error: null } })

/** A chunk was handed over. Behind the final one nothing more goes into the message. */
export const depart = (state: StreamState, chunk: Chunk, now: number): StreamState => {
  const { frame } = state
  if (frame.kind === 'flying') return state
  const leaving = chunk.final ? finish(state) : state
  return { ...leaving, frame: { kind: 'flying', chunk, before: frame.kind }, startedAt: now }
}

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
  const maybe = Math.max(state.maybe, fixedUpTo(state))
  const fate = { kind: 'closing', after: { kind: 'failed', error } } as const
  return leave({ ...state, maybe, fate }, false)
}

/** Text that shows nothing is left out. */
export const skip = (state: StreamState, end: number): StreamState => ({
  ...state,
  ...beginPart({ rules: state.rules, sure: end }, state.part.lead),
  sure: end,
  maybe: end,
})

/** The text up to `end` is on its way as an ordinary message. */
export const sendRest = (state: StreamState, why: Detour, end: number): StreamState => ({
  ...state,
  fate: { kind: 'sending', why, end },
})

/** It went out. What is left behind it follows. */
export const restSent = (
  state: StreamState,
  message: Omit<StreamedMessage, 'text' | 'kind'>,
): StreamState => {
  const { text, sure, done, fate, rules } = state
  if (fate.kind !== 'sending') return state
  const { end, why } = fate
  const next: StreamState = {
    ...state,
    ...beginPart({ rules, sure: end }, leadBehind(state, end)),
    sure: end,
    maybe: end,
    done: [...done, { kind: 'sent', ...message, text: text.slice(sure, end) }],
  }
  return follow(next, { kind: 'collect', why: why.kind === 'anchor_dead' ? { kind: 'proactive' } : why })
}

/** Its number was taken: the chunk that was to open a stream under it stands there, under an id that nobody knows. */
export const openingStands = (state: StreamState): StreamState => {
  const { frame, fate } = state
  if (fate.kind !== 'sending' || frame.kind !== 'doubtful') return state
  const sure = Math.max(state.sure, frame.chunk.end)
  const after: After = { kind: 'collect', why: fate.why }
  return leave({ ...state, sure, maybe: sure, fate: { kind: 'closing', after } }, frame.chunk.final)
}

/** It could not be sent, or nobody knows. */
export const restFailed = (state: StreamState, error: RestError): StreamState => {
  const { fate, maybe } = state
  const gone = fate.kind === 'sending' && reachOf(error) === 'unknown' ? fate.end : maybe
  return follow({ ...state, maybe: Math.max(maybe, gone) }, { kind: 'failed', error })
}

/** Another process gives this answer. */
export const answeredElsewhere = (state: StreamState): StreamState => ({
  ...state,
  fate: { kind: 'over', outcome: { kind: 'duplicate' } },
})
