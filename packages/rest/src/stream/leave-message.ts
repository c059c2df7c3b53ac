import { leadBehind } from './next-step.js'
import type { StreamedMessage } from './stream-result.js'
import { newPart, type After, type StreamState } from './stream-state.js'

/** What comes after a message that has come to its end. */
export const follow = (state: StreamState, after: After): StreamState => {
  if (state.ended && state.part.confirmed === state.text.length)
    return { ...state, fate: { kind: 'over', outcome: { kind: 'done' } } }
  if (after.kind === 'collect') return { ...state, fate: { kind: 'collecting', error: after.error } }
  return { ...state, fate: { kind: 'over', outcome: after } }
}

/** The message is left as it is, and the next one begins behind it. */
export const leave = (state: StreamState, finished: boolean): StreamState => {
  const { part, text, done, fate, rules } = state
  const message: StreamedMessage = {
    id: part.id,
    refIdx: part.refIdx,
    text: text.slice(part.start, part.confirmed),
    mode: 'passive',
    finished,
  }
  const next: StreamState = {
    ...state,
    part: newPart(rules, part.confirmed, leadBehind(state, part.confirmed)),
    done: part.confirmed === part.start ? done : [...done, message],
    failures: 0,
  }
  if (fate.kind === 'closing') return follow(next, fate.after)
  return next.ended && part.confirmed === text.length ? follow(next, { kind: 'aborted' }) : next
}

/** Ends the message with what stands there, before what follows. */
export const close = (state: StreamState, after: After): StreamState =>
  state.part.id === null && !state.flying
    ? follow(state, after)
    : { ...state, fate: { kind: 'closing', after } }
