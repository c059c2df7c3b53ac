import type { WireFrame } from '@qqkit/core'

/** What a message turned out to be. */
export type Decoded = { readonly frame: WireFrame } | { readonly problem: string }

const problem = (text: string): Decoded => ({ problem: text })

const isTextOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string'

/**
 * Reads one message of the socket (§3.2). Never throws. What cannot be a frame is a problem; a sequence number or an
 * id of the wrong type is taken for absent, since the event itself may still be good.
 *
 * @param maxBytes messages larger than this are not even parsed
 */
export const decode = (data: string | Uint8Array, maxBytes: number): Decoded => {
  if (typeof data !== 'string') return problem('a binary message')
  // A character is at least one byte: exact for what matters, and free.
  if (data.length > maxBytes) return problem(`a message of more than ${maxBytes} bytes`)
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return problem(`text that is not JSON (${data.length} characters)`)
  }
  return checkShape(value)
}

const checkShape = (value: unknown): Decoded => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return problem('JSON that is no object')
  const frame = value as WireFrame
  if (!Number.isInteger(frame.op)) return problem('a frame without a numeric op')
  if (frame.op === 0 && typeof frame.t !== 'string') return problem('an event without a name')
  if (isSeqOrAbsent(frame.s) && isTextOrAbsent(frame.id) && isTextOrAbsent(frame.t)) return { frame }
  return {
    frame: {
      ...frame,
      s: isSeqOrAbsent(frame.s) ? (frame.s ?? null) : null,
      id: isTextOrAbsent(frame.id) ? (frame.id ?? null) : null,
      t: isTextOrAbsent(frame.t) ? (frame.t ?? null) : null,
    },
  }
}

const isSeqOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) >= 0)
