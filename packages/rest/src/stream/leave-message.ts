import { leadBehind } from './message-text.js'
import type { StreamedMessage } from './stream-result.js'
import { beginPart, type After, type StreamState } from './stream-state.js'

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
