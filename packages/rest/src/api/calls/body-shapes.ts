import type { Endpoint } from '@qqkit/protocol'
import * as v from 'valibot'

import { filled } from '../../checks/shapes.js'

/** Schemas by endpoint, created on first use: most bots call a handful. */
export type Shapes = Readonly<Partial<Record<Endpoint, () => v.GenericSchema>>>

type Entries = v.ObjectEntries
type Message = (issue: v.LooseObjectIssue) => string

/** An object of the wire protocol that may have further fields, since the API grows. */
export const open = <const E extends Entries>(entries: E): v.LooseObjectSchema<E, Message> =>
  v.looseObject(entries, ({ received }) => (received === 'undefined' ? 'is required' : 'give an object'))

const given = (value: unknown, names: readonly string[]): readonly string[] =>
  names.filter((name) => (value as Readonly<Record<string, unknown>>)[name] !== undefined)

/** An object with at least one of these fields. */
export const someOf = (entries: Entries, ...names: readonly string[]): v.GenericSchema =>
  v.pipe(
    open(entries),
    v.check((value) => given(value, names).length > 0, `give at least one of ${names.join(', ')}`),
  )

/** An object with exactly one of these fields. */
export const oneOf = (entries: Entries, ...names: readonly string[]): v.GenericSchema =>
  v.pipe(
    open(entries),
    v.check((value) => given(value, names).length === 1, `give exactly one of ${names.join(', ')}`),
  )

/** One of a few values. */
export const choice = (...values: readonly (string | number)[]): v.GenericSchema =>
  v.picklist(values, `one of ${values.join(', ')}`)

/** A whole number within bounds. */
export const between = (least: number, most: number): v.GenericSchema => {
  const hint = `give a whole number from ${least} to ${most}`
  return v.pipe(
    v.number(hint),
    v.integer(hint),
    v.minValue(least, `at least ${least}`),
    v.maxValue(most, `at most ${most}`),
  )
}

/** A number as a string of decimal digits. */
export const digits: v.GenericSchema<string> = v.pipe(
  v.string('give the number as a string of digits, e.g. "60"'),
  v.regex(/^\d{1,20}$/, 'give the number as a string of digits, e.g. "60"'),
)

const DATE = 'give a date and time in RFC 3339, e.g. "2026-09-01T09:00:00+08:00"'

/** A point in time as RFC 3339. */
export const dateTime: v.GenericSchema<string> = v.pipe(
  v.string(DATE),
  v.check(
    (value) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(value) &&
      !Number.isNaN(Date.parse(value)),
    DATE,
  ),
)

/** An https address (40030008). Values other than strings are left to the platform. */
export const secureLink: v.GenericSchema = v.pipe(
  v.unknown(),
  v.check((value) => typeof value !== 'string' || value.startsWith('https://'), 'must begin with https://'),
)

/** A list of ids, empty or not. */
export const idList: v.GenericSchema = v.array(filled, 'give an array of ids')
