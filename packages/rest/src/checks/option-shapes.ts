import * as v from 'valibot'

import { only, type OnlyMessage } from './shapes.js'

/** Options of a constructor, and no others. */
export const option = <const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, OnlyMessage> =>
  only(entries, 'remove it: there is no such option')

type NumberSchema = v.GenericSchema<number>

/** A time in ms. */
export const duration = (hint: string): NumberSchema =>
  v.pipe(v.number(hint), v.finite(hint), v.minValue(1, hint))

/** A wait in ms, from 0 to `Infinity`. */
export const wait = (hint: string): NumberSchema => v.pipe(v.number(hint), v.minValue(0, hint))

/** A number of things, at least one unless said otherwise. */
export const count = (hint: string, least = 1): NumberSchema =>
  v.pipe(v.number(hint), v.integer(hint), v.minValue(least, hint))

/** An object with these methods, whatever else it has. */
export const having = (hint: string, ...methods: string[]): v.GenericSchema<object> =>
  v.custom<object>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    hint,
  )
