import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { SayOptions } from '../core/actions/said-payload.js'

const NAME = 'give a name, such as "ann"'

const name = v.strictObject({ name: v.pipe(v.string(NAME), v.regex(/\S/, NAME)) })

/** Checks the name of a person, a group or a channel, from which ids are made. */
export const checkName = (subject: string, given: string): string =>
  typeof given === 'string' && /\S/.test(given) ? given : checkOptions(subject, name, { name: given }).name

const text = v.strictObject({ text: v.string('give a text') })

const options = v.strictObject({
  attachments: v.optional(v.array(v.looseObject({}), 'give a list of files')),
  at: v.optional(v.boolean('give true or false')),
  quote: v.optional(v.string('give the id of a message')),
  copies: v.optional(v.number('give a number')),
  role: v.optional(v.picklist(['member', 'admin', 'owner'], "give 'member', 'admin' or 'owner'")),
  id: v.optional(v.string('give an id')),
  index: v.optional(v.nullable(v.string('give an index, or null for none'))),
  without: v.optional(v.array(v.string('give a list of fields'), 'give a list of fields')),
  payload: v.optional(v.looseObject({}, 'give fields')),
} satisfies Record<keyof SayOptions, v.GenericSchema>)

const PRESS = 'give the id, the data or the label of a button, e.g. press("Yes")'

const press = v.strictObject({
  button: v.union([v.string(), v.looseObject({ button: v.string() })], PRESS),
})

/** Checks what a person presses. */
export const checkPress = (button: unknown): void => void checkOptions('press()', press, { button })

const hasId = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'id') === 'string'

const SAID = "give what a person did, e.g. replyTo(sim.user('ann').say('hi')); a turn of a desk has expect()"
const said = v.strictObject({
  said: v.custom(
    (value) => hasId(value) && typeof Reflect.get(value as object, 'eventId') === 'string',
    SAID,
  ),
})
const pressed = v.strictObject({
  pressed: v.custom(hasId, "give a press, e.g. outcomeOf(sim.user('ann').press('Yes'))"),
})
const MS = 'give ms: a number from 0 up, with an end'
const replyOptions = v.strictObject({
  timeout: v.optional(v.pipe(v.number(MS), v.finite(MS), v.minValue(0, MS))),
  signal: v.optional(v.instance(AbortSignal, 'give an AbortSignal')),
})

/** Checks what a reply is expected to, and how long. */
export const checkReplyTo = (given: unknown, options: unknown): void => {
  checkOptions('replyTo()', said, { said: given })
  checkOptions('replyTo()', replyOptions, options)
}

/** Checks a press. */
export const checkPressed = (given: unknown): void =>
  void checkOptions('outcomeOf()', pressed, { pressed: given })

/** Checks what a person says. */
export const checkSaid = (said: string, given: SayOptions | undefined): void => {
  if (typeof said !== 'string') checkOptions('say()', text, { text: said })
  if (given !== undefined) checkOptions('say()', options, given)
}
