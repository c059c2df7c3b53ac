import { Opcode, type IdentifyPayload, type ResumePayload } from '@qqkit/protocol'
import type { ShardId } from '@qqkit/core'

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
