import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { jsonText } from './json-text.js'
import { StreamBody } from './stream-body.js'

/** A body as it goes over the wire; `null` for none. */
export type EncodedBody = string | StreamBody | null

/** Where a value holds something that JSON cannot carry; `null` when it is not to be found. */
const unfitAt = (value: unknown, path: string, above: readonly unknown[]): string | null => {
  if (typeof value === 'bigint' || above.includes(value)) return path
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const found = unfitAt(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, [
      ...above,
      value,
    ])
    if (found !== null) return found
  }
  return null
}

/**
 * Writes a body as JSON, unless it writes itself: once per call, so that every repeat says the same, whatever the caller does
 * to the object meanwhile.
 *
 * @throws InvalidRequestError for what JSON cannot carry, with its path
 */
export const encodeBody = (body: unknown): EncodedBody => {
  if (body === undefined) return null
  if (body instanceof StreamBody) return body
  try {
    const text = jsonText(body)
    if (text !== undefined) return text
  } catch (cause) {
    throw new InvalidRequestError({
      path: unfitAt(body, 'body', []) ?? 'body',
      hint: 'give what JSON can carry: no BigInt, nothing that contains itself',
      cause,
    })
  }
  throw new InvalidRequestError({ path: 'body', hint: 'give what JSON can carry', received: body })
}
