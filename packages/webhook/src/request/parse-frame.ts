import type { WireFrame } from '@qqkit/core'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** A body as JSON, or why it is none. */
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
 * The frame in a body, or `null` when it is none (§3.2, §7.2). An id that came as a number stays one: its digits may not be
 * the ones that were sent, so that it names nothing.
 */
export const frameOf = (value: unknown): WireFrame | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { op, t, id } = value as Readonly<Record<string, unknown>>
  if (typeof op !== 'number') return null
  if (![undefined, null].includes(t as null) && typeof t !== 'string') return null
  if (![undefined, null].includes(id as null) && typeof id !== 'string' && typeof id !== 'number') return null
  return value as WireFrame
}
