import { Readable } from 'node:stream'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { jsonText } from './json.js'

/**
 * A body of known length that is read while it is sent, from the start for each attempt. Inspecting it does not show
 * its content.
 */
export class StreamBody {
  /** Its content type; `null` for none. */
  readonly type: string | null
  /** Bytes. */
  readonly length: number
  readonly #pieces: () => AsyncIterable<Uint8Array>
  #failure: { readonly reason: unknown } | null = null

  constructor(type: string | null, length: number, pieces: () => AsyncIterable<Uint8Array>) {
    this.type = type
    this.length = length
    this.#pieces = pieces
  }

  /** Why reading failed in the last attempt; `null` if it did not. */
  get failure(): { readonly reason: unknown } | null {
    return this.#failure
  }

  /** The body for one attempt. */
  open(): Readable {
    this.#failure = null
    return Readable.from(this.#read(), { objectMode: false, highWaterMark: 1 })
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#pieces()
    } catch (reason) {
      this.#failure = { reason }
      throw reason
    }
  }
}

/** A body as it goes over the wire; `null` for none. */
export type EncodedBody = string | StreamBody | null

/** Path of the first value that JSON cannot represent; `null` if there is none. */
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
 * Encodes a body as JSON once per call, so that every repeat is the same even if the caller changes the object
 * meanwhile.
 *
 * @throws InvalidRequestError with the path of a value that JSON cannot represent
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
      hint: 'give a JSON value: no BigInt, no circular reference',
      cause,
    })
  }
  throw new InvalidRequestError({ path: 'body', hint: 'give a JSON value', received: body })
}
