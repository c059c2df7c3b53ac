import process from 'node:process'

/** An event as it is queued: `body` is the frame as text. */
export interface EventLine {
  readonly id: string
  readonly conversation: string
  readonly body: string
}

/** Bytes of a usual frame. */
const BYTES = 600
const PEOPLE = 1000

let ids = 0

/** The next event, of one of a thousand people. `mark` comes back with its text. */
export const nextEvent = (mark: string = ''): EventLine => {
  const id = `m${process.pid}-${(ids += 1)}`
  const person = `person ${ids % PEOPLE}`
  const frame = {
    op: 0,
    s: ids,
    t: 'GROUP_AT_MESSAGE_CREATE',
    id: `GROUP_AT_MESSAGE_CREATE:${id}`,
    d: { id, content: mark, group_openid: 'g', author: { member_openid: person }, filler: '' },
  }
  frame.d.filler = '.'.repeat(Math.max(0, BYTES - JSON.stringify(frame).length))
  return { id, conversation: person, body: JSON.stringify(frame) }
}

/** The mark of an event. */
export const markOf = (body: string): string =>
  (JSON.parse(body) as { readonly d: { readonly content: string } }).d.content
