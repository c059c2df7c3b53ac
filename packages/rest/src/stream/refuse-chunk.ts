import { streamLife } from '@qqkit/protocol'

import { accept, LANDED } from './accept-chunk.js'
import type { Verdict } from './judge-chunk.js'
import { close, finish, follow, leave, passOver } from './leave-message.js'
import { paceAfter, setBack } from './pace.js'
import { sizeOf } from './room.js'
import type { After, Chunk, Frame, Setback, StreamState } from './stream-state.js'
import { answeredElsewhere } from './transition.js'

/** A message is not made shorter than this because the platform finds it too long. */
const LEAST_ROOM = 50

/** A chunk that was not taken, or of which nobody knows. */
interface Refusal {
  readonly chunk: Chunk
  readonly verdict: Verdict
  readonly now: number
}

/** What comes of a refusal. */
type Reaction = (state: StreamState, refusal: Refusal) => StreamState

const isDoubtful = ({ frame }: StreamState): boolean => frame.kind === 'doubtful'

/** Nothing comes of this chunk: its message is ended, unless all that it lacked was being told so. */
const giveUp = (state: StreamState, { chunk }: Refusal, after: After): StreamState => {
  const { fate, part } = state
  if (part.kind === 'ending') return leave(state, false)
  const then = fate.kind === 'closing' ? fate.after : after
  // Opened under an id that nobody knows, if at all: there is nothing to tell that it has ended.
  if (chunk.id === null) return follow(state, then)
  // The final chunk holds the doubtful text again, under an index that is new in any case.
  return close(isDoubtful(state) ? passOver(state) : state, then)
}

const fail: Reaction = (state, refusal) =>
  giveUp(state, refusal, { kind: 'failed', error: refusal.verdict.error })

/** Once more, after a wait; where that was tried often enough, what comes of that. */
const again = (state: StreamState, refusal: Refusal, setback: Setback, orElse = fail): StreamState => {
  const { error } = refusal.verdict
  const { now } = refusal
  const purpose = state.part.kind === 'ending' ? 'end' : 'text'
  const next = setBack(state, setback, { now, purpose, pause: error.retryAfter })
  if (!next) return orElse(state, refusal)
  // What is being closed needs nothing but its end: text that was not taken stays out.
  return next.fate.kind === 'closing' ? close(next, next.fate.after) : next
}

/** The index of the chunk is taken: by this text perhaps, whatever was answered, or by a repeat on the way. */
const unsure: Reaction = (state, { chunk }) => ({ ...state, maybe: Math.max(state.maybe, chunk.end) })

const miscounted: Reaction = (state, refusal) => {
  const { chunk, verdict } = refusal
  if (state.part.kind === 'ending') return again(passOver(state), refusal, 'spent')
  const after: After = { kind: 'broken', error: verdict.error }
  const next = unsure(state, refusal)
  return chunk.id === null ? follow(next, after) : close(passOver(next), after)
}

/** All that is left goes out as one message, when the source has ended. */
const stepAside: Reaction = (state, { verdict }) => {
  const { fate } = state
  const why = { kind: 'busy', error: verdict.error } as const
  return follow(state, fate.kind === 'closing' ? fate.after : { kind: 'collect', why })
}

/** What stands there is nothing to build on: all of the text goes out in another way. */
const cut: Reaction = (state, { verdict }) => {
  const { fate, sure } = state
  const why = { kind: 'cut', error: verdict.error } as const
  const clear: StreamState = { ...state, frame: { kind: 'fresh' }, maybe: sure }
  return follow(clear, fate.kind === 'closing' ? fate.after : { kind: 'collect', why })
}

const unclear: Reaction = (state, refusal) => {
  const { chunk } = refusal
  return stepAside({ ...unsure(state, refusal), frame: { kind: 'doubtful', chunk } }, refusal)
}

/** The end is told in another way, once: whatever stands there, this adds to it. */
const changed: Reaction = (state, refusal) => {
  const { part } = state
  if (part.kind !== 'ending' || part.how === 'more') return fail(state, refusal)
  // Of the text it says nothing any more.
  const barely: StreamState = {
    ...state,
    frame: { kind: 'answered' },
    part: { ...part, how: 'more', end: state.sure },
  }
  return again(barely, refusal, 'refused')
}

const newline: Reaction = (state, refusal) => {
  if (state.newline) return fail(state, refusal)
  return again({ ...state, newline: true, frame: { kind: 'answered' } }, refusal, 'refused')
}

const tooLong: Reaction = (state, refusal) => {
  const { part, text, sure, fate } = state
  if (part.kind === 'ending' || fate.kind === 'closing' || isDoubtful(state)) return fail(state, refusal)
  const { unit } = part.room
  // What stands there fits; where nothing does, half of it may.
  const most =
    part.kind === 'opening'
      ? Math.floor(sizeOf(refusal.chunk.content, unit) / 2)
      : sizeOf(part.lead + text.slice(part.start, sure), unit)
  if (part.kind === 'opening' && most < LEAST_ROOM) return fail(state, refusal)
  return { ...state, ...paceAfter(state, refusal.now), part: { ...part, room: { unit, most } } }
}

const anchorDead: Reaction = (state, refusal) => {
  const { error } = refusal.verdict
  if (isDoubtful(state)) return fail(state, refusal)
  return giveUp(state, refusal, { kind: 'collect', why: { kind: 'anchor_dead', error } })
}

/** What comes of each verdict on a chunk that is not known to be there. */
const REACTIONS: Readonly<Record<Exclude<Verdict['kind'], 'landed' | 'outlived'>, Reaction>> = {
  again: (state, refusal) => again(state, refusal, refusal.verdict.error.situation),
  spent: (state, refusal) => again(passOver(unsure(state, refusal)), refusal, 'spent'),
  taken: (state, refusal) => again(state, refusal, 'taken'),
  busy: (state, refusal) => again(state, refusal, 'busy', stepAside),
  cut,
  elsewhere: (state) => answeredElsewhere(state),
  miscounted,
  unclear,
  changed,
  newline,
  too_long: tooLong,
  anchor_dead: anchorDead,
  fatal: fail,
}

const frameAfter = (before: Exclude<Frame['kind'], 'flying'>, { chunk, verdict }: Refusal): Frame => {
  if (verdict.reach === 'unknown' || before === 'doubtful') return { kind: 'doubtful', chunk }
  return { kind: verdict.reach === 'answered' ? 'answered' : before }
}

/** The answer that told was lost, or another: where the life of the message is over, only its end is left to tell. */
const landed = (state: StreamState, now: number): StreamState => {
  const next = accept(state, LANDED, now)
  const { part } = next
  return part.kind === 'open' && now - part.openedAt >= streamLife.platformMs ? finish(next) : next
}

/** A chunk was not taken, or nobody knows, or only a repeat told that it had been. */
export const refuse = (state: StreamState, verdict: Verdict, now: number): StreamState => {
  const { frame } = state
  if (frame.kind !== 'flying') return state
  if (verdict.kind === 'landed') return landed(state, now)
  if (verdict.kind === 'outlived') return accept(state, { ...LANDED, outlived: true }, now)
  const { chunk, before } = frame
  const refusal: Refusal = { chunk, verdict, now }
  const after = frameAfter(before, refusal)
  const maybe = after.kind === 'doubtful' ? Math.max(state.maybe, chunk.end) : state.maybe
  return REACTIONS[verdict.kind]({ ...state, frame: after, maybe }, refusal)
}
