import type { WireFrame } from '@qqkit/core'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The frame in a body, or `null` when it is none (§3.2, §7.2). */
export const parseFrame = (body: Uint8Array): WireFrame | null => {
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(body))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { op, t, id } = value as Readonly<Record<string, unknown>>
  if (typeof op !== 'number') return null
  if (![undefined, null].includes(t as null) && typeof t !== 'string') return null
  if (![undefined, null].includes(id as null) && typeof id !== 'string') return null
  return value as WireFrame
}
