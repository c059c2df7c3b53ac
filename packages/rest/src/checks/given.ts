import { isThenable } from '@qqkit/core/internal'

import { InvalidRequestError } from '../errors/invalid-request-error.js'

const refuse = (path: string, hint: string, received: unknown): never => {
  throw new InvalidRequestError({ path, hint, received })
}

/** For users of JavaScript, who have no compiler to report it. @throws InvalidRequestError naming `path` */
export const givenText = (path: string, value: string): string =>
  typeof value === 'string' ? value : refuse(path, 'give a string', value)

/** As {@link givenText}, for a number of things, which may be infinite. @throws InvalidRequestError naming `path` */
export const givenCount = (path: string, value: number): number =>
  (Number.isInteger(value) || value === Infinity) && value >= 1
    ? value
    : refuse(path, 'give a whole number from 1 up', value)

/** As {@link givenText}, for an object that is no list and no promise. @throws InvalidRequestError naming `path` */
export const givenObject = <T extends object>(path: string, value: T): T =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isThenable(value)
    ? value
    : refuse(path, 'give an object', value)

/** As {@link givenText}, for a list. @throws InvalidRequestError naming `path` */
export const givenList = <T>(path: string, value: readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : refuse(path, 'give an array', value)

/**
 * As {@link givenObject}, for options: a misspelt one would be left out silently.
 *
 * @throws InvalidRequestError naming the option
 */
export const givenOptions = <T extends object>(path: string, value: T, known: ReadonlySet<string>): T => {
  for (const name in givenObject(path, value))
    if (!known.has(name))
      refuse(name, `there is no such option; known are ${[...known].join(', ')}`, Reflect.get(value, name))
  return value
}

/** Whether a builder is called as a template tag. */
export const isTemplate = (given: string | TemplateStringsArray): given is TemplateStringsArray =>
  Array.isArray(given) && 'raw' in given
