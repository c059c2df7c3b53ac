import type { Advice, ShardId, SourceStatus } from '@qqkit/core'

import { refusedAdvice } from '../machine/errors.js'
import { suspected } from '../machine/refusals.js'
import type { State } from '../machine/state.js'

/** When signs of life were last seen, in monotonic ms; `null`: not on this connection. */
export interface Vitals {
  lastFrameAt: number | null
  lastAckAt: number | null
  /** The last regular heartbeat, until it is acknowledged. */
  beatSentAt: number | null
  /** Heartbeat to ACK, in ms. */
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
  /** Losses by close code, or by what else ended the connection. */
  losses: Record<string, number>
  events: number
  /** Events that came again because of a resume. */
  replayed: number
  /** Events that came again although they were done or under way. */
  skipped: number
  zombies: number
  /** Events given up because they took too long or too many were unfinished. */
  abandoned: number
  /** Events not tried again because three processes in a row ended while they were being handled. */
  quarantined: number
  /** Sessions that could not be resumed. */
  gaps: number
}

/** Nothing seen. */
export const noVitals = (): Vitals => ({
  lastFrameAt: null,
  lastAckAt: null,
  beatSentAt: null,
  latency: null,
})

/** Nothing counted. */
export const noCounters = (): Counters => ({
  connects: 0,
  identifies: 0,
  resumes: 0,
  resumed: 0,
  losses: {},
  events: 0,
  replayed: 0,
  skipped: 0,
  zombies: 0,
  abandoned: 0,
  quarantined: 0,
  gaps: 0,
})

/** What a connection is doing (see the diagram in the README). */
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

/** One shard at one moment. Ages and times in ms; a snapshot, never a live object. */
export interface ShardStatus {
  readonly shard: ShardId
  /** The state of the connection (see the diagram in the README). */
  readonly state: StateName
  /** Wall time in ms since when it is in this state. */
  readonly since: number
  /** Why, as a sentence. */
  readonly reason: string
  /** What a person can do about it, where there is something; in both languages. */
  readonly advice: Advice | null
  /** Attempts consumed since the connection was last stable. */
  readonly attempt: number
  /** Wall time in ms of the next attempt; `null` unless waiting. */
  readonly nextAttemptAt: number | null
  /** How long the session has existed; `null` without one. */
  readonly sessionAge: number | null
  /** Highest sequence number seen; `null` before any. */
  readonly received: number | null
  /** Every event up to this one is finished; `null` before any. */
  readonly committed: number | null
  /** Events that a consumer has not finished. */
  readonly unsettled: number
  /** Events that came and wait: for the store, or as suspects for their turn after a crash. */
  readonly held: number
  /** Why sessions are not stored at the moment; `null` when they are. */
  readonly storeProblem: string | null
  /** How long ago anything arrived on this connection; `null` before that. */
  readonly lastFrameAge: number | null
  /** How long ago a heartbeat was acknowledged on this connection; `null` before that. */
  readonly lastAckAge: number | null
  /** Last heartbeat to its acknowledgement; `null` before the first. */
  readonly latency: number | null
  readonly counters: Readonly<Counters>
}

/** The whole gateway at one moment. */
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

/** Sums up shards. */
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
  greeting: 'the socket is open; HELLO is due',
  queued: 'waiting for a turn to identify',
  identifying: 'identify is sent; READY is due',
  resuming: 'resume is sent; missed events and RESUMED are due',
  ready: 'receiving events',
} as const

/** A state as a sentence; `leftOut`: intents that were left out since the bot may not have them. */
export const describeState = (state: State, leftOut: readonly string[]): string => {
  if (state.name === 'ready' && leftOut.length > 0)
    return `${STATIC.ready}, without those of ${leftOut.join(', ')}`
  if (state.name === 'waiting') return `${state.reason}; the next attempt is scheduled`
  if (state.name === 'closing') {
    return state.afterwards.kind === 'stop' ? 'closing on request' : 'closing in order to reconnect'
  }
  if (state.name === 'stopped') {
    return state.fault ? `${state.fault.message}; ${state.fault.advice.en}` : 'stopped on request'
  }
  return STATIC[state.name]
}

/** What a person can do about a state; `null` where there is nothing to do. */
export const adviceOn = (state: State, intents: number): Advice | null => {
  if (state.name === 'stopped') return state.fault?.advice ?? null
  const { refusals } = state.memory
  return suspected(refusals) && refusals.intents === intents ? refusedAdvice(intents) : null
}
