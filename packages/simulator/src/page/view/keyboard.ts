import type { PageButton } from '../wire.js'
import { fieldsOf, listOf, textOf } from './wire-objects.js'

/** The most that a keyboard can have in either direction (protocol.md §5.3). */
const SIDE = 5

/** `action.type` of a button (protocol.md §5.3); what the page cannot do opens nothing. */
const kindOf = (type: unknown): PageButton['kind'] =>
  type === 1 ? 'callback' : type === 2 ? 'command' : 'link'

const buttonOf = (value: unknown, row: number, column: number): PageButton => {
  const button = fieldsOf(value)
  const looks = fieldsOf(button['render_data'])
  const action = fieldsOf(button['action'])
  return {
    id: textOf(button['id']) || `${row}.${column}`,
    label: textOf(looks['label']) || '…',
    visitedLabel: textOf(looks['visited_label']),
    style: typeof looks['style'] === 'number' ? looks['style'] : 0,
    kind: kindOf(action['type']),
    data: textOf(action['data']),
    enter: action['enter'] === true,
  }
}

/** The buttons of a message, row by row. */
export const keyboardOf = (value: unknown): PageButton[][] =>
  listOf(fieldsOf(fieldsOf(value)['content'])['rows'])
    .slice(0, SIDE)
    .map((row, index) =>
      listOf(fieldsOf(row)['buttons'])
        .slice(0, SIDE)
        .map((button, column) => buttonOf(button, index, column)),
    )
    .filter((row) => row.length > 0)
