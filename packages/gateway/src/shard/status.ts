import type { Advice, ShardId, SourceStatus } from '@qqkit/core'

import { refusedAdvice } from '../machine/errors.js'
import { suspected } from '../machine/refusals.js'
import type { State } from '../machine/state.js'

/** Last signs of life, in monotonic ms; `null`: none on this connection. */
export interface Vitals {
  lastFrameAt: number | null
  lastAckAt: number | null
  /** The last regular heartbeat, until it is acknowledged. */
  beatSentAt: number | null
  /** ms from a heartbeat to its ACK. */
  latency: number | null
}

/** How often things happened since the start. */
export interface Counters {
  /** Sockets opened. */
  connects: number
  identifies: number
  resumes: number
  /** Sessions resumed successfully. */
  resumed: number
  /** Ended connections and failed attempts by close code, or by the kind of their cause. */
  disconnects: Record<string, number>
  events: number
  /** Events that came again because of a resume. */
  replayed: number
  /** Events that came again although they were finished or in flight. */
  skipped: number
  zombies: number
  /** Events given up: not finished in time, or too many were unfinished. */
  abandoned: number
  /** Events not tried again: three processes in a row exited while handling them. */
  quarantined: number
  /** Reported gaps. */
  gaps: number
}

/** Vitals of a connection before any sign of life. */
export const noVitals = (): Vitals => ({
  lastFrameAt: null,
  lastAckAt: null,
  beatSentAt: null,
  latency: null,
})

/** Counters before the start. */
export const noCounters = (): Counters => ({
  connects: 0,
  identifies: 0,
  resumes: 0,
  resumed: 0,
  disconnects: {},
  events: 0,
  replayed: 0,
  skipped: 0,
  zombies: 0,
  abandoned: 0,
  quarantined: 0,
  gaps: 0,
})

/** State of a connection (see the diagram in the README). */
export type StateName =
  | 'idle'
  | 'preparing'
  | 'opening'
  | 'greeting'
  | 'queued'
  | 'identifying'
  | 'resuming'
  | 'ready'
  | 'closing'
  | 'waiting'
  | 'stopped'

/** Snapshot of one shard. Ages and times in ms. */
export interface ShardStatus {
  readonly shard: ShardId
  /** The state of the connection (see the diagram in the README). */
  readonly state: StateName
  /** Wall time in ms when it entered this state. */
  readonly since: number
  /** Reason for the state, as a sentence. */
  readonly reason: string
  /** What an operator can do, in both languages; `null` when there is nothing to do. */
  readonly advice: Advice | null
  /** Attempts used since the connection was last stable. */
  readonly attempt: number
  /** Wall time in ms of the next attempt; `null` unless waiting. */
  readonly nextAttemptAt: number | null
  /** Age of the session; `null` without one. */
  readonly sessionAge: number | null
  /** Highest sequence number received; `null` before any. */
  readonly received: number | null
  /** Every event up to this one is finished; `null` before any. */
  readonly committed: number | null
  /** Events that a consumer has not finished. */
  readonly unsettled: number
  /** Events that wait for dispatch: for the store, or as crash suspects for their turn. */
  readonly held: number
  /** Why sessions are not stored at the moment; `null` when they are. */
  readonly storeProblem: string | null
  /** ms since the last frame on this connection; `null` before any. */
  readonly lastFrameAge: number | null
  /** ms since the last ACK on this connection; `null` before any. */
  readonly lastAckAge: number | null
  /** ms from the last heartbeat to its ACK; `null` before the first. */
  readonly latency: number | null
  readonly counters: Readonly<Counters>
}

/** Snapshot of the whole gateway. */
export interface GatewayStatus extends SourceStatus {
  readonly advice: Advice | null
  readonly shards: readonly ShardStatus[]
}

const GROUPS: Readonly<Record<StateName, SourceStatus['state']>> = {
  idle: 'idle',
  preparing: 'connecting',
  opening: 'connecting',
  greeting: 'connecting',
  queued: 'connecting',
  identifying: 'connecting',
  resuming: 'connecting',
  ready: 'ready',
  closing: 'connecting',
  waiting: 'waiting',
  stopped: 'stopped',
}

/** The worst comes first: a gateway is as good as its worst shard. */
const WORST_FIRST: readonly SourceStatus['state'][] = ['waiting', 'connecting', 'idle', 'stopped', 'ready']

/** The status of the gateway: that of its worst shard. */
export const aggregate = (shards: readonly ShardStatus[]): GatewayStatus => {
  for (const state of WORST_FIRST) {
    const affected = shards.filter((shard) => GROUPS[shard.state] === state)
    const [first] = affected
    if (!first) continue
    const reason =
      shards.length === 1 ? first.reason : `${affected.length} of ${shards.length} shards: ${first.reason}`
    return { state, reason, advice: first.advice, shards }
  }
  return { state: 'idle', reason: 'not started', advice: null, shards }
}

const STATIC = {
  idle: 'not started',
  preparing: 'getting a token and the address of the gateway',
  opening: 'opening the socket',
  greeting: 'socket open; waiting for HELLO',
  queued: 'waiting for an identify permit',
  identifying: 'Identify sent; waiting for READY',
  resuming: 'Resume sent; waiting for missed events and RESUMED',
  ready: 'receiving events',
} as const

/** A state as a sentence; `leftOut`: intents that were left out after refusals. */
export const describeState = (state: State, leftOut: readonly string[]): string => {
  if (state.name === 'ready' && leftOut.length > 0)
    return `${STATIC.ready}, except those of ${leftOut.join(', ')}`
  if (state.name === 'waiting') return `${state.reason}; the next attempt is scheduled`
  if (state.name === 'closing') {
    return state.afterwards.kind === 'stop' ? 'closing on request' : 'closing to reconnect'
  }
  if (state.name === 'stopped') {
    return state.fault ? `${state.fault.message}; ${state.fault.advice.en}` : 'stopped on request'
  }
  return STATIC[state.name]
}

/** What an operator can do about a state; `null` when there is nothing to do. */
export const adviceOn = (state: State, intents: number): Advice | null => {
  if (state.name === 'stopped') return state.fault?.advice ?? null
  const { refusals } = state.memory
  return suspected(refusals) && refusals.intents === intents ? refusedAdvice(intents) : null
}
