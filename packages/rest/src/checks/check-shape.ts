import { isThenable } from '@qqkit/core/internal'
import * as v from 'valibot'

import { InvalidRequestError } from '../errors/invalid-request-error.js'

const LIMIT = /^\d+$/

const pathOf = (issue: v.BaseIssue<unknown>): string =>
  (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1)

const limitOf = ({ requirement, expected }: v.BaseIssue<unknown>): { limit?: number } => {
  if (typeof requirement === 'number') return { limit: requirement }
  return expected !== null && LIMIT.test(expected) ? { limit: Number(expected) } : {}
}

/** Values that a shape of an object takes for an empty one, or for one with wrong names. */
const mistakenFor = (value: unknown): string | null => {
  if (isThenable(value)) return 'await the promise first'
  const isOther = typeof value === 'object' && Object.prototype.toString.call(value) !== '[object Object]'
  return isOther && value !== null ? 'give a plain object' : null
}

/**
 * Checks a value against a shape.
 *
 * @param whole name of the whole value, e.g. `message`
 * @throws InvalidRequestError with the path of the first wrong value, and the limit if one was exceeded
 */
export const checkShape = (schema: v.GenericSchema, value: unknown, whole: string): void => {
  const { issues } = v.safeParse(schema, value, { abortEarly: true })
  const issue = issues?.[0]
  const mistaken = mistakenFor(value)
  if (mistaken !== null) throw new InvalidRequestError({ path: whole, hint: mistaken, received: value })
  if (!issue) return
  throw new InvalidRequestError({
    path: pathOf(issue) || whole,
    hint: issue.message,
    received: issue.input,
    ...limitOf(issue),
  })
}
