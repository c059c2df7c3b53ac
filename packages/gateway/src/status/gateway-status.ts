import type { Advice, ShardId, SourceStatus } from '@qqkit/core'

import type { Counters } from '../driver/vitals.js'
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
