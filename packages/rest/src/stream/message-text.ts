import { openFence } from '../text/split-markdown.js'
import type { StreamState } from './state.js'

/** Text of the message up to `end`, as sent. */
const shown = ({ current, text }: StreamState, end: number): string =>
  current.lead + text.slice(current.start, end)

/** Marks that reopen a code block which is cut at `end`. */
export const leadBehind = (state: StreamState, end: number): string =>
  state.rules.contentType === 'markdown' ? (openFence(shown(state, end))?.reopen ?? '') : ''

/** The content of a chunk with the text up to `end`. A message that ends within a code block closes it. */
export const contentUpTo = (state: StreamState, end: number, final: boolean): string => {
  const body = shown(state, end)
  if (!final || state.rules.contentType === 'text') return body
  const more = !state.ended || end < state.text.length
  const whole = body + (more ? (openFence(body)?.close ?? '') : '')
  return state.newline && !whole.endsWith('\n') ? `${whole}\n` : whole
}
