import { streamLife } from '@qqkit/protocol'

import type { ChunkVerdict } from './classify-chunk.js'
import {
  type After,
  type Chunk,
  type Frame,
  type Part,
  type Setback,
  sizeOf,
  type StreamState,
} from './state.js'
import { answeredElsewhere, close, finish, follow, leave, passOver } from './transition.js'

/** A chunk that was answered late is followed no sooner than this, in ms: clients in the field keep it (§5.4). */
const LEAST_GAP = 300
/** How the pace comes back after a complaint. */
const FASTER = 0.8

/** ms to wait after faults that pass: people are looking on. */
const FAULT = [300, 1000, 3000] as const

/** ms to wait after setbacks of one kind in a row, and how many of them are borne. */
const PATIENCE: { readonly [S in Setback]?: { readonly waits: readonly number[]; readonly most: number } } = {
  // §5.4.1: 1, 2, 4 s.
  limited: { waits: [1000, 2000, 4000], most: Infinity },
  // Another stream to this user may end: 5 s in all.
  busy: { waits: [1000, 2000, 2000], most: 3 },
  fault_once: { waits: FAULT, most: 1 },
  // Nothing left: for about a minute, like every call.
  not_connected: { waits: FAULT, most: 20 },
  no_token: { waits: FAULT, most: 20 },
  // With the first one, five calls in all.
  taken: { waits: [0], most: 4 },
}

/** What a chunk is for: to bring text, or to end its message, which is worth fewer attempts. */
type Purpose = 'text' | 'end'

/** What never left is no attempt at what the platform may have seen. */
const UNSENT: ReadonlySet<Setback> = new Set(['not_connected', 'no_token'])

/** Attempts that may fail in a row. */
const MOST_ATTEMPTS = { text: 15, end: 5 } as const
/** A pause that the platform asks for is kept up to this, in ms. A longer one ends the message. */
const LONGEST_PAUSE = 60_000

/** When the next chunk may go, after one that was taken `now`. */
const paceAfter = (
  { interval, startedAt, rules }: StreamState,
  now: number,
): Pick<StreamState, 'interval' | 'dueAt'> => {
  const next = Math.max(rules.throttle, interval * FASTER)
  return { interval: next, dueAt: Math.max(startedAt + next, now + Math.min(next, LEAST_GAP)) }
}

const at = (waits: readonly number[], count: number): number => waits[Math.min(count, waits.length) - 1] ?? 0

/** ms to wait after one more setback of this kind; `null` when there have been enough. */
const waitAfter = (setbacks: readonly Setback[], last: Setback, purpose: Purpose): number | null => {
  const counted = setbacks.filter((setback) => !UNSENT.has(setback))
  if (counted.length >= MOST_ATTEMPTS[purpose]) return null
  const patience = PATIENCE[last]
  if (!patience) return at(FAULT, counted.length)
  const count = setbacks.filter((setback) => setback === last).length
  return count > patience.most ? null : at(patience.waits, count)
}

/** The state with one more setback, and when to try again; `null` when there have been enough of them. */
const setBack = (
  state: StreamState,
  setback: Setback,
  { now, purpose, pause }: { readonly now: number; readonly purpose: Purpose; readonly pause: number | null },
): StreamState | null => {
  const setbacks = [...state.setbacks, setback]
  const wait = waitAfter(setbacks, setback, purpose)
  if (wait === null || (pause ?? 0) > LONGEST_PAUSE) return null
  const interval = setback === 'limited' ? Math.max(state.interval, wait) : state.interval
  return { ...state, setbacks, interval, dueAt: now + Math.max(wait, pause ?? 0) }
}

/** What the answer to a chunk told. */
export interface ChunkAnswer {
  readonly id: string | null
  readonly refIdx: string | null
  /** Whether the platform has closed the message with this chunk (§5.4.1). */
  readonly outlived: boolean
}

/** A chunk that had landed, of which no answer tells more. */
const LANDED: ChunkAnswer = Object.freeze({ id: null, refIdx: null, outlived: false })

/** The message with one more chunk; still `'opening'` where it stands there under an id that nobody knows. */
const grown = ({ part, startedAt }: StreamState, { id, refIdx }: ChunkAnswer): Part => {
  if (part.kind !== 'opening') return { ...part, index: part.index + 1, refIdx: refIdx ?? part.refIdx }
  return id === null ? part : { ...part, kind: 'open', id, refIdx, index: 1, openedAt: startedAt }
}

/** The chunk on its way is there. */
export const accept = (state: StreamState, answer: ChunkAnswer, now: number): StreamState => {
  const { frame, fate } = state
  if (frame.kind !== 'flying') return state
  const { end, final } = frame.chunk
  const part = grown(state, answer)
  const sure = Math.max(state.sure, end)
  const next: StreamState = {
    ...state,
    ...paceAfter(state, now),
    part,
    frame: { kind: 'fresh' },
    setbacks: [],
    sure,
    maybe: Math.max(state.maybe, sure),
  }
  // Under an unknown id, or closed, a message cannot grow: the text goes on in the next.
  if (final || answer.outlived || part.kind === 'opening') return leave(next, final)
  return fate.kind === 'closing' ? close(next, fate.after) : next
}

/** A message is not made shorter than this because the platform finds it too long. */
const LEAST_ROOM = 50

/** A chunk that was not taken, or of which nobody knows. */
interface Refusal {
  readonly chunk: Chunk
  readonly verdict: ChunkVerdict
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
const REACTIONS: Readonly<Record<Exclude<ChunkVerdict['kind'], 'landed' | 'outlived'>, Reaction>> = {
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
export const refuse = (state: StreamState, verdict: ChunkVerdict, now: number): StreamState => {
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
