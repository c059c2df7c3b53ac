import type { Agent } from 'node:http'

import {
  type Access,
  type Clock,
  type IdentifyPermits,
  type LogSink,
  OptionsError,
  type SessionStore,
  systemClock,
  type Transport,
} from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import { combineIntents, Intent, type IntentName } from '@qqkit/protocol'
import {
  definePolicy,
  type Policy,
  PolicyError,
  type PolicyOptions,
  type Rule,
} from '@qqkit/reconnect-policy'
import * as v from 'valibot'

import { type CloseCodePreset, closeCodeTables } from './close-codes.js'
import type { OpenDelivery, OverflowChoice } from './delivery/tracked-event.js'
import { causeRules } from './machine/disconnect-cause.js'
import type { Deadlines, HeartbeatLimits, OnRefusedIntents } from './machine/input.js'
import { memorySessionStore } from './session/memory-store.js'
import { MOST_SHARDS } from './shard/gateway-lookup.js'
import { wsTransport } from './shard/ws-transport.js'

/** Which shards this gateway runs: as many as the platform suggests, all of a total, or some of a total. */
export type ShardsOption = 'auto' | number | { readonly ids: readonly number[]; readonly total: number }

/** Options of a `Gateway`. Times in ms. */
export interface GatewayOptions {
  /** Provides tokens and the gateway's address, e.g. `rest.access`. */
  readonly access: Access
  /**
   * What to receive: an intent mask, or names of intents
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
   */
  readonly intents: number | readonly IntentName[]
  /**
   * What to do when Identify is refused repeatedly, probably for missing permissions (the platform seldom says so). `'keep'`
   * (default): try the same intents again, and report the suspected ones. `'leave-out'`: continue without the intents that
   * not every bot has, for the life of this gateway, and report it: their events will not arrive.
   */
  readonly onRefusedIntents?: OnRefusedIntents
  /** Names the bot in a session store; required for a durable one. */
  readonly appId?: string
  /** Default `'auto'`. */
  readonly shards?: ShardsOption
  /** Changes to the reconnect policy, e.g. `{ maxAttempts: 20 }`. */
  readonly policy?: PolicyOptions
  /** What close codes mean: a preset, or changes to the default table. */
  readonly closeCodes?: CloseCodePreset | Readonly<Record<number, Partial<Rule>>>
  /** Shares the identify budget with other gateways of the same bot. Default: permits of its own. */
  readonly permits?: IdentifyPermits
  /** Opens sockets. Default: `wsTransport()`. */
  readonly transport?: Transport
  /** The `http.Agent` of the default transport, e.g. for an HTTP CONNECT proxy. */
  readonly agent?: Agent
  /** Messages larger than this, in bytes, end the connection. Default 4 MiB. */
  readonly maxPayload?: number
  /** Time limit of each step of connecting. */
  readonly deadlines?: Partial<Deadlines>
  /** Which heartbeat intervals of the server are accepted. */
  readonly heartbeat?: Partial<HeartbeatLimits>
  /** Age after which a session is replaced at the next idle moment. Default `null`: never. */
  readonly maxSessionAge?: number | null
  /** Keeps sessions for the next process. Default: in memory only. */
  readonly store?: SessionStore
  /**
   * How long to wait for a session in use by another process, in ms, with the status `waiting`; then `run()` rejects with
   * `gateway_session_busy`. Should be longer than the old process needs to stop. Default 60 s.
   */
  readonly lockTimeout?: number
  /** How long a consumer may take for one event before it is given up; `Infinity` for ever. Default 10 min. */
  readonly deliveryDeadline?: number
  /** How many events per shard may be unfinished. Default 1000. */
  readonly maxUnsettled?: number
  /** Chooses which event to give up beyond that: the oldest (default), the newest, or none. */
  readonly whenFull?: (oldest: OpenDelivery, newest: OpenDelivery) => OverflowChoice
  /** Events that `events()` keeps for a slow reader. Default 1000. */
  readonly eventBuffer?: number
  /**
   * Time limit of `close()`: finishing events, storing the session, closing the sockets. Default 15 s, or 5 s more than
   * `drainTimeout`.
   */
  readonly closeTimeout?: number
  /** The part of it for events that are still being handled. Default 10 s, or two thirds of `closeTimeout`. */
  readonly drainTimeout?: number
  /** Receives log records. Default: none. */
  readonly log?: LogSink
  readonly clock?: Clock
  /** Returns numbers from 0 up to 1, for jitter. Default `Math.random`. */
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

/** Default values of {@link GatewayOptions}. */
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
  // Silence is noticed after two intervals at the latest; the platform's are 41 to 45 s (§3.3).
  heartbeat: Object.freeze({ min: 100, max: 120_000, fallback: 41_250 }),
  maxSessionAge: null,
  lockTimeout: 60_000,
  deliveryDeadline: 600_000,
  maxUnsettled: 1000,
  eventBuffer: 1000,
  closeTimeout: 15_000,
  drainTimeout: 10_000,
})

/** The policies of the presets that are in use. Gateways share them: each is larger than what an idle shard keeps. */
const presetPolicies: { [preset in CloseCodePreset]?: Policy } = {}

const presetPolicy = (preset: CloseCodePreset): Policy =>
  (presetPolicies[preset] ??= definePolicy({ rules: { ...causeRules, ...closeCodeTables[preset] } }))

const policyOf = (closeCodes: GatewayOptions['closeCodes'], policy: PolicyOptions | undefined): Policy => {
  const base = presetPolicy(typeof closeCodes === 'string' ? closeCodes : 'default')
  const changed =
    typeof closeCodes === 'object'
      ? namedAs('closeCodes', () => definePolicy({ rules: closeCodes }, base))
      : base
  return policy === undefined ? changed : namedAs('policy', () => definePolicy(policy, changed))
}

/** Prefixes the path in an error of the policy with the name of the gateway's option. */
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

/** Fills in the default of one of both times in proportion to the other. */
const closingTimes = ({
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

/** One for all gateways. */
const directTransport = wsTransport()

/** The options without those that are explicitly `undefined`. */
const given = (options: GatewayOptions): GatewayOptions =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as GatewayOptions

/**
 * Checks options and fills in defaults.
 *
 * @throws OptionsError for an unknown or wrong option
 */
export const resolveOptions = (input: GatewayOptions): ResolvedGatewayOptions => {
  const options = given(checkShape(input))
  const { intents, agent, shards } = options
  const heartbeat = { ...gatewayDefaults.heartbeat, ...options.heartbeat }
  const refuse = (path: string, received: string, hint: string): never => {
    throw new OptionsError({ subject: 'Gateway', path, received, hint })
  }
  if (typeof intents === 'object' && intents.length === 0) refuse('intents', 'an array of 0', INTENTS)
  if (typeof shards === 'object') {
    const { ids, total } = shards
    if (ids.length === 0) refuse('shards.ids', 'an array of 0', SHARDS)
    if (ids.some((id) => id >= total) || new Set(ids).size < ids.length) refuse('shards', 'an object', SHARDS)
  }
  if (options.store?.durable && options.appId === undefined) refuse('appId', 'undefined', APP_ID)
  if (heartbeat.min > heartbeat.max)
    refuse('heartbeat.min', String(heartbeat.min), `give at most max, ${heartbeat.max}`)
  for (const code of Object.keys(options.closeCodes ?? {}))
    if (typeof options.closeCodes === 'object' && !/^\d{4}$/.test(code))
      refuse(`closeCodes.${code}`, `"${code}"`, 'close codes are numbers of four digits')
  const { fallback, min, max } = heartbeat
  if (options.heartbeat?.fallback !== undefined && (fallback < min || fallback > max))
    refuse('heartbeat.fallback', String(fallback), `give a time from min, ${min}, to max, ${max}`)
  if (agent && options.transport)
    refuse(
      'agent',
      'an http.Agent',
      'agent is for the default transport: pass it to your own transport instead',
    )
  return {
    appId: 'bot',
    store: memorySessionStore(),
    transport: agent ? wsTransport({ agent }) : directTransport,
    permits: null,
    whenFull: undefined,
    log: undefined,
    clock: systemClock,
    random: Math.random,
    ...gatewayDefaults,
    ...options,
    intents: typeof intents === 'number' ? intents : combineIntents(intents),
    policy: policyOf(options.closeCodes, options.policy),
    deadlines: options.deadlines
      ? { ...gatewayDefaults.deadlines, ...options.deadlines }
      : gatewayDefaults.deadlines,
    heartbeat: options.heartbeat
      ? { min, max, fallback: Math.min(Math.max(fallback, min), max) }
      : gatewayDefaults.heartbeat,
    ...closingTimes(options),
  }
}

const MS = 'a time in ms above 0'
const MS_FROM_0 = 'a time in ms from 0 up'
const number = (hint: string, isRight: (value: number) => boolean): v.GenericSchema<number> =>
  v.custom<number>((value) => typeof value === 'number' && isRight(value), hint)
const isTime = (value: number): boolean => value > 0 && Number.isFinite(value)
const ms = number(MS, isTime)
const wait = number(MS_FROM_0, (value) => value >= 0 && Number.isFinite(value))
const count = (hint: string, most = Number.MAX_SAFE_INTEGER, least = 1): v.GenericSchema<number> =>
  number(hint, (value) => Number.isSafeInteger(value) && value >= least && value <= most)
const withMethods = <T>(hint: string, ...methods: string[]): v.GenericSchema<T> =>
  v.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === 'function'),
    hint,
  )
type Entries = Readonly<Record<string, v.GenericSchema>>

/** A schema that names the known options when it refuses an unknown one. */
const only = (optional: Entries, required: Entries = {}) => {
  const entries = {
    ...required,
    ...Object.fromEntries(Object.entries(optional).map(([name, schema]) => [name, v.optional(schema)])),
  }
  const known = Object.keys(entries).join(', ')
  return v.strictObject(entries, (issue) =>
    issue.expected === 'never' ? `unknown option; known are ${known}` : `give an object with any of ${known}`,
  )
}
/** Times in ms with the names of their defaults. */
const times = (defaults: object) => only(Object.fromEntries(Object.keys(defaults).map((name) => [name, ms])))
const fn = <T>(hint: string): v.GenericSchema<T> => v.custom<T>((value) => typeof value === 'function', hint)

/** Hint for a missing or empty AppID. */
const APP_ID: string = 'give the AppID of the bot, so that sessions of several bots are kept apart'
const MASK = 'give a mask of intents above 0, e.g. Intent.GROUP_AND_C2C_EVENT, or names of intents'
const NAMES = `give at least one of ${Object.keys(Intent).join(', ')}`
const INTENTS = `${MASK}; ${NAMES}`
const SHARDS = `give 'auto', a number of shards up to ${MOST_SHARDS}, or { ids, total } with every id below total, and none twice`
const shardCount = count(SHARDS, MOST_SHARDS)

const required = {
  access: withMethods<Access>(
    'give an object with token() and gateway(), e.g. rest.access',
    'token',
    'gateway',
  ),
  intents: v.union(
    [count(MASK, 2 ** 31 - 1), v.array(v.picklist(Object.keys(Intent) as IntentName[], NAMES), NAMES)],
    INTENTS,
  ),
}

const schema = only(
  {
    shards: v.union(
      [
        v.picklist(['auto']),
        shardCount,
        v.strictObject({ ids: v.array(count(SHARDS, MOST_SHARDS, 0), SHARDS), total: shardCount }),
      ],
      SHARDS,
    ),
    onRefusedIntents: v.picklist(['keep', 'leave-out'], "give 'keep' or 'leave-out'"),
    policy: withMethods<object>('give an object of policy options'),
    closeCodes: v.union(
      [v.picklist(['default', 'strict']), withMethods<object>('an object')],
      "give 'default', 'strict', or an object of rules by close code (four digits)",
    ),
    permits: withMethods<IdentifyPermits>('give an IdentifyPermits', 'update', 'budgetDelay', 'acquire'),
    transport: withMethods<Transport>('give a Transport with open()', 'open'),
    agent: withMethods<Agent>(
      'give an http.Agent, e.g. new HttpsProxyAgent(url); a dispatcher of undici cannot open sockets',
      'on',
      'addRequest',
    ),
    maxPayload: count('give a number of bytes, at least 1'),
    deadlines: times(gatewayDefaults.deadlines),
    heartbeat: times(gatewayDefaults.heartbeat),
    maxSessionAge: v.custom<number | null>(
      (value) => value === null || (typeof value === 'number' && isTime(value)),
      MS,
    ),
    appId: v.custom<string>((value) => typeof value === 'string' && value !== '', APP_ID),
    store: withMethods<SessionStore>('give a SessionStore, e.g. fileSessionStore(path)', 'open'),
    deliveryDeadline: number(MS, (value) => value > 0),
    maxUnsettled: count('give a number of events, at least 1'),
    whenFull: fn<GatewayOptions['whenFull'] & {}>(
      "give a function that returns 'oldest', 'newest' or 'none'",
    ),
    eventBuffer: count('give a number of events, at least 1'),
    lockTimeout: wait,
    closeTimeout: wait,
    drainTimeout: wait,
    log: fn<LogSink>('give a function that takes a record'),
    clock: withMethods<Clock>('give a Clock with now, wall and setTimer', 'now', 'wall', 'setTimer'),
    random: fn<() => number>('give a function that returns numbers from 0 up to 1'),
  } satisfies Readonly<Record<Exclude<keyof GatewayOptions, keyof typeof required>, v.GenericSchema>>,
  required,
)

/**
 * Checks the type of each option.
 *
 * @throws OptionsError for an unknown or wrong option
 */
const checkShape = (input: unknown): GatewayOptions =>
  checkOptions('Gateway', schema, input) as unknown as GatewayOptions
