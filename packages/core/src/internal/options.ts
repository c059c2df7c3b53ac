import type { StandardSchemaV1 } from '@standard-schema/spec'

import { type Advice, OptionsError } from '../errors.js'
import { SECRET_PLACEHOLDER } from './logging.js'

/** Strings longer than this are described by their length. */
const LONGEST_QUOTE = 60

/** Describes a value in an error message: short plain values by their content, all others by their type. */
const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST_QUOTE ? `a string of ${value.length} characters` : JSON.stringify(value)
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? `an array of ${value.length}` : `an object`
    default:
      return typeof value
  }
}

/** Options whose values are never shown, at any depth. A proxy URL may hold a password, and the secret is often pasted as the AppID. */
const SECRET_NAME = /secret|token|password|authorization|app_?id|proxy/i

const keyOf = (segment: PropertyKey | StandardSchemaV1.PathSegment): PropertyKey =>
  typeof segment === 'object' ? segment.key : segment

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  )

/**
 * Checks options against a schema and returns the schema's output. Takes any Standard Schema, so that the validation
 * library of a package does not appear in its types. The message of a failed rule becomes the hint.
 *
 * @param subject the name of what is configured, e.g. `'Gateway'`
 * @param advise the advice for a path; without one, the error advises to correct the option
 * @throws OptionsError with the path of the first wrong value
 */
export const checkOptions = <S extends StandardSchemaV1>(
  subject: string,
  schema: S,
  input: unknown,
  advise: (path: string) => Advice | undefined = () => undefined,
): StandardSchemaV1.InferOutput<S> => {
  const result = schema['~standard'].validate(input)
  if (result instanceof Promise) throw new TypeError('option schemas must be synchronous')
  const issue = result.issues?.[0]
  if (!issue) return (result as StandardSchemaV1.SuccessResult<StandardSchemaV1.InferOutput<S>>).value
  const path = (issue.path ?? []).map(keyOf)
  const name = path.map(String).join('.')
  const secret = path.some((key) => SECRET_NAME.test(String(key)))
  throw new OptionsError({
    subject,
    path: name,
    received: secret ? SECRET_PLACEHOLDER : describeValue(valueAt(input, path)),
    hint: issue.message,
    advice: advise(name),
  })
}
