import type { ShardId, WireFrame } from '@qqkit/core'
import { type IdentifyPayload, Opcode, type ResumePayload } from '@qqkit/protocol'

/** What is wrong with a message that is no frame. */
export class Malformed {
  readonly problem: string
  /** Not even JSON, so it may have been anything. */
  readonly unparseable: boolean

  constructor(problem: string, unparseable = false) {
    this.problem = problem
    this.unparseable = unparseable
  }
}

const utf8 = new TextDecoder()
const BYTE_ORDER_MARK = 0xfe_ff

/** A numeric id is passed on as it came, so that consumers see that it is not to be trusted (§8). */
const isIdOrAbsent = (value: unknown): boolean => typeof value === 'number' || isTextOrAbsent(value)

const isTextOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string'

/**
 * Decodes one message of the socket (§3.2). Never throws. A sequence number or a name of the wrong type counts as absent,
 * since the event itself may still be good.
 *
 * @param maxBytes larger messages are not parsed
 */
export const decode = (data: string | Uint8Array, maxBytes: number): WireFrame | Malformed => {
  // A character is at least one byte, so this check needs no encoding.
  if (data.length > maxBytes) return new Malformed(`a message of more than ${maxBytes} bytes`, true)
  // All frames are text (§3.2); bytes are read as text too.
  const text = typeof data === 'string' ? data : utf8.decode(data)
  let value: unknown
  try {
    // A proxy may add a mark, as to the other answers of the platform.
    value = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  } catch {
    return new Malformed(`text that is not JSON (${text.length} characters)`, true)
  }
  return checkShape(value)
}

const checkShape = (value: unknown): WireFrame | Malformed => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Malformed('JSON that is not an object')
  const frame = value as WireFrame
  if (!Number.isInteger(frame.op)) return new Malformed('a frame without a numeric op')
  if (frame.op === 0 && typeof frame.t !== 'string') return new Malformed('an event without a name')
  if (isSeqOrAbsent(frame.s) && isIdOrAbsent(frame.id) && isTextOrAbsent(frame.t)) return frame
  return {
    ...frame,
    s: isSeqOrAbsent(frame.s) ? (frame.s ?? null) : null,
    id: isIdOrAbsent(frame.id) ? (frame.id ?? null) : null,
    t: isTextOrAbsent(frame.t) ? (frame.t ?? null) : null,
  }
}

const isSeqOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) >= 0)

/** Without this prefix the server answers op 9 without a reason (§3.3). */
const AUTH_SCHEME = 'QQBot'

/** Describes the client; without effect (§3.3). */
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
