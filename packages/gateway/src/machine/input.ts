import type { AccessFault, SocketClose, WireFrame } from '@qqkit/core'
import type { Policy } from '@qqkit/reconnect-policy'

import type { StateName } from './state.js'

/** Time limits of the steps of connecting, in ms. */
export interface Deadlines {
  /** Token and gateway address. */
  readonly prepare: number
  /** From opening the socket until it is open. */
  readonly open: number
  /** From the open socket to HELLO. */
  readonly hello: number
  /** Waiting for an identify permit. */
  readonly permit: number
  /** From Identify to READY. */
  readonly ready: number
  /** From Resume, or the last replayed event, to RESUMED. */
  readonly resumed: number
  /** From the client's close frame to the server's. */
  readonly close: number
}

/** Which heartbeat intervals of the server are accepted, in ms. */
export interface HeartbeatLimits {
  readonly min: number
  readonly max: number
  /** Used instead of an interval outside these limits. */
  readonly fallback: number
}

/** `keep`: try the same intents again; `leave-out`: continue without those that not every bot has. */
export type OnRefusedIntents = 'keep' | 'leave-out'

/** Configuration of a machine; constant. */
export interface MachineConfig {
  readonly policy: Policy
  readonly deadlines: Deadlines
  readonly heartbeat: HeartbeatLimits
  /** ms after which a session is replaced at the next idle moment; `null`: never. */
  readonly maxSessionAge: number | null
  /** What to do when Identify is refused repeatedly, probably for its intents. */
  readonly onRefusedIntents: OnRefusedIntents
}

/** What a transition may read besides state and input. */
export interface Context {
  readonly config: MachineConfig
  /** Monotonic time in ms. */
  readonly now: number
  readonly random: () => number
  /** The mask to identify with. */
  readonly intents: number
}

/** Each name is one timer; setting it again replaces it. */
export type TimerName = 'deadline' | 'heartbeat' | 'stability' | 'backoff' | 'age'

/**
 * The timers that must be running in each state, so that no state lasts for ever (GW-26). `ready` may last, but its
 * heartbeat notices silence.
 */
const requiredTimers: Readonly<Record<StateName, readonly TimerName[]>> = {
  idle: [],
  preparing: ['deadline'],
  opening: ['deadline'],
  greeting: ['deadline'],
  queued: ['deadline', 'heartbeat'],
  identifying: ['deadline', 'heartbeat'],
  resuming: ['deadline', 'heartbeat'],
  ready: ['heartbeat'],
  closing: ['deadline'],
  waiting: ['backoff'],
  stopped: [],
}

/** The required timers that are not set; empty unless the state could get stuck. */
export const missingTimers = (state: StateName, armed: ReadonlySet<TimerName>): readonly TimerName[] =>
  requiredTimers[state].filter((name) => !armed.has(name))

/** A session of an earlier process. */
export interface RestoredSession {
  readonly id: string
  readonly seq: number
  /** ms since the gateway last proved that nothing was missing. */
  readonly age: number
  /** ms since it began. */
  readonly sessionAge?: number
}

/** From the shard; belongs to no connection. */
export type Command =
  | { readonly type: 'start'; readonly epoch: null }
  /** `within`: how long closing the socket may take, in ms. */
  | { readonly type: 'stop'; readonly epoch: null; readonly resumable: boolean; readonly within: number }
  /** Unexpected internal error. `last`: recovery failed as well, so stop. */
  | {
      readonly type: 'fault'
      readonly epoch: number | null
      readonly error: unknown
      readonly last: boolean
    }

/** From a socket, a timer or background work; carries the number of its connection. */
export type Signal =
  | {
      readonly type: 'prepared'
      readonly epoch: number
      readonly url: string
      /** ms until the daily budget allows an Identify. */
      readonly budgetDelay: number
      /** Used when the machine has no session. */
      readonly restored: RestoredSession | null
    }
  | {
      readonly type: 'unprepared'
      readonly epoch: number
      readonly fault: AccessFault['access']
      readonly error: unknown
    }
  /** No identify permit came in time. */
  | { readonly type: 'unpermitted'; readonly epoch: number }
  | { readonly type: 'opened'; readonly epoch: number }
  | { readonly type: 'frame'; readonly epoch: number; readonly frame: WireFrame }
  /** A message that is not a frame. `unparseable`: it may have been any frame. */
  | {
      readonly type: 'malformed'
      readonly epoch: number
      readonly problem: string
      readonly unparseable: boolean
    }
  /** A ping or a pong. */
  | { readonly type: 'activity'; readonly epoch: number }
  | {
      readonly type: 'closed'
      readonly epoch: number
      readonly code: number
      readonly reason: string
      /** The transport's error, if there was one. */
      readonly error?: unknown
      /** The HTTP answer, if the upgrade was refused. */
      readonly refused?: SocketClose['refused'] | undefined
    }
  | { readonly type: 'permitted'; readonly epoch: number }
  | { readonly type: 'timer'; readonly epoch: number; readonly name: TimerName }

/** All inputs of the machine. */
export type Input = Command | Signal
