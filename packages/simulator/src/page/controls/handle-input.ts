import { QqkitError } from '@qqkit/core'
import * as v from 'valibot'

import { allScenes } from '../../core/rules/scene.js'
import { InputError, type PageHost } from '../contract/page-host.js'
import type { PageInputs } from '../contract/wire.js'
import type { PageView } from '../view/page-view.js'
import { setPageSwitch } from './page-switches.js'
import { requestFault } from './request-fault.js'

const name = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(40, 'is too long'))
const id = v.pipe(v.string(), v.maxLength(200))
const scene = v.picklist(allScenes)

/** Schemas of the page's inputs, by the last part of the path. */
const inputSchemas: {
  readonly [Name in keyof PageInputs]: v.GenericSchema<unknown, PageInputs[Name]>
} = {
  say: v.strictObject({
    scene,
    room: name,
    person: name,
    text: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(4000, 'is too long')),
  }),
  press: v.strictObject({ message: id, button: id, person: name }),
  rooms: v.strictObject({ scene, room: name, person: name }),
  faults: v.strictObject({
    kind: name,
    times: v.union([
      v.picklist(['once', 'always']),
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
    ]),
    target: id,
    values: v.record(v.string(), v.pipe(v.string(), v.maxLength(20_000))),
  }),
  clear: v.strictObject({ id }),
  live: v.strictObject({ name: v.nullable(name), value: v.nullable(name) }),
}

/** The objects that inputs act on. */
export interface InputTarget {
  readonly host: PageHost
  readonly view: PageView
  /** Returns a new number with every call, for ids. */
  readonly count: () => number
}

type Handlers = {
  readonly [Name in keyof PageInputs]: (target: InputTarget, input: PageInputs[Name]) => void
}

const handlers: Handlers = {
  say: ({ host }, { scene, room, person, text }) => host.say(scene, room, person, text),
  press: ({ host, view }, { message, button, person }) => {
    const pressed = view.message(message)
    const room = pressed && view.room(pressed.room)
    if (!room) throw new InputError('The page has dropped this message.')
    const interaction = host.press(room.scene, room.name, person, message, button)
    view.addPress(interaction, { message, button, at: host.now(), code: null })
  },
  rooms: ({ view }, { scene, room, person }) => view.addPerson(scene, room, person),
  faults: ({ host, count }, order) => requestFault(host, order, count()),
  clear: ({ host }, { id }) => host.clearFault(id === 'all' ? null : id),
  live: ({ host }, { name, value }) => setPageSwitch(host, name, value),
}

const refuse = (message: string, status: number): Response => Response.json({ message }, { status })

const take = (target: InputTarget, name: keyof PageInputs, body: unknown): Response => {
  const result = v.safeParse(inputSchemas[name], body)
  if (!result.success) {
    const [issue] = result.issues
    return refuse(`${v.getDotPath(issue) ?? 'The input'}: ${issue.message}`, 400)
  }
  try {
    const handle = handlers[name] as (target: InputTarget, input: unknown) => void
    handle(target, result.output)
    return new Response(null, { status: 204 })
  } catch (error) {
    // Errors for people are answered as text; any other error is a defect and is rethrown.
    const isForPeople = error instanceof InputError || error instanceof RangeError || QqkitError.is(error)
    if (isForPeople) return refuse(error.message, 422)
    throw error
  }
}

const isInput = (name: string): name is keyof PageInputs => Object.hasOwn(inputSchemas, name)

/** Handles one input of the page; 204 on success. The feed carries the changes. */
export const handleInput = async (target: InputTarget, name: string, request: Request): Promise<Response> => {
  if (!isInput(name)) return refuse('There is no such input.', 404)
  const body: unknown = await request.json().catch(() => undefined)
  return body === undefined ? refuse('The body is not JSON.', 400) : take(target, name, body)
}
