import { openFence } from '../text/split-markdown.js'
import type { StreamState } from './state.js'

/** Text of the message up to `end`, as it stands on the wire. */
const shown = ({ current, text }: StreamState, end: number): string =>
  current.lead + text.slice(current.start, end)

/** What opens a code block again that is cut at `end`. */
export const leadBehind = (state: StreamState, end: number): string =>
  state.rules.contentType === 'markdown' ? (openFence(shown(state, end))?.reopen ?? '') : ''

/** What a chunk with the text up to `end` holds. A message that ends within a code block closes it. */
export const contentUpTo = (state: StreamState, end: number, final: boolean): string => {
  const body = shown(state, end)
  if (!final || state.rules.contentType === 'text') return body
  const more = !state.ended || end < state.text.length
  const whole = body + (more ? (openFence(body)?.close ?? '') : '')
  return state.newline && !whole.endsWith('\n') ? `${whole}\n` : whole
}
