import { type History, initialHistory, type Retry } from '@qqkit/reconnect-policy'

import type { DisconnectCause } from './disconnect-cause.js'
import type { GatewayFault } from './errors.js'
import type { Session } from './session.js'

/** State of one open socket. */
export interface Link {
  /** Monotonic ms when the socket opened. */
  readonly openedAt: number
  /** ms between heartbeats; 0 before HELLO. */
  readonly interval: number
  /** Whether a heartbeat has been sent on this socket. */
  readonly heartbeatSent: boolean
  /** Whether anything arrived since the last heartbeat. */
  readonly aliveSinceBeat: boolean
  /** Heartbeats in a row without an ACK. */
  readonly unacked: number
  /** Monotonic ms up to which the budget of answers to the server's heartbeats is used. */
  readonly answeredUntil: number
}

/** A socket that has just opened. */
export const freshLink = (openedAt: number): Link => ({
  openedAt,
  interval: 0,
  heartbeatSent: false,
  aliveSinceBeat: true,
  unacked: 0,
  answeredUntil: openedAt,
})

/** Refusals of Identify in a row without a reason; READY resets them. */
export interface Refusals {
  /** The requested mask; another one resets the count. */
  readonly intents: number
  readonly times: number
  /** How many of these had op 9 or a code: a close without a code may come from a bad network too. */
  readonly spoken: number
}

/** State that outlives a connection. */
export interface Memory {
  /** The reconnect policy's state. */
  readonly history: History
  /** The last token was refused: the next attempt requests another one. */
  readonly refreshToken: boolean
  /** A connection was replaced after an unparseable message, and none has been stable since. */
  readonly unparseable: boolean
  /** Refusals of Identify since READY; `null` when there was none. */
  readonly refusals: Refusals | null
}

interface Base {
  /** Number of the connection; inputs of another one are dropped. */
  readonly epoch: number
  /** The session to resume; `null`: the next connection identifies. */
  readonly session: Session | null
  readonly memory: Memory
}

interface Linked extends Base {
  readonly link: Link
}

/** Not started. */
export interface Idle extends Base {
  readonly name: 'idle'
}
/** Fetches a token and the gateway's address. */
export interface Preparing extends Base {
  readonly name: 'preparing'
}
/** The socket is being opened. */
export interface Opening extends Base {
  readonly name: 'opening'
}
/** The socket is open; HELLO is due. */
export interface Greeting extends Linked {
  readonly name: 'greeting'
}
/** Waits for an identify permit. */
export interface Queued extends Linked {
  readonly name: 'queued'
}
/** Identify is sent; READY is due. */
export interface Identifying extends Linked {
  readonly name: 'identifying'
  /** The requested mask. */
  readonly intents: number
}
/** Resume is sent; RESUMED is due. */
export interface Resuming extends Linked {
  readonly name: 'resuming'
  readonly session: Session
  /** Whether the replay has brought a new event. */
  readonly replayed: boolean
}
/** Receives events. */
export interface Ready extends Linked {
  readonly name: 'ready'
  readonly session: Session
  /** Monotonic ms when it became ready. */
  readonly readyAt: number
  /** Set once the session exceeds `maxSessionAge`; it is replaced at the next idle moment. */
  readonly aging: Aging | null
}

/** Progress of the wait for an idle moment. */
export interface Aging {
  readonly checks: number
  /** Whether an event came since the last check. */
  readonly busy: boolean
}

/** What follows once the socket is closed. */
export type Afterwards =
  | { readonly kind: 'disconnect'; readonly cause: DisconnectCause }
  | { readonly kind: 'stop'; readonly resumable: boolean }

/** Waits for the socket to close. */
export interface Closing extends Linked {
  readonly name: 'closing'
  readonly afterwards: Afterwards
  /** Whether the server's close code may still decide (after op 9). */
  readonly lingering: boolean
  /** The state before, which the policy decides by. */
  readonly was: Connected
}
/** Waits before the next attempt. */
export interface Waiting extends Base {
  readonly name: 'waiting'
  /** Monotonic ms of the next attempt. */
  readonly until: number
  /** Why it waits, as a sentence. */
  readonly reason: string
  readonly decision: Retry
}
/** The end; there is no way out. */
export interface Stopped extends Base {
  readonly name: 'stopped'
  /** Why it stopped; `null` on request. */
  readonly fault: GatewayFault | null
}

/** States with an open socket that is not closing. */
export type Connected = Greeting | Queued | Identifying | Resuming | Ready

/** The state of a connection to the gateway. */
export type State = Idle | Preparing | Opening | Connected | Closing | Waiting | Stopped

/** Name of a state. */
export type StateName = State['name']

/** States that {@link disconnect} applies to. */
export type Disconnectable = Preparing | Opening | Connected | Closing | Waiting

/** The state that a connection reached before it was closing. */
export const reachedBy = (state: Disconnectable): Exclude<Disconnectable, Closing> =>
  state.name === 'closing' ? state.was : state

/** Before the start. */
export const initialState: Idle = {
  name: 'idle',
  epoch: 0,
  session: null,
  memory: {
    history: initialHistory,
    refreshToken: false,
    unparseable: false,
    refusals: null,
  },
}
