import type { PageButton } from '../wire.js'
import { fieldsOf, listOf, textOf, type Fields } from './wire-objects.js'

/** The most that a keyboard can have in either direction (§5.3). */
const SIDE = 5

/** `action.type` of a button (§5.3); what the page cannot do opens nothing. */
const kindOf = (type: unknown): PageButton['kind'] =>
  type === 1 ? 'callback' : type === 2 ? 'command' : 'link'

const buttonOf = (value: unknown): PageButton => {
  const button = fieldsOf(value)
  const looks = fieldsOf(button['render_data'])
  const action = fieldsOf(button['action'])
  return {
    // A press finds its button by any of the three.
    id: textOf(button['id']) || textOf(action['data']) || textOf(looks['label']),
    label: textOf(looks['label']) || '…',
    visitedLabel: textOf(looks['visited_label']),
    style: typeof looks['style'] === 'number' ? looks['style'] : 0,
    kind: kindOf(action['type']),
    data: textOf(action['data']),
    enter: action['enter'] === true,
  }
}

const rowsOf = (keyboard: unknown): PageButton[][] =>
  listOf(fieldsOf(fieldsOf(keyboard)['content'])['rows'])
    .slice(0, SIDE)
    .map((row) => listOf(fieldsOf(row)['buttons']).slice(0, SIDE).map(buttonOf))
    .filter((row) => row.length > 0)

/** The buttons of a message, row by row; suggestions come last (§5.2). */
export const keyboardOf = (payload: Fields): PageButton[][] => [
  ...rowsOf(payload['keyboard']),
  ...rowsOf(fieldsOf(payload['prompt_keyboard'])['keyboard']),
]
