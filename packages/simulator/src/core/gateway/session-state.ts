import type { HeldFrame } from '../kernel/task.js'

/** One WebSocket connection. */
export interface Connection {
  readonly id: number
  readonly openedAt: number
  bot: string | null
  session: string | null
  state: 'open' | 'closing' | 'closed'
  frozen: boolean
  heardAt: number
  /** Moments of the frames of the last minute. */
  frames: number[]
  /** Held back by a reordering fault. */
  held: HeldFrame | null
  /**
   * When the platform asked for a heartbeat that has not come yet
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}).
   */
  askedAt: number | null
  /** Identify or Resume has been received. */
  spoken: boolean
}

/** An event kept for replay, serialised. */
export interface BufferedEvent {
  readonly s: number
  readonly t: string
  readonly text: string
}

/** A gateway session. It outlives its connection for a while. */
export interface Session {
  readonly id: string
  readonly bot: string
  readonly shard: readonly [number, number]
  readonly intents: number
  connection: number | null
  seq: number
  buffer: BufferedEvent[]
  /** Sequence number up to which events were forgotten for lack of room. */
  lost: number
  /** When the session is forgotten; `null` while it is connected. */
  expiresAt: number | null
}
