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

/** Shortest gap after a late answer, in ms, as real clients keep it (§5.4). */
const LEAST_GAP = 300
/** Factor by which the interval shrinks again after "too frequent". */
const FASTER = 0.8

/** Waits in ms after temporary failures, short because people are watching. */
const FAULT = [300, 1000, 3000] as const

/** Waits in ms after repeated failures of one kind, and the largest number of them. */
const RETRY_LIMITS: {
  readonly [S in RetryReason]?: { readonly waits: readonly number[]; readonly most: number }
} = {
  // §5.4.1: 1, 2, 4 s.
  limited: { waits: [1000, 2000, 4000], most: Infinity },
  // Another stream to this user may end meanwhile: 5 s in all.
  busy: { waits: [1000, 2000, 2000], most: 3 },
  fault_once: { waits: FAULT, most: 1 },
  // Never sent: repeated for about a minute, like every call.
  not_connected: { waits: FAULT, most: 20 },
  no_token: { waits: FAULT, most: 20 },
  // Five calls in all, including the first.
  taken: { waits: [0], most: 4 },
}

/** What a chunk is for: text, or the end of its message, which gets fewer attempts. */
type Purpose = 'text' | 'end'

/** Failures of attempts that were never sent. */
const UNSENT: ReadonlySet<RetryReason> = new Set(['not_connected', 'no_token'])

/** Largest number of failed attempts in a row. */
const MOST_ATTEMPTS = { text: 15, end: 5 } as const
/** Longest `Retry-After` that is kept, in ms. A longer one ends the message. */
const LONGEST_PAUSE = 60_000

/** When the next chunk may be sent, after one was accepted `now`. */
const paceAfter = (
  { interval, startedAt, rules }: StreamState,
  now: number,
): Pick<StreamState, 'interval' | 'dueAt'> => {
  const next = Math.max(rules.throttle, interval * FASTER)
  return { interval: next, dueAt: Math.max(startedAt + next, now + Math.min(next, LEAST_GAP)) }
}

const at = (waits: readonly number[], count: number): number => waits[Math.min(count, waits.length) - 1] ?? 0

/** Wait after another failure of this kind in ms; `null` after too many. */
const waitAfter = (
  retryReasons: readonly RetryReason[],
  last: RetryReason,
  purpose: Purpose,
): number | null => {
  const counted = retryReasons.filter((retryReason) => !UNSENT.has(retryReason))
  if (counted.length >= MOST_ATTEMPTS[purpose]) return null
  const limit = RETRY_LIMITS[last]
  if (!limit) return at(FAULT, counted.length)
  const count = retryReasons.filter((retryReason) => retryReason === last).length
  return count > limit.most ? null : at(limit.waits, count)
}

/** The state after another failure, with the time of the next attempt; `null` after too many. */
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

/** The answer to a chunk. */
export interface ChunkAnswer {
  readonly id: string | null
  readonly refIdx: string | null
  /** Whether the platform has closed the message with this chunk (§5.4.1). */
  readonly outlived: boolean
}

/** A delivered chunk whose answer was lost. */
const DELIVERED_WITHOUT_ANSWER: ChunkAnswer = Object.freeze({ id: null, refIdx: null, outlived: false })

/** The message with one more chunk; still `'opening'` if its id is unknown. */
const withChunk = ({ current, startedAt }: StreamState, { id, refIdx }: ChunkAnswer): CurrentMessage => {
  if (current.kind !== 'opening')
    return { ...current, index: current.index + 1, refIdx: refIdx ?? current.refIdx }
  return id === null ? current : { ...current, kind: 'open', id, refIdx, index: 1, openedAt: startedAt }
}

/** The chunk in flight was delivered. */
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
  // A closed message, or one with an unknown id, cannot grow: the next message continues the text.
  if (final || answer.outlived || current.kind === 'opening') return endMessage(next, final)
  return phase.kind === 'closing' ? close(next, phase.after) : next
}

/** Smallest capacity of a message after the platform called it too long. */
const LEAST_CAPACITY = 50

/** A chunk that was refused, or whose delivery is unknown. */
interface Refusal {
  readonly chunk: Chunk
  readonly classified: ChunkVerdict
  readonly now: number
}

/** How the state changes after a refusal. */
type Reaction = (state: StreamState, refusal: Refusal) => StreamState

const isUncertain = ({ chunkStatus }: StreamState): boolean => chunkStatus.kind === 'uncertain'

/** Gives up this chunk and ends its message. */
const giveUp = (state: StreamState, { chunk }: Refusal, after: AfterClosing): StreamState => {
  const { phase, current } = state
  if (current.kind === 'ending') return endMessage(state, false)
  const then = phase.kind === 'closing' ? phase.after : after
  // Without a known id the message cannot be ended explicitly.
  if (chunk.id === null) return enterAfter(state, then)
  // The final chunk contains the uncertain text again, under a new index.
  return close(isUncertain(state) ? skipIndex(state) : state, then)
}

const fail: Reaction = (state, refusal) =>
  giveUp(state, refusal, { kind: 'failed', error: refusal.classified.error })

/** Repeats the chunk after a wait; after too many attempts, `orElse`. */
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
  // A closing message needs only its final chunk; text that was not accepted is left out.
  return next.phase.kind === 'closing' ? close(next, next.phase.after) : next
}

/** The index of the chunk is used, perhaps by this text. */
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

/** The remaining text is sent as one ordinary message when the source has ended. */
const becomeOrdinary: Reaction = (state, { classified }) => {
  const { phase } = state
  const why = { kind: 'busy', error: classified.error } as const
  return enterAfter(state, phase.kind === 'closing' ? phase.after : { kind: 'collect', why })
}

/** The existing message may be incomplete: the whole text is sent as ordinary messages. */
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

/** Ends the message with an `append` chunk instead, once: it does not depend on the previous text. */
const changed: Reaction = (state, refusal) => {
  const { current } = state
  if (current.kind !== 'ending' || current.how === 'more') return fail(state, refusal)
  // The final chunk contains no more text.
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
  // The delivered text fits; if nothing was delivered, try half of the text.
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

/** The reaction to each verdict on a chunk that is not known to be delivered. */
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

/** The chunk was delivered although its answer was lost. A message past its lifetime only needs its end. */
const landed = (state: StreamState, now: number): StreamState => {
  const next = accept(state, DELIVERED_WITHOUT_ANSWER, now)
  const { current } = next
  return current.kind === 'open' && now - current.openedAt >= streamLife.platformMs ? finish(next) : next
}

/** A chunk was refused, its delivery is unknown, or only a repeat showed that it was delivered. */
export const refuse = (state: StreamState, classified: ChunkVerdict, now: number): StreamState => {
  const { chunkStatus } = state
  if (chunkStatus.kind !== 'in_flight') return state
  if (classified.kind === 'landed') return landed(state, now)
  if (classified.kind === 'outlived')
    return accept(state, { ...DELIVERED_WITHOUT_ANSWER, outlived: true }, now)
  const { chunk, before } = chunkStatus
  const refusal: Refusal = { chunk, classified, now }
  const after = frameAfter(before, refusal)
  const uncertainEnd =
    after.kind === 'uncertain' ? Math.max(state.uncertainEnd, chunk.end) : state.uncertainEnd
  return REACTIONS[classified.kind]({ ...state, chunkStatus: after, uncertainEnd }, refusal)
}
