import type { HttpWorld } from '../http/state.js'
import type { HeldFrame } from '../kernel/task.js'
import type { Peer, PlacesWorld } from '../places/state.js'

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
  /** The frame that a reordering fault holds back. */
  held: HeldFrame | null
  /**
   * Time of the platform's heartbeat that is still unanswered
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}).
   */
  askedAt: number | null
  /** Identify or Resume has been received. */
  identifySent: boolean
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
  /** Sequence number up to which the buffer has dropped events. */
  lost: number
  /** When the session is forgotten; `null` while it is connected. */
  expiresAt: number | null
}

/**
 * A session of the old HTTP gateway
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). Moments are ms since
 * the epoch.
 */
export interface HttpSession {
  readonly id: string
  readonly bot: string
  readonly checkedAt: number
}

/** An event on its way to a bot. */
export interface PlatformEvent {
  readonly t: string
  /** The payload, or a {@link RawJson}. */
  readonly d: unknown
  /** Decides the shard (§3.9). */
  readonly guildId?: string | null
  /** The conversation or guild of the event, and the person who caused it. */
  readonly peer?: Pick<Peer, 'id' | 'name'>
  readonly person?: string
  /** Default: a fresh one. */
  readonly id?: string
  /** The click behind the event. */
  readonly interaction?: string
}

/** The part of the world that the gateway needs. */
export interface GatewayWorld extends PlacesWorld, HttpWorld {
  readonly connections: Map<number, Connection>
  /** Number of connections so far. */
  connectionsMade: number
  readonly sessions: Map<string, Session>
  /** Keyed by id. */
  readonly httpSessions: Map<string, HttpSession>
}
