import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

/** A whole number from 1 up. */
export const count = (hint: string): v.GenericSchema<number> =>
  v.pipe(v.number(hint), v.integer(hint), v.minValue(1, hint))

/** ms, more than 0. */
export const duration = (hint: string): v.GenericSchema<number> =>
  v.pipe(v.number(hint), v.finite(hint), v.minValue(1, hint))

/** A function of the user. */
export const fn = (hint: string): v.GenericSchema => v.function(hint)

/** A function of the user, or a reply in the words of the bot. */
export const orReply: v.GenericSchema = v.union(
  [v.literal('reply'), v.function()],
  'must be a function, or "reply"',
)

/** A list of texts, e.g. ids. */
export const texts = (hint: string): v.GenericSchema<string[]> =>
  v.array(v.pipe(v.string(hint), v.nonEmpty(hint)), hint)

/** Anything that has a clock's methods. */
export const clock: v.GenericSchema<object | undefined> = v.optional(
  v.custom<object>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      ['now', 'wall', 'setTimer'].every((name) => typeof Reflect.get(value, name) === 'function'),
    'must be a Clock',
  ),
)

/**
 * Checks the options of a middleware.
 *
 * @throws OptionsError
 */
export const checkMiddlewareOptions = (name: string, entries: v.ObjectEntries, options: unknown): void => {
  checkOptions(name, v.strictObject(entries, objectHint), options)
}

const objectHint = ({ expected, path }: v.StrictObjectIssue): string => {
  if (expected === 'never') return 'there is no such option'
  return path ? 'is needed' : 'give the options as an object'
}
