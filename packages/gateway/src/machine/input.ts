import type { AccessFault, SocketClose, WireFrame } from '@qqkit/core'
import type { Policy } from '@qqkit/reconnect-policy'

import type { StateName } from './state.js'

/** How long each step may take, in ms. */
export interface Deadlines {
  /** Token and gateway address. */
  readonly prepare: number
  /** From opening the socket to its being open. */
  readonly open: number
  /** From there to HELLO. */
  readonly hello: number
  /** Waiting for a turn to identify. */
  readonly permit: number
  /** From Identify to READY. */
  readonly ready: number
  /** From Resume, or the last replayed event, to RESUMED. */
  readonly resumed: number
  /** From our close frame to the server's. */
  readonly close: number
}

/** Which heartbeat intervals of the server are believed, in ms. */
export interface HeartbeatLimits {
  readonly min: number
  readonly max: number
  /** Used instead of what is not believed. */
  readonly fallback: number
}

/** `keep`: ask for the same again; `leave-out`: go on without those that not every bot has. */
export type OnRefusedIntents = 'keep' | 'leave-out'

/** What a machine is made for; never changes while it lives. */
export interface MachineConfig {
  readonly policy: Policy
  readonly deadlines: Deadlines
  readonly heartbeat: HeartbeatLimits
  /** ms after which a session is given up at a quiet moment; `null`: never. */
  readonly maxSessionAge: number | null
  /** What to do when Identify is refused again and again, probably for its intents. */
  readonly onRefusedIntents: OnRefusedIntents
}

/** Everything a transition may look at besides state and input. */
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
 * The timers that must be running in each state, so that no state lasts for ever (GW-26). `ready` may last,
 * but not in silence: its heartbeat finds out.
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

/** The timers a state lacks; empty when it cannot get stuck. */
export const missingTimers = (state: StateName, armed: ReadonlySet<TimerName>): readonly TimerName[] =>
  requiredTimers[state].filter((name) => !armed.has(name))

/** A session taken over from an earlier process. */
export interface RestoredSession {
  readonly id: string
  readonly seq: number
  /** ms since it was last in touch with the gateway. */
  readonly age: number
  /** ms since it began. */
  readonly sessionAge?: number
}

/** From the owner; belongs to no connection. */
export type Command =
  | { readonly type: 'start'; readonly epoch: null }
  /** `within`: how long closing the socket may take, in ms. */
  | { readonly type: 'stop'; readonly epoch: null; readonly resumable: boolean; readonly within: number }
  /**
   * Something of ours threw where it must not; `null` when it is not known for which connection. `last`: it keeps
   * throwing, also while that is being dealt with.
   */
  | {
      readonly type: 'fault'
      readonly epoch: number | null
      readonly error: unknown
      readonly last: boolean
    }

/** From a socket, a timer or work in the background; carries the number of its connection. */
export type Signal =
  | {
      readonly type: 'prepared'
      readonly epoch: number
      readonly url: string
      /** ms until the day's budget allows an Identify. */
      readonly budgetDelay: number
      /** Taken when there is no session yet. */
      readonly restored: RestoredSession | null
    }
  | {
      readonly type: 'unprepared'
      readonly epoch: number
      readonly fault: AccessFault['access']
      readonly error: unknown
    }
  /** No turn to identify came in time. */
  | { readonly type: 'unpermitted'; readonly epoch: number }
  | { readonly type: 'opened'; readonly epoch: number }
  | { readonly type: 'frame'; readonly epoch: number; readonly frame: WireFrame }
  /** A message that is no frame. `garbled`: it cannot even be told what it was. */
  | {
      readonly type: 'malformed'
      readonly epoch: number
      readonly problem: string
      readonly garbled: boolean
    }
  /** A ping or a pong. */
  | { readonly type: 'activity'; readonly epoch: number }
  | {
      readonly type: 'closed'
      readonly epoch: number
      readonly code: number
      readonly reason: string
      /** Why, where the transport knows more. */
      readonly error?: unknown
      /** How the upgrade was refused, if it was. */
      readonly refused?: SocketClose['refused'] | undefined
    }
  | { readonly type: 'permitted'; readonly epoch: number }
  | { readonly type: 'timer'; readonly epoch: number; readonly name: TimerName }

/** Everything that can happen to the machine. */
export type Input = Command | Signal
