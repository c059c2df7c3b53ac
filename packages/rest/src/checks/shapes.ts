import * as v from 'valibot'

/** The message of an {@link only} shape, as a hint for people. */
export type OnlyMessage = (issue: v.StrictObjectIssue) => string

/**
 * An object with these fields and no others.
 *
 * @param unknown hint for an unknown field
 */
export const only = <const E extends v.ObjectEntries>(
  entries: E,
  unknown: string,
): v.StrictObjectSchema<E, OnlyMessage> =>
  v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return `${unknown}; known are ${Object.keys(entries).join(', ')}`
    return issue.received === 'undefined' ? 'is required' : 'give an object'
  })

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

const WIDE = /[^ -\u00FF]/u

/** Length in code points, not UTF-16 units. */
const characters = (value: string): number => Array.from(value).length
/** Length where a character outside Latin-1 counts 2. */
const columns = (value: string): number =>
  Array.from(value).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0)

const noLonger = (most: number, count: (value: string) => number, hint: string): v.GenericSchema<string> =>
  v.pipe(
    text,
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && count(dataset.value) > most) addIssue({ message: hint, expected: String(most) })
    }),
  )

/** Text of at most `most` characters; it may be empty. */
export const atMost = (most: number): v.GenericSchema<string> =>
  noLonger(most, characters, `at most ${most} characters`)

/** Text of 1 to `most` characters. */
export const upTo = (most: number): v.GenericSchema<string> => v.pipe(filled, atMost(most))

/** Text of 1 to `most` characters, of which a Chinese one counts 2. */
export const upToWide = (most: number): v.GenericSchema<string> =>
  v.pipe(filled, noLonger(most, columns, `at most ${most} characters, of which a Chinese one counts 2`))

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

/** An object of the wire protocol, without other fields. */
export const wire = <const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, OnlyMessage> =>
  only(entries, 'the platform takes no such field here')
