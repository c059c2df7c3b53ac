import { streamLife } from '@qqkit/protocol'

import type { ChunkVerdict } from './classify-chunk.js'
import {
  type AfterClosing,
  type Chunk,
  type ChunkStatus,
  type CurrentMessage,
  type RetryReason,
  sizeOf,
  type StreamState,
} from './state.js'
import { streamedElsewhere, close, finish, enterAfter, endMessage, skipIndex } from './transition.js'

/** A chunk that was answered late is followed no sooner than this, in ms: clients in the field keep it (§5.4). */
const LEAST_GAP = 300
/** How the pace comes back after a complaint. */
const FASTER = 0.8

/** ms to wait after faults that pass: people are looking on. */
const FAULT = [300, 1000, 3000] as const

/** ms to wait after setbacks of one kind in a row, and how many of them are borne. */
const PATIENCE: {
  readonly [S in RetryReason]?: { readonly waits: readonly number[]; readonly most: number }
} = {
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
const UNSENT: ReadonlySet<RetryReason> = new Set(['not_connected', 'no_token'])

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
const waitAfter = (
  retryReasons: readonly RetryReason[],
  last: RetryReason,
  purpose: Purpose,
): number | null => {
  const counted = retryReasons.filter((retryReason) => !UNSENT.has(retryReason))
  if (counted.length >= MOST_ATTEMPTS[purpose]) return null
  const patience = PATIENCE[last]
  if (!patience) return at(FAULT, counted.length)
  const count = retryReasons.filter((retryReason) => retryReason === last).length
  return count > patience.most ? null : at(patience.waits, count)
}

/** The state with one more setback, and when to try again; `null` when there have been enough of them. */
const retryLater = (
  state: StreamState,
  retryReason: RetryReason,
  { now, purpose, pause }: { readonly now: number; readonly purpose: Purpose; readonly pause: number | null },
): StreamState | null => {
  const retryReasons = [...state.retryReasons, retryReason]
  const wait = waitAfter(retryReasons, retryReason, purpose)
  if (wait === null || (pause ?? 0) > LONGEST_PAUSE) return null
  const interval = retryReason === 'limited' ? Math.max(state.interval, wait) : state.interval
  return { ...state, retryReasons, interval, dueAt: now + Math.max(wait, pause ?? 0) }
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
const withChunk = ({ current, startedAt }: StreamState, { id, refIdx }: ChunkAnswer): CurrentMessage => {
  if (current.kind !== 'opening')
    return { ...current, index: current.index + 1, refIdx: refIdx ?? current.refIdx }
  return id === null ? current : { ...current, kind: 'open', id, refIdx, index: 1, openedAt: startedAt }
}

/** The chunk on its way is there. */
export const accept = (state: StreamState, answer: ChunkAnswer, now: number): StreamState => {
  const { chunkStatus, phase } = state
  if (chunkStatus.kind !== 'in_flight') return state
  const { end, final } = chunkStatus.chunk
  const current = withChunk(state, answer)
  const deliveredEnd = Math.max(state.deliveredEnd, end)
  const next: StreamState = {
    ...state,
    ...paceAfter(state, now),
    current,
    chunkStatus: { kind: 'fresh' },
    retryReasons: [],
    deliveredEnd,
    uncertainEnd: Math.max(state.uncertainEnd, deliveredEnd),
  }
  // Under an unknown id, or closed, a message cannot grow: the text goes on in the next.
  if (final || answer.outlived || current.kind === 'opening') return endMessage(next, final)
  return phase.kind === 'closing' ? close(next, phase.after) : next
}

/** A message is not made shorter than this because the platform finds it too long. */
const LEAST_CAPACITY = 50

/** A chunk that was not taken, or of which nobody knows. */
interface Refusal {
  readonly chunk: Chunk
  readonly classified: ChunkVerdict
  readonly now: number
}

/** What comes of a refusal. */
type Reaction = (state: StreamState, refusal: Refusal) => StreamState

const isUncertain = ({ chunkStatus }: StreamState): boolean => chunkStatus.kind === 'uncertain'

/** Nothing comes of this chunk: its message is ended, unless all that it lacked was being told so. */
const giveUp = (state: StreamState, { chunk }: Refusal, after: AfterClosing): StreamState => {
  const { phase, current } = state
  if (current.kind === 'ending') return endMessage(state, false)
  const then = phase.kind === 'closing' ? phase.after : after
  // Opened under an id that nobody knows, if at all: there is nothing to tell that it has ended.
  if (chunk.id === null) return enterAfter(state, then)
  // The final chunk holds the doubtful text again, under an index that is new in any case.
  return close(isUncertain(state) ? skipIndex(state) : state, then)
}

const fail: Reaction = (state, refusal) =>
  giveUp(state, refusal, { kind: 'failed', error: refusal.classified.error })

/** Once more, after a wait; where that was tried often enough, what comes of that. */
const again = (
  state: StreamState,
  refusal: Refusal,
  retryReason: RetryReason,
  orElse = fail,
): StreamState => {
  const { error } = refusal.classified
  const { now } = refusal
  const purpose = state.current.kind === 'ending' ? 'end' : 'text'
  const next = retryLater(state, retryReason, { now, purpose, pause: error.retryAfter })
  if (!next) return orElse(state, refusal)
  // What is being closed needs nothing but its end: text that was not taken stays out.
  return next.phase.kind === 'closing' ? close(next, next.phase.after) : next
}

/** The index of the chunk is taken: by this text perhaps, whatever was answered, or by a repeat on the way. */
const unsure: Reaction = (state, { chunk }) => ({
  ...state,
  uncertainEnd: Math.max(state.uncertainEnd, chunk.end),
})

const miscounted: Reaction = (state, refusal) => {
  const { chunk, classified } = refusal
  if (state.current.kind === 'ending') return again(skipIndex(state), refusal, 'spent')
  const after: AfterClosing = { kind: 'broken', error: classified.error }
  const next = unsure(state, refusal)
  return chunk.id === null ? enterAfter(next, after) : close(skipIndex(next), after)
}

/** All that is left goes out as one message, when the source has ended. */
const becomeOrdinary: Reaction = (state, { classified }) => {
  const { phase } = state
  const why = { kind: 'busy', error: classified.error } as const
  return enterAfter(state, phase.kind === 'closing' ? phase.after : { kind: 'collect', why })
}

/** What stands there is nothing to build on: all of the text goes out in another way. */
const cut: Reaction = (state, { classified }) => {
  const { phase, deliveredEnd } = state
  const why = { kind: 'cut', error: classified.error } as const
  const clear: StreamState = { ...state, chunkStatus: { kind: 'fresh' }, uncertainEnd: deliveredEnd }
  return enterAfter(clear, phase.kind === 'closing' ? phase.after : { kind: 'collect', why })
}

const unclear: Reaction = (state, refusal) => {
  const { chunk } = refusal
  return becomeOrdinary({ ...unsure(state, refusal), chunkStatus: { kind: 'uncertain', chunk } }, refusal)
}

/** The end is told in another way, once: whatever stands there, this adds to it. */
const changed: Reaction = (state, refusal) => {
  const { current } = state
  if (current.kind !== 'ending' || current.how === 'more') return fail(state, refusal)
  // Of the text it says nothing any more.
  const barely: StreamState = {
    ...state,
    chunkStatus: { kind: 'answered' },
    current: { ...current, how: 'more', end: state.deliveredEnd },
  }
  return again(barely, refusal, 'refused')
}

const newline: Reaction = (state, refusal) => {
  if (state.newline) return fail(state, refusal)
  return again({ ...state, newline: true, chunkStatus: { kind: 'answered' } }, refusal, 'refused')
}

const tooLong: Reaction = (state, refusal) => {
  const { current, text, deliveredEnd, phase } = state
  if (current.kind === 'ending' || phase.kind === 'closing' || isUncertain(state)) return fail(state, refusal)
  const { unit } = current.capacity
  // What stands there fits; where nothing does, half of it may.
  const most =
    current.kind === 'opening'
      ? Math.floor(sizeOf(refusal.chunk.content, unit) / 2)
      : sizeOf(current.lead + text.slice(current.start, deliveredEnd), unit)
  if (current.kind === 'opening' && most < LEAST_CAPACITY) return fail(state, refusal)
  return { ...state, ...paceAfter(state, refusal.now), current: { ...current, capacity: { unit, most } } }
}

const anchorDead: Reaction = (state, refusal) => {
  const { error } = refusal.classified
  if (isUncertain(state)) return fail(state, refusal)
  return giveUp(state, refusal, { kind: 'collect', why: { kind: 'anchor_dead', error } })
}

/** What comes of each verdict on a chunk that is not known to be there. */
const REACTIONS: Readonly<Record<Exclude<ChunkVerdict['kind'], 'landed' | 'outlived'>, Reaction>> = {
  again: (state, refusal) => again(state, refusal, refusal.classified.error.situation),
  spent: (state, refusal) => again(skipIndex(unsure(state, refusal)), refusal, 'spent'),
  taken: (state, refusal) => again(state, refusal, 'taken'),
  busy: (state, refusal) => again(state, refusal, 'busy', becomeOrdinary),
  cut,
  elsewhere: (state) => streamedElsewhere(state),
  miscounted,
  unclear,
  changed,
  newline,
  too_long: tooLong,
  anchor_dead: anchorDead,
  fatal: fail,
}

const frameAfter = (
  before: Exclude<ChunkStatus['kind'], 'in_flight'>,
  { chunk, classified }: Refusal,
): ChunkStatus => {
  if (classified.reach === 'unknown' || before === 'uncertain') return { kind: 'uncertain', chunk }
  return { kind: classified.reach === 'answered' ? 'answered' : before }
}

/** The answer that told was lost, or another: where the life of the message is over, only its end is left to tell. */
const landed = (state: StreamState, now: number): StreamState => {
  const next = accept(state, LANDED, now)
  const { current } = next
  return current.kind === 'open' && now - current.openedAt >= streamLife.platformMs ? finish(next) : next
}

/** A chunk was not taken, or nobody knows, or only a repeat told that it had been. */
export const refuse = (state: StreamState, classified: ChunkVerdict, now: number): StreamState => {
  const { chunkStatus } = state
  if (chunkStatus.kind !== 'in_flight') return state
  if (classified.kind === 'landed') return landed(state, now)
  if (classified.kind === 'outlived') return accept(state, { ...LANDED, outlived: true }, now)
  const { chunk, before } = chunkStatus
  const refusal: Refusal = { chunk, classified, now }
  const after = frameAfter(before, refusal)
  const uncertainEnd =
    after.kind === 'uncertain' ? Math.max(state.uncertainEnd, chunk.end) : state.uncertainEnd
  return REACTIONS[classified.kind]({ ...state, chunkStatus: after, uncertainEnd }, refusal)
}
