import { streamLife } from '@qqkit/protocol'

import { isBlank } from '../text/characters.js'
import { FENCE_ROOM } from '../text/split-markdown.js'
import { findCutPoint, wholeCharacters } from '../text/split-text.js'
import { contentUpTo, leadBehind } from './message-text.js'
import {
  type Chunk,
  type Detour,
  fitting,
  type Outcome,
  type Room,
  sizeOf,
  type StreamState,
} from './state.js'

/** What is to be done now. */
export type Step =
  /** Nothing, before something is written or answered, or before `until`. */
  | { readonly kind: 'wait'; readonly until: number | null }
  /** To ask for the turn of this stream with its user. */
  | { readonly kind: 'ask' }
  /** No turn came in time. */
  | { readonly kind: 'step_aside' }
  /** At `dueAt` of the state. */
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  /** The text up to `end` shows nothing, and more of it follows: it is left out. */
  | { readonly kind: 'skip'; readonly end: number }
  /** The text up to `end` goes out as an ordinary message. */
  | { readonly kind: 'rest'; readonly why: Detour; readonly end: number; readonly content: string }
  | { readonly kind: 'over'; readonly outcome: Outcome }

const WAIT: Step = Object.freeze({ kind: 'wait', until: null })
const DONE: Step = Object.freeze({ kind: 'over', outcome: { kind: 'done' } } as const)

/** A cut that leaves less than this share of the message unused is good enough. */
const FILLED = 0.5

/** This share of a message is held back until it is clear where it ends, so that there is a choice of places. */
const HELD_BACK = 0.1

/** Characters of an ordinary message, where the room of a stream is told in bytes. */
const ORDINARY: Room = { unit: 'characters', most: 5000 }

const LINE_BREAK = '\n'

/** What is left of the room for text that goes on behind the message. */
const roomForMore = ({ rules, part }: StreamState, { unit, most }: Room): Room => {
  const fence = rules.contentType === 'markdown' ? FENCE_ROOM : 0
  return { unit, most: most - sizeOf(part.lead, unit) - fence }
}

/** Whether all of the text from the start of the message fits into the room. */
const fitsWhole = ({ text, part }: StreamState, { unit, most }: Room): boolean =>
  sizeOf(part.lead, unit) + sizeOf(text.slice(part.start), unit) <= most

/** Up to where a message that begins at `start` can hold the text that there is, if it goes on behind it. */
const ceilingOf = (state: StreamState, start: number, { unit, most }: Room): number =>
  Math.max(start + 1, start + fitting(state.text.slice(start), { unit, most }))

/** A good place to end a message that begins at `start`, at most at `ceiling`, at least at `least`. */
const placeOf = ({ text }: StreamState, start: number, ceiling: number, least: number): number =>
  Math.max(least, start + findCutPoint(text.slice(start, ceiling + 1), ceiling - start, least - start))

/** Whether the message is old enough to be ended, and whether it should not even take the text that is there. */
const ageOf = ({ part, rules }: StreamState, now: number): 'young' | 'old' | 'dying' => {
  if (part.kind !== 'open' || now < part.openedAt + rules.maxAge) return 'young'
  return now < part.openedAt + streamLife.lastTextMs ? 'old' : 'dying'
}

/** Text that stands there, or may, is in every later chunk: what was delivered is final (§5.4.1). */
const leastEnd = ({ sure, maybe }: StreamState): number => Math.max(sure, maybe)

/** Where the message ends, as far as that is known: with the text, where it is full, or as it has grown too old. */
const endOf = (state: StreamState, now: number): number | null => {
  const { text, ended, part } = state
  const least = leastEnd(state)
  const age = ageOf(state, now)
  if (age === 'dying') return least
  if (ended && fitsWhole(state, part.room)) return text.length
  const ceiling = Math.max(least, ceilingOf(state, part.start, roomForMore(state, part.room)))
  if (text.length > ceiling) {
    const half = part.start + (ceiling - part.start) * FILLED
    return placeOf(state, part.start, ceiling, Math.max(least, half))
  }
  return age === 'old' ? placeOf(state, part.start, text.length, least) : null
}

/** Up to where text can go out before it is known where the message ends. */
const openEnd = (state: StreamState): number => {
  const { text, part } = state
  const { unit, most } = roomForMore(state, part.room)
  const end = Math.min(text.length, ceilingOf(state, part.start, { unit, most: most * (1 - HELD_BACK) }))
  return Math.max(leastEnd(state), wholeCharacters(text, end))
}

const chunkTo = (state: StreamState, end: number, final: boolean): Chunk => {
  const { part, done } = state
  const { id, index } = part.kind === 'opening' ? { id: null, index: 0 } : part
  const more = part.kind === 'ending' && part.how === 'more'
  return {
    part: done.length,
    index,
    id,
    end,
    how: more ? 'more' : 'whole',
    content: more ? LINE_BREAK : contentUpTo(state, end, final),
    final,
  }
}

/** What to do where there is nothing to be seen up to `end`. */
const withoutText = ({ text, ended }: StreamState, end: number | null): Step => {
  if (end !== null && end < text.length) return { kind: 'skip', end }
  return ended ? DONE : WAIT
}

const open = (state: StreamState, now: number): Step => {
  const { part, text, turn } = state
  const end = endOf(state, now)
  // A message that shows nothing would be refused.
  if (isBlank(text.slice(part.start, end ?? undefined))) return withoutText(state, end)
  if (turn.kind === 'none') return { kind: 'ask' }
  if (turn.kind === 'waiting')
    return now < turn.until ? { kind: 'wait', until: turn.until } : { kind: 'step_aside' }
  const chunk = end === null ? chunkTo(state, openEnd(state), false) : chunkTo(state, end, true)
  return { kind: 'chunk', chunk }
}

/**
 * The next chunk. Text goes out in chunks that can be repeated without harm; the final one adds nothing to them, so that it
 * does not matter whether its answer comes. Only what fits into a single chunk is opened and ended with it.
 */
const goOn = (state: StreamState, now: number): Step => {
  const { part, frame, sure, rules } = state
  if (frame.kind === 'doubtful') return { kind: 'chunk', chunk: frame.chunk }
  if (part.kind === 'opening') return open(state, now)
  if (part.kind === 'ending') return { kind: 'chunk', chunk: chunkTo(state, part.end, true) }
  const end = endOf(state, now)
  const target = end ?? openEnd(state)
  if (target > sure) return { kind: 'chunk', chunk: chunkTo(state, target, false) }
  if (end !== null) return { kind: 'chunk', chunk: chunkTo(state, sure, true) }
  return { kind: 'wait', until: part.openedAt + rules.maxAge }
}

/** Ordinary text with the code block that a cut goes through closed; the next message opens it again. */
const restStep = (state: StreamState, why: Detour): Step => {
  const { text, sure, rules } = state
  if (isBlank(text.slice(sure))) return DONE
  const lead = leadBehind(state, sure)
  const here: StreamState = { ...state, part: { ...state.part, start: sure, lead } }
  const room = rules.room.unit === 'characters' ? rules.room : ORDINARY
  const ceiling = ceilingOf(here, sure, roomForMore(here, room))
  const half = sure + (ceiling - sure) * FILLED
  const end = fitsWhole(here, room) ? text.length : placeOf(here, sure, ceiling, half)
  if (isBlank(text.slice(sure, end))) return { kind: 'skip', end }
  return { kind: 'rest', why, end, content: contentUpTo(here, end, true) }
}

/** What is to be done next. */
export const nextStep = (state: StreamState, now: number): Step => {
  const { fate, frame, ended } = state
  if (fate.kind === 'over') return { kind: 'over', outcome: fate.outcome }
  if (frame.kind === 'flying' || fate.kind === 'sending') return WAIT
  if (fate.kind === 'collecting') return ended ? restStep(state, fate.why) : WAIT
  return goOn(state, now)
}
