import type { Agent } from 'node:http'

import {
  OptionsError,
  systemClock,
  type Access,
  type Clock,
  type IdentifyPermits,
  type LogSink,
  type SessionStore,
  type Transport,
} from '@qqkit/core'
import { combineIntents, type IntentName } from '@qqkit/protocol'
import {
  definePolicy,
  PolicyError,
  type Policy,
  type PolicyOptions,
  type Rule,
} from '@qqkit/reconnect-policy'

import { closeCodeTables, type CloseCodePreset } from './close-codes.js'
import type { OpenDelivery, OverflowChoice } from './delivery/tracked-event.js'
import type { Deadlines, HeartbeatLimits, OnRefusedIntents } from './machine/context.js'
import { causeRules } from './machine/loss/cause-rules.js'
import { memorySessionStore } from './store/memory-session-store.js'
import { APP_ID, checkShape } from './options-schema.js'
import { wsTransport } from './transport/ws-transport.js'

/** Which shards this gateway runs: as many as the platform suggests, all of a number, or some of a number. */
export type ShardsOption = 'auto' | number | { readonly ids: readonly number[]; readonly total: number }

/** What a `Gateway` can be told. Times in ms. */
export interface GatewayOptions {
  /** Gives tokens and the gateway's address, e.g. `rest.access`. */
  readonly access: Access
  /**
   * What to receive: an intent mask, or names of intents
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
   */
  readonly intents: number | readonly IntentName[]
  /**
   * What to do when Identify is refused again and again, probably because the bot may not have some of the intents (the
   * platform seldom says so). `'keep'` (default): ask for the same again, and say which ones are suspected. `'leave-out'`:
   * go on without those that not every bot has, for the life of this gateway, and say so: their events will not come.
   */
  readonly onRefusedIntents?: OnRefusedIntents
  /** Names the bot in a session store; needed for one that outlives the process. */
  readonly appId?: string
  /** Default `'auto'`. */
  readonly shards?: ShardsOption
  /** Changes to the reconnect policy, e.g. `{ maxAttempts: 20 }`. */
  readonly policy?: PolicyOptions
  /** What close codes mean: a ready-made table, or changes to the default one. */
  readonly closeCodes?: CloseCodePreset | Readonly<Record<number, Partial<Rule>>>
  /** Shares the identify budget with other gateways of the same bot. Default: one of its own. */
  readonly permits?: IdentifyPermits
  /** Opens sockets. Default: real ones. */
  readonly transport?: Transport
  /** Makes the connections of the default transport, e.g. through an HTTP CONNECT proxy. */
  readonly agent?: Agent
  /** Messages larger than this, in bytes, end the connection. Default 4 MiB. */
  readonly maxPayload?: number
  /** How long each step of connecting may take. */
  readonly deadlines?: Partial<Deadlines>
  /** Which heartbeat intervals of the server are believed. */
  readonly heartbeat?: Partial<HeartbeatLimits>
  /** Age after which a session is replaced at a quiet moment. Default `null`: never. */
  readonly maxSessionAge?: number | null
  /** Keeps sessions for the next process. Default: in memory only. */
  readonly store?: SessionStore
  /**
   * How long a session that another process has is waited for, in ms, with the status `waiting`; then `run()` rejects with
   * `gateway_session_busy`. Longer than the process before needs to stop. Default 60 s.
   */
  readonly lockTimeout?: number
  /** How long a consumer may take for one event before it is given up; `Infinity` for ever. Default 10 min. */
  readonly deliveryDeadline?: number
  /** How many events per shard may be unfinished. Default 1000. */
  readonly maxUnsettled?: number
  /** Chooses what gives way beyond that: the oldest (default), the newest, or none. */
  readonly whenFull?: (oldest: OpenDelivery, newest: OpenDelivery) => OverflowChoice
  /** Events that `events()` keeps for a slow reader. Default 1000. */
  readonly eventBuffer?: number
  /**
   * How long `close()` may take in all: finishing events, storing the session, closing the sockets. Default 15 s, or 5 s
   * more than `drainTimeout`.
   */
  readonly closeTimeout?: number
  /** How much of that may go to events that are still being handled. Default 10 s, or two thirds of `closeTimeout`. */
  readonly drainTimeout?: number
  /** Receives records. Default: none. */
  readonly log?: LogSink
  readonly clock?: Clock
  /** Numbers from 0 up to 1. Default `Math.random`. */
  readonly random?: () => number
}

/** Options with every default filled in. */
export interface ResolvedGatewayOptions {
  readonly access: Access
  readonly intents: number
  readonly onRefusedIntents: OnRefusedIntents
  readonly appId: string
  readonly shards: ShardsOption
  readonly store: SessionStore
  readonly lockTimeout: number
  readonly deliveryDeadline: number
  readonly maxUnsettled: number
  readonly whenFull: ((oldest: OpenDelivery, newest: OpenDelivery) => OverflowChoice) | undefined
  readonly policy: Policy
  readonly permits: IdentifyPermits | null
  readonly transport: Transport
  readonly maxPayload: number
  readonly deadlines: Deadlines
  readonly heartbeat: HeartbeatLimits
  readonly maxSessionAge: number | null
  readonly eventBuffer: number
  readonly closeTimeout: number
  readonly drainTimeout: number
  readonly log: LogSink | undefined
  readonly clock: Clock
  readonly random: () => number
}

/** What holds unless it is said otherwise. */
export const gatewayDefaults: Readonly<
  Pick<
    ResolvedGatewayOptions,
    | 'shards'
    | 'onRefusedIntents'
    | 'lockTimeout'
    | 'deliveryDeadline'
    | 'maxUnsettled'
    | 'maxPayload'
    | 'deadlines'
    | 'heartbeat'
    | 'maxSessionAge'
    | 'eventBuffer'
    | 'closeTimeout'
    | 'drainTimeout'
  >
> = Object.freeze({
  shards: 'auto',
  onRefusedIntents: 'keep',
  maxPayload: 4 * 1024 * 1024,
  deadlines: Object.freeze({
    prepare: 30_000,
    open: 15_000,
    hello: 15_000,
    permit: 60_000,
    ready: 30_000,
    resumed: 30_000,
    close: 3000,
  }),
  // Silence is noticed after two intervals at the latest; 41 to 45 s are known (§3.3).
  heartbeat: Object.freeze({ min: 100, max: 120_000, fallback: 41_250 }),
  maxSessionAge: null,
  lockTimeout: 60_000,
  deliveryDeadline: 600_000,
  maxUnsettled: 1000,
  eventBuffer: 1000,
  closeTimeout: 15_000,
  drainTimeout: 10_000,
})

const policyOf = (closeCodes: GatewayOptions['closeCodes'], policy: PolicyOptions | undefined): Policy => {
  const preset = typeof closeCodes === 'string' ? closeCodes : 'default'
  const base = definePolicy({ rules: { ...causeRules, ...closeCodeTables[preset] } })
  const changed =
    typeof closeCodes === 'object'
      ? namedAs('closeCodes', () => definePolicy({ rules: closeCodes }, base))
      : base
  return policy === undefined ? changed : namedAs('policy', () => definePolicy(policy, changed))
}

/** The policy names its own paths; here it is one option among others. */
const namedAs = (option: string, make: () => Policy): Policy => {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const path = error.path.replace(/^rules\./, option === 'closeCodes' ? '' : 'rules.')
    throw new OptionsError({
      subject: 'Gateway',
      path: path === '' ? option : `${option}.${path}`,
      received: error.received,
      hint: error.hint,
    })
  }
}

/** What `close()` may take in all, and how much of it events may: whichever is given leaves room for the other. */
const patience = ({
  closeTimeout,
  drainTimeout,
}: GatewayOptions): Pick<ResolvedGatewayOptions, 'closeTimeout' | 'drainTimeout'> => {
  const { closeTimeout: whole, drainTimeout: part } = gatewayDefaults
  const share = part / whole
  return {
    closeTimeout: closeTimeout ?? (drainTimeout === undefined ? whole : drainTimeout + (whole - part)),
    drainTimeout: drainTimeout ?? (closeTimeout === undefined ? part : closeTimeout * share),
  }
}

/**
 * Checks options and fills in defaults.
 *
 * @throws OptionsError for an unknown or wrong option
 */
export const resolveOptions = (input: GatewayOptions): ResolvedGatewayOptions => {
  const options = checkShape(input)
  const { intents, agent } = options
  const heartbeat = { ...gatewayDefaults.heartbeat, ...options.heartbeat }
  const refuse = (path: string, received: string, hint: string): never => {
    throw new OptionsError({ subject: 'Gateway', path, received, hint })
  }
  if (options.store?.durable && options.appId === undefined) refuse('appId', 'undefined', APP_ID)
  if (heartbeat.min > heartbeat.max)
    refuse('heartbeat.min', String(heartbeat.min), `give at most max, ${heartbeat.max}`)
  const { fallback, min, max } = heartbeat
  if (options.heartbeat?.fallback !== undefined && (fallback < min || fallback > max))
    refuse('heartbeat.fallback', String(fallback), `give a time from min, ${min}, to max, ${max}`)
  if (agent && options.transport)
    refuse('agent', 'an http.Agent', 'give it to your transport: agent serves the default one')
  return {
    access: options.access,
    intents: typeof intents === 'number' ? intents : combineIntents(intents),
    onRefusedIntents: options.onRefusedIntents ?? gatewayDefaults.onRefusedIntents,
    appId: options.appId ?? 'bot',
    store: options.store ?? memorySessionStore(),
    lockTimeout: options.lockTimeout ?? gatewayDefaults.lockTimeout,
    deliveryDeadline: options.deliveryDeadline ?? gatewayDefaults.deliveryDeadline,
    maxUnsettled: options.maxUnsettled ?? gatewayDefaults.maxUnsettled,
    whenFull: options.whenFull,
    shards: options.shards ?? gatewayDefaults.shards,
    policy: policyOf(options.closeCodes, options.policy),
    permits: options.permits ?? null,
    transport: options.transport ?? wsTransport(agent && { agent }),
    maxPayload: options.maxPayload ?? gatewayDefaults.maxPayload,
    deadlines: { ...gatewayDefaults.deadlines, ...options.deadlines },
    heartbeat: { min, max, fallback: Math.min(Math.max(fallback, min), max) },
    maxSessionAge: options.maxSessionAge ?? gatewayDefaults.maxSessionAge,
    eventBuffer: options.eventBuffer ?? gatewayDefaults.eventBuffer,
    ...patience(options),
    log: options.log,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  }
}
