import { Buffer } from 'node:buffer'

import type { WireFrame } from '@qqkit/core'

/**
 * Reads a body of up to `limit` bytes. `'too_large'` as soon as it is known to be longer, without reading the rest;
 * `'consumed'` if the host has read it, `'unreadable'` if it breaks off.
 */
export const readBody = async (
  request: Request,
  limit: number,
): Promise<Uint8Array | 'too_large' | 'consumed' | 'unreadable'> => {
  if (request.bodyUsed || request.body?.locked === true) return 'consumed'
  if (Number(request.headers.get('content-length') ?? 0) > limit) return 'too_large'
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return Buffer.concat(chunks, length)
      length += value.byteLength
      if (length > limit) {
        // The rest is not needed, and an error of cancel() does not matter.
        reader.cancel().catch(() => {})
        return 'too_large'
      }
      chunks.push(value)
    }
  } catch {
    return 'unreadable'
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** A body as JSON, or the reason why it is not JSON. */
export type ParsedBody = { readonly value: unknown } | 'empty' | 'not_json'

/** Reads a body as JSON in UTF-8 (§7.2). */
export const parseBody = (body: Uint8Array): ParsedBody => {
  if (body.length === 0) return 'empty'
  try {
    return { value: JSON.parse(decoder.decode(body)) as unknown }
  } catch {
    return 'not_json'
  }
}

/**
 * The frame in a body, or `null` if the body is not a frame (§3.2, §7.2). A numeric id stays a number: it may have lost digits,
 * so it cannot serve as an id.
 */
export const frameOf = (value: unknown): WireFrame | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { op, t, id } = value as Readonly<Record<string, unknown>>
  if (typeof op !== 'number') return null
  if (![undefined, null].includes(t as null) && typeof t !== 'string') return null
  if (![undefined, null].includes(id as null) && typeof id !== 'string' && typeof id !== 'number') return null
  return value as WireFrame
}
