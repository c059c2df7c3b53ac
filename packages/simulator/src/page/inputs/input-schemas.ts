import * as v from 'valibot'

import { SCENES } from '../../core/scene.js'
import type { PageInputs } from '../wire.js'

const name = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(40, 'is too long'))
const id = v.pipe(v.string(), v.maxLength(200))
const scene = v.picklist(SCENES)

/** What the page may send, by the last part of the path. */
export const inputSchemas: {
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
