import type { ShardId, WireFrame } from '@qqkit/core'
import { type IdentifyPayload, Opcode, type ResumePayload } from '@qqkit/protocol'

/** What a message turned out to be. */
export type Decoded =
  | { readonly frame: WireFrame }
  /** `garbled`: not even JSON, so that it cannot be told what was meant. */
  | { readonly problem: string; readonly garbled: boolean }

const problem = (text: string, garbled = false): Decoded => ({ problem: text, garbled })

const utf8 = new TextDecoder()

/** A number as an id is handed on as it came: consumers must see that it is not to be trusted (§8). */
const isIdOrAbsent = (value: unknown): boolean => typeof value === 'number' || isTextOrAbsent(value)

const isTextOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string'

/**
 * Reads one message of the socket (§3.2). Never throws. What cannot be a frame is a problem; a sequence number or a
 * name of the wrong type is taken for absent, since the event itself may still be good.
 *
 * @param maxBytes messages larger than this are not even parsed
 */
export const decode = (data: string | Uint8Array, maxBytes: number): Decoded => {
  // A character is at least one byte: exact for what matters, and free.
  if (data.length > maxBytes) return problem(`a message of more than ${maxBytes} bytes`, true)
  // All frames are text (§3.2); what comes as bytes all the same is read as text.
  const text = typeof data === 'string' ? data : utf8.decode(data)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return problem(`text that is not JSON (${text.length} characters)`, true)
  }
  return checkShape(value)
}

const checkShape = (value: unknown): Decoded => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return problem('JSON that is no object')
  const frame = value as WireFrame
  if (!Number.isInteger(frame.op)) return problem('a frame without a numeric op')
  if (frame.op === 0 && typeof frame.t !== 'string') return problem('an event without a name')
  if (isSeqOrAbsent(frame.s) && isIdOrAbsent(frame.id) && isTextOrAbsent(frame.t)) return { frame }
  return {
    frame: {
      ...frame,
      s: isSeqOrAbsent(frame.s) ? (frame.s ?? null) : null,
      id: isIdOrAbsent(frame.id) ? (frame.id ?? null) : null,
      t: isTextOrAbsent(frame.t) ? (frame.t ?? null) : null,
    },
  }
}

const isSeqOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) >= 0)

/** The prefix without which the server answers op 9 and no reason (§3.3). */
const AUTH_SCHEME = 'QQBot'

/** What we say we are; without effect (§3.3). */
const PROPERTIES = { $os: process.platform, $browser: 'qqkit', $device: 'qqkit' }

/** Identify as text (§3.3). */
export const encodeIdentify = (token: string, intents: number, shard: ShardId): string => {
  const d: IdentifyPayload = {
    token: `${AUTH_SCHEME} ${token}`,
    intents,
    shard: [shard.index, shard.total],
    properties: PROPERTIES,
  }
  return JSON.stringify({ op: Opcode.Identify, d })
}

/** Resume as text (§3.5). */
export const encodeResume = (token: string, sessionId: string, seq: number): string => {
  const d: ResumePayload = { token: `${AUTH_SCHEME} ${token}`, session_id: sessionId, seq }
  return JSON.stringify({ op: Opcode.Resume, d })
}

/** Heartbeat as text: `d` is the last sequence number, `null` before any (§3.4). */
export const encodeHeartbeat = (seq: number | null): string =>
  JSON.stringify({ op: Opcode.Heartbeat, d: seq })
