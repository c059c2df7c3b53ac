import { wholeCharacters, cutPlace } from '../text/cut-place.js'
import { isBlank } from '../text/is-blank.js'
import { FENCE_ROOM, openFence } from '../text/open-fence.js'
import type { Chunk, Outcome, StreamState } from './stream-state.js'

/** What is to be done now. */
export type Step =
  /** Nothing, before something is written or answered. */
  | { readonly kind: 'wait' }
  /** At `dueAt` of the state. */
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  /** Text that goes out as one message of its own. */
  | { readonly kind: 'rest'; readonly text: string }
  | { readonly kind: 'over'; readonly outcome: Outcome }

const WAIT: Step = Object.freeze({ kind: 'wait' })
const DONE: Step = Object.freeze({ kind: 'over', outcome: { kind: 'done' } } as const)

/** A cut that leaves less than this share of the message unused is good enough. */
const FILLED = 0.5

/** This share of a message is held back until it is clear where it ends, so that there is a choice of places. */
const HELD_BACK = 0.1

/** Markdown of the message up to `end`, as it stands on the wire. */
const shown = ({ part, text }: StreamState, end: number): string => part.lead + text.slice(part.start, end)

/** What opens a code block again that is cut at `end`. */
export const leadBehind = (state: StreamState, end: number): string =>
  state.rules.contentType === 'markdown' ? (openFence(shown(state, end))?.reopen ?? '') : ''

const content = (state: StreamState, end: number, final: boolean): string => {
  const body = shown(state, end)
  if (!final || state.rules.contentType === 'text') return body
  const more = !state.ended || end < state.text.length
  const whole = body + (more ? (openFence(body)?.close ?? '') : '')
  return state.newline && !whole.endsWith('\n') ? `${whole}\n` : whole
}

const chunkTo = (state: StreamState, end: number, final: boolean): Step => {
  const { part, done } = state
  const chunk = {
    part: done.length,
    index: part.index,
    id: part.id,
    end,
    content: content(state, end, final),
    final,
  }
  return { kind: 'chunk', chunk }
}

/** Up to where the message can hold the text, if that goes on behind it. */
const ceilingOf = ({ rules, part }: StreamState): number => {
  const room = part.room - part.lead.length - (rules.contentType === 'markdown' ? FENCE_ROOM : 0)
  return Math.max(part.confirmed, part.start + 1, part.start + room)
}

/** Where the message ends, as far as that is known: with the text, or where it is full. */
const endOf = (state: StreamState): number | null => {
  const { text, ended, part } = state
  if (ended && text.length <= part.start + part.room - part.lead.length) return text.length
  const ceiling = ceilingOf(state)
  if (text.length <= ceiling) return null
  const most = ceiling - part.start
  const cut = cutPlace(text.slice(part.start), most, Math.max(part.confirmed - part.start, most * FILLED))
  return Math.max(part.confirmed, part.start + cut)
}

/** Up to where text can go out before it is known where the message ends. */
const openEnd = (state: StreamState): number => {
  const ceiling = ceilingOf(state)
  const most = ceiling - Math.ceil((ceiling - state.part.start) * HELD_BACK)
  return wholeCharacters(state.text, Math.min(state.text.length, most))
}

/**
 * Text goes out in chunks that can be repeated without harm; the final one adds nothing to them, so that it does not
 * matter whether its answer comes. Only what fits into a single chunk is opened and ended with it.
 */
const goOn = (state: StreamState): Step => {
  const { part, text, ended } = state
  if (part.pending) return { kind: 'chunk', chunk: part.pending }
  const end = endOf(state)
  // A message that shows nothing would be refused.
  if (part.id === null && isBlank(text.slice(part.start, end ?? undefined))) return ended ? DONE : WAIT
  if (part.id === null && end !== null) return chunkTo(state, end, true)
  const now = end ?? openEnd(state)
  if (now > part.confirmed) return chunkTo(state, now, false)
  return end === part.confirmed ? chunkTo(state, end, true) : WAIT
}

/** What is to be done next. */
export const nextStep = (state: StreamState): Step => {
  const { fate, flying, part, text } = state
  if (fate.kind === 'over') return { kind: 'over', outcome: fate.outcome }
  if (flying || fate.kind === 'sending') return WAIT
  if (fate.kind === 'going') return goOn(state)
  if (fate.kind === 'closing') return chunkTo(state, part.pending?.end ?? part.confirmed, true)
  if (!state.ended) return WAIT
  const rest = text.slice(part.confirmed)
  return isBlank(rest) ? DONE : { kind: 'rest', text: leadBehind(state, part.confirmed) + rest }
}
