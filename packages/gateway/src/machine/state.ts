import { type History, initialHistory, type Retry } from '@qqkit/reconnect-policy'

import type { DisconnectCause } from './disconnect-cause.js'
import type { GatewayFault } from './errors.js'
import type { Session } from './session.js'

/** What belongs to one socket from its opening on; a new socket starts with a new one. */
export interface Link {
  /** Monotonic ms when the socket opened. */
  readonly openedAt: number
  /** ms between heartbeats; 0 before HELLO. */
  readonly interval: number
  /** Whether a heartbeat has been sent on this socket. */
  readonly heartbeatSent: boolean
  /** Whether anything at all arrived since the last heartbeat. */
  readonly aliveSinceBeat: boolean
  /** Heartbeats in a row without an ACK. */
  readonly unacked: number
  /** Monotonic ms up to which the answers to heartbeats of the server are accounted for. */
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

/** How often in a row Identify was refused without a reason, READY in between starting it over. */
export interface Refusals {
  /** The mask that was asked for; with another one the count begins anew. */
  readonly intents: number
  readonly times: number
  /** How many of these were more than a close without a code, which a bad network brings about as well. */
  readonly spoken: number
}

/** What outlives a connection. */
export interface Memory {
  /** The reconnect policy's own record. */
  readonly history: History
  /** The last token was refused: the next attempt asks for another. */
  readonly refreshToken: boolean
  /** A connection was given up for a message that could not be read, and none has been stable since. */
  readonly unparseable: boolean
  /** Refusals of Identify since READY; `null` when there was none. */
  readonly refusals: Refusals | null
}

interface Base {
  /** Number of the connection; inputs of another one are dropped. */
  readonly epoch: number
  /** What can be resumed; `null` means that the next connection identifies. */
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
/** Waits for its turn to identify. */
export interface Queued extends Linked {
  readonly name: 'queued'
}
/** Identify is sent; READY is due. */
export interface Identifying extends Linked {
  readonly name: 'identifying'
  /** The mask that was asked for. */
  readonly intents: number
}
/** Resume is sent; RESUMED is due. */
export interface Resuming extends Linked {
  readonly name: 'resuming'
  readonly session: Session
  /** Whether a replayed frame has come that is new. */
  readonly replayed: boolean
}
/** Receives events. */
export interface Ready extends Linked {
  readonly name: 'ready'
  readonly session: Session
  /** Monotonic ms when it became ready. */
  readonly readyAt: number
  /** Set once the session has reached its greatest age: waits for a quiet moment. */
  readonly aging: Aging | null
}

/** How far the wait for a quiet moment has come. */
export interface Aging {
  readonly checks: number
  /** Whether an event came since the last check. */
  readonly busy: boolean
}

/** What happens once the socket is gone. */
export type Afterwards =
  | { readonly kind: 'lose'; readonly cause: DisconnectCause }
  | { readonly kind: 'stop'; readonly resumable: boolean }

/** Waits for the socket to close. */
export interface Closing extends Linked {
  readonly name: 'closing'
  readonly afterwards: Afterwards
  /** Whether the server's own close code may still decide (after op 9). */
  readonly lingering: boolean
  /** What it was before, for what the loss costs. */
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
/** Over; nothing leads out of it. */
export interface Stopped extends Base {
  readonly name: 'stopped'
  /** What made it stop; `null` when it was asked to. */
  readonly fault: GatewayFault | null
}

/** States with an open socket that is not closing. */
export type Connected = Greeting | Queued | Identifying | Resuming | Ready

/** Everything a connection to the gateway can be. */
export type State = Idle | Preparing | Opening | Connected | Closing | Waiting | Stopped

/** Name of a state. */
export type StateName = State['name']

/** States that can be lost. */
export type Disconnectable = Preparing | Opening | Connected | Closing | Waiting

/** How far a connection had come. */
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
