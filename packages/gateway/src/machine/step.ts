import type { LogLevel } from '@qqkit/core'

import type { DisconnectCause } from './disconnect-cause.js'
import type { GatewayFault } from './errors.js'
import type { Context, Input, TimerName } from './input.js'
import type { State } from './state.js'

/** A period whose events the platform will not send again. */
export interface GapNotice {
  /** Monotonic ms since which events may be missing. */
  readonly since: number
  /** The last sequence number received; `null` when there was none. */
  readonly lastSeq: number | null
  /** Why events may be missing, as a sentence. */
  readonly reason: string
}

/** A side effect that the machine requests. The driver performs effects in order, and decides nothing. */
export type Effect =
  /** Get a token and the address, then report `prepared` or `unprepared`. */
  | { readonly type: 'prepare'; readonly freshToken: boolean; readonly identify: boolean }
  | { readonly type: 'open'; readonly url: string }
  | { readonly type: 'send_identify'; readonly intents: number }
  /** From now on identify with this mask, and report what is missing from it. */
  | { readonly type: 'leave_out_intents'; readonly kept: number }
  | { readonly type: 'send_resume'; readonly id: string; readonly seq: number }
  | { readonly type: 'send_heartbeat'; readonly seq: number | null }
  /** Answer a heartbeat of the server, besides the regular ones (§3.4). */
  | { readonly type: 'answer_heartbeat'; readonly seq: number | null }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** Acquire an identify permit, then report `permitted`. */
  | { readonly type: 'acquire_permit' }
  | { readonly type: 'set_timer'; readonly name: TimerName; readonly ms: number }
  | { readonly type: 'clear_timer'; readonly name: TimerName }
  /** Tear down the connection: terminate the socket, clear timers, abort background work. */
  | { readonly type: 'tear_down' }
  /** Dispatch the frame of the input. */
  | { readonly type: 'dispatch'; readonly replayed: boolean }
  /** A heartbeat was acknowledged. */
  | { readonly type: 'acked' }
  | { readonly type: 'session_started'; readonly id: string; readonly seq: number | null }
  | { readonly type: 'session_resumed'; readonly id: string }
  /** Events are lost although the session continues. */
  | { readonly type: 'gap'; readonly gap: GapNotice }
  /** The session can no longer be resumed. */
  | { readonly type: 'session_dropped'; readonly gap: GapNotice }
  | { readonly type: 'disconnected'; readonly cause: DisconnectCause; readonly delay: number }
  | {
      readonly type: 'record'
      readonly level: LogLevel
      readonly event: string
      readonly message: string
      readonly error?: unknown
    }
  | { readonly type: 'stopped'; readonly fault: GatewayFault | null; readonly resumable: boolean }

/** Shared by all steps without effects. */
export const NOTHING: readonly Effect[] = Object.freeze([])

/** The effect of nearly every frame; shared, so that an event needs none of its own. */
export const DISPATCH: Effect = Object.freeze({ type: 'dispatch', replayed: false })

/** The result of a transition: the next state and the effects. */
export interface Step {
  readonly state: State
  /** In order. */
  readonly effects: readonly Effect[]
}

/** A step without effects. */
export const stay = (state: State): Step => ({ state, effects: NOTHING })

/** A record for the log, as an effect. */
export const record = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  message: string,
  error?: unknown,
): Effect => ({ type: 'record', level, event, message, ...(error !== undefined && { error }) })

/** The input of a type. */
export type InputOf<K extends Input['type']> = Extract<Input, { readonly type: K }>

/** A state's handlers by input; an input without one changes nothing. */
export type Handlers<S extends State> = {
  readonly [K in Input['type']]?: (state: S, input: InputOf<K>, context: Context) => Step
}

/** Tears down the connection and enters `stopped`, which has no way out. */
export const finish = (
  state: Pick<State, 'epoch' | 'session' | 'memory'>,
  fault: GatewayFault | null,
  resumable: boolean,
  before: readonly Effect[] = [],
): Step => ({
  state: { name: 'stopped', epoch: state.epoch + 1, session: state.session, memory: state.memory, fault },
  effects: [
    { type: 'tear_down' },
    ...before,
    fault === null
      ? record('info', 'gateway.stopped', 'stopped on request')
      : record('error', 'gateway.stopped', `stopped for good: ${fault.message}; ${fault.advice.en}`),
    { type: 'stopped', fault, resumable },
  ],
})
