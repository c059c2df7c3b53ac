import * as v from 'valibot'

import { only, type OnlyMessage } from './only.js'

/** Any string, the empty one included. */
export const text: v.StringSchema<string> = v.string('give a string')

/** A string that is not empty. */
export const filled: v.GenericSchema<string> = v.pipe(text, v.nonEmpty('must not be empty'))

/** A whole number. */
export const count: v.GenericSchema<number> = v.pipe(
  v.number('give a whole number'),
  v.integer('give a whole number'),
)

/** `true` or `false`. */
export const flag: v.BooleanSchema<string> = v.boolean('give true or false')

/** Text of at most `most` characters; counted as people do, not in UTF-16 units. */
export const upTo = (most: number): v.GenericSchema<string> =>
  v.pipe(
    filled,
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && Array.from(dataset.value).length > most)
        addIssue({ message: `at most ${most} characters`, expected: String(most) })
    }),
  )

/** A list of 1 to `most` items. */
export const listOf = <S extends v.GenericSchema>(
  item: S,
  most: number,
  what: string,
): v.GenericSchema<readonly v.InferInput<S>[]> =>
  v.pipe(
    v.array(item, 'give an array'),
    v.minLength(1, `at least one ${what}`),
    v.maxLength(most, `at most ${most} ${what}s`),
  )

/** An object of the wire that takes no other fields. */
export const wire = <const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, OnlyMessage> =>
  only(entries, 'the platform takes no such field here')
