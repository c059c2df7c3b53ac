import { streamLife } from '@qqkit/protocol'

import { isBlank } from '../text/characters.js'
import { FENCE_LENGTH } from '../text/split-markdown.js'
import { findCutPoint, wholeCharacters } from '../text/split-text.js'
import { contentUpTo, leadBehind } from './message-text.js'
import {
  type Chunk,
  type RemainderReason,
  fitting,
  type Outcome,
  type Capacity,
  sizeOf,
  type StreamState,
} from './state.js'

/** The next step of a stream. */
export type Step =
  /** Wait for text, for an answer, or until `until`. */
  | { readonly kind: 'wait'; readonly until: number | null }
  /** Ask for the turn of this stream among those to the user. */
  | { readonly kind: 'ask' }
  /** The turn did not come in time. */
  | { readonly kind: 'step_aside' }
  /** Send this chunk at `dueAt` of the state. */
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  /** Leave out the text up to `end`, which is blank. */
  | { readonly kind: 'skip'; readonly end: number }
  /** Send the text up to `end` as an ordinary message. */
  | {
      readonly kind: 'remainder'
      readonly why: RemainderReason
      readonly end: number
      readonly content: string
    }
  | { readonly kind: 'over'; readonly outcome: Outcome }

const WAIT: Step = Object.freeze({ kind: 'wait', until: null })
const DONE: Step = Object.freeze({ kind: 'over', outcome: { kind: 'done' } } as const)

/** A cut must use at least this share of the message. */
const FILLED = 0.5

/** This share of a message is held back until its end is known, so that there is a choice of cuts. */
const HELD_BACK = 0.1

/** Length of an ordinary message, if the length of the stream is given in bytes. */
const ORDINARY: Capacity = { unit: 'characters', most: 5000 }

const LINE_BREAK = '\n'

/** Capacity of a message whose text continues in the next one. */
const capacityForMore = ({ rules, current }: StreamState, { unit, most }: Capacity): Capacity => {
  const fence = rules.contentType === 'markdown' ? FENCE_LENGTH : 0
  return { unit, most: most - sizeOf(current.lead, unit) - fence }
}

/** Whether all the text from the start of the message fits. */
const fitsWhole = ({ text, current }: StreamState, { unit, most }: Capacity): boolean =>
  sizeOf(current.lead, unit) + sizeOf(text.slice(current.start), unit) <= most

/** How far a message that begins at `start` can reach. */
const ceilingOf = (state: StreamState, start: number, { unit, most }: Capacity): number =>
  Math.max(start + 1, start + fitting(state.text.slice(start), { unit, most }))

/** A good place to end a message that begins at `start`, between `least` and `ceiling`. */
const placeOf = ({ text }: StreamState, start: number, ceiling: number, least: number): number =>
  Math.max(least, start + findCutPoint(text.slice(start, ceiling + 1), ceiling - start, least - start))

/** Whether the message is old enough to be ended, or too old for any more text. */
const ageOf = ({ current, rules }: StreamState, now: number): 'young' | 'old' | 'dying' => {
  if (current.kind !== 'open' || now < current.openedAt + rules.maxAge) return 'young'
  return now < current.openedAt + streamLife.lastTextMs ? 'old' : 'dying'
}

/** Every later chunk contains the text that was or may have been delivered, which is final (§5.4.1). */
const leastEnd = ({ deliveredEnd, uncertainEnd }: StreamState): number => Math.max(deliveredEnd, uncertainEnd)

/** Where the message ends: with the text, when it is full, or when it is too old; `null` if not known yet. */
const endOf = (state: StreamState, now: number): number | null => {
  const { text, ended, current } = state
  const least = leastEnd(state)
  const age = ageOf(state, now)
  if (age === 'dying') return least
  if (ended && fitsWhole(state, current.capacity)) return text.length
  const ceiling = Math.max(least, ceilingOf(state, current.start, capacityForMore(state, current.capacity)))
  if (text.length > ceiling) {
    const half = current.start + (ceiling - current.start) * FILLED
    return placeOf(state, current.start, ceiling, Math.max(least, half))
  }
  return age === 'old' ? placeOf(state, current.start, text.length, least) : null
}

/** How far text can be sent before the end of the message is known. */
const openEnd = (state: StreamState): number => {
  const { text, current } = state
  const { unit, most } = capacityForMore(state, current.capacity)
  const end = Math.min(text.length, ceilingOf(state, current.start, { unit, most: most * (1 - HELD_BACK) }))
  return Math.max(leastEnd(state), wholeCharacters(text, end))
}

const chunkTo = (state: StreamState, end: number, final: boolean): Chunk => {
  const { current, done } = state
  const { id, index } = current.kind === 'opening' ? { id: null, index: 0 } : current
  const more = current.kind === 'ending' && current.how === 'more'
  return {
    message: done.length,
    index,
    id,
    end,
    how: more ? 'more' : 'whole',
    content: more ? LINE_BREAK : contentUpTo(state, end, final),
    final,
  }
}

/** The step if the text up to `end` is blank. */
const withoutText = ({ text, ended }: StreamState, end: number | null): Step => {
  if (end !== null && end < text.length) return { kind: 'skip', end }
  return ended ? DONE : WAIT
}

const open = (state: StreamState, now: number): Step => {
  const { current, text, turn } = state
  const end = endOf(state, now)
  // A blank message would be refused.
  if (isBlank(text.slice(current.start, end ?? undefined))) return withoutText(state, end)
  if (turn.kind === 'none') return { kind: 'ask' }
  if (turn.kind === 'waiting')
    return now < turn.until ? { kind: 'wait', until: turn.until } : { kind: 'step_aside' }
  const chunk = end === null ? chunkTo(state, openEnd(state), false) : chunkTo(state, end, true)
  return { kind: 'chunk', chunk }
}

/**
 * The next chunk. Text is sent in chunks that can be repeated safely; the final chunk adds no text, so a lost answer to
 * it does no harm. Only a message that fits into one chunk is opened and ended with it.
 */
const continueMessage = (state: StreamState, now: number): Step => {
  const { current, chunkStatus, deliveredEnd, rules } = state
  if (chunkStatus.kind === 'uncertain') return { kind: 'chunk', chunk: chunkStatus.chunk }
  if (current.kind === 'opening') return open(state, now)
  if (current.kind === 'ending') return { kind: 'chunk', chunk: chunkTo(state, current.end, true) }
  const end = endOf(state, now)
  const target = end ?? openEnd(state)
  if (target > deliveredEnd) return { kind: 'chunk', chunk: chunkTo(state, target, false) }
  if (end !== null) return { kind: 'chunk', chunk: chunkTo(state, deliveredEnd, true) }
  return { kind: 'wait', until: current.openedAt + rules.maxAge }
}

/** The remaining text as ordinary messages; a code block that is cut is closed, and reopened in the next message. */
const remainderStep = (state: StreamState, why: RemainderReason): Step => {
  const { text, deliveredEnd, rules } = state
  if (isBlank(text.slice(deliveredEnd))) return DONE
  const lead = leadBehind(state, deliveredEnd)
  const here: StreamState = { ...state, current: { ...state.current, start: deliveredEnd, lead } }
  const capacity = rules.capacity.unit === 'characters' ? rules.capacity : ORDINARY
  const ceiling = ceilingOf(here, deliveredEnd, capacityForMore(here, capacity))
  const half = deliveredEnd + (ceiling - deliveredEnd) * FILLED
  const end = fitsWhole(here, capacity) ? text.length : placeOf(here, deliveredEnd, ceiling, half)
  if (isBlank(text.slice(deliveredEnd, end))) return { kind: 'skip', end }
  return { kind: 'remainder', why, end, content: contentUpTo(here, end, true) }
}

/** The next step of a stream, from its state alone. */
export const nextStep = (state: StreamState, now: number): Step => {
  const { phase, chunkStatus, ended } = state
  if (phase.kind === 'over') return { kind: 'over', outcome: phase.outcome }
  if (chunkStatus.kind === 'in_flight' || phase.kind === 'sending') return WAIT
  if (phase.kind === 'collecting') return ended ? remainderStep(state, phase.why) : WAIT
  return continueMessage(state, now)
}
