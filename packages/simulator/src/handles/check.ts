import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { SayOptions } from '../core/actions/said-payload.js'

const NAME = 'give a name: a text that is not empty'

const name = v.strictObject({ name: v.pipe(v.string(NAME), v.minLength(1, NAME)) })

/** Checks the name of a person, a group or a channel, from which ids are made. */
export const checkName = (subject: string, given: string): string =>
  typeof given === 'string' && given !== '' ? given : checkOptions(subject, name, { name: given }).name

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

/** Checks what a person says. */
export const checkSaid = (said: string, given: SayOptions | undefined): void => {
  if (typeof said !== 'string') checkOptions('say()', text, { text: said })
  if (given !== undefined) checkOptions('say()', options, given)
}
