import type { StandardSchemaV1 } from '@standard-schema/spec'

import { type Advice, OptionsError } from '../errors.js'

const LONGEST = 60

/** A value as short text for an error message: its content where that is short and plain, its kind where not. */
const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST ? `a string of ${value.length} characters` : JSON.stringify(value)
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

/** Names whose values are never shown, wherever they stand. URLs of proxies hold passwords; a wrong AppID is often the secret, put in its place. */
const SECRET_NAME = /secret|token|password|authorization|app_?id|proxy/i

const keyOf = (segment: PropertyKey | StandardSchemaV1.PathSegment): PropertyKey =>
  typeof segment === 'object' ? segment.key : segment

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  )

/**
 * Checks options against a schema and returns what the schema makes of them. Takes any Standard Schema, so that no
 * package shows its validation library in its types. The message of a failed rule becomes the hint.
 *
 * @param subject what is being configured, for the message, e.g. `'Gateway'`
 * @param advise the next step for a path, where there is more to say than to correct it
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
    received: secret ? '[secret]' : describeValue(valueAt(input, path)),
    hint: issue.message,
    advice: advise(name),
  })
}
