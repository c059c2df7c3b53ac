import type { Agent } from 'node:http'

import type { Access, Clock, IdentifyPermits, LogSink, SessionStore, Transport } from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import { Intent, type IntentName } from '@qqkit/protocol'
import * as v from 'valibot'

import type { GatewayOptions } from './options.js'

const MS = 'a time in ms above 0'
const MS_FROM_0 = 'a time in ms from 0 up'
const ms = v.pipe(v.number(MS), v.finite(MS), v.gtValue(0, MS))
const wait = v.pipe(v.number(MS_FROM_0), v.finite(MS_FROM_0), v.minValue(0, MS_FROM_0))
const count = (hint: string): v.GenericSchema<number> =>
  v.pipe(v.number(hint), v.safeInteger(hint), v.minValue(1, hint))
const withMethods = <T>(hint: string, ...methods: string[]): v.GenericSchema<T> =>
  v.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === 'function'),
    hint,
  )
/** Options by name, and no others. */
const only = <T extends v.ObjectEntries>(entries: T) => {
  const known = Object.keys(entries).join(', ')
  return v.strictObject(entries, (issue) =>
    issue.expected === 'never' ? `no such option; known are ${known}` : `give an object with any of ${known}`,
  )
}
const fn = <T>(hint: string): v.GenericSchema<T> => v.custom<T>((value) => typeof value === 'function', hint)

/** Said of an AppID that is missing or empty. */
export const APP_ID: string = 'give the AppID of the bot, so that sessions of several bots are kept apart'
const MASK = 'give a mask of intents above 0, e.g. Intent.GROUP_AND_C2C_EVENT, or names of intents'
const NAMES = `give at least one of ${Object.keys(Intent).join(', ')}`
/** More shards than any bot has; each takes a connection, and memory before the first one is up. */
const MOST_SHARDS = 1000
const SHARDS = `give 'auto', a number of shards up to ${MOST_SHARDS}, or { ids, total } with every id below total, and none twice`
const shardCount = v.pipe(
  v.number(SHARDS),
  v.safeInteger(SHARDS),
  v.minValue(1, SHARDS),
  v.maxValue(MOST_SHARDS, SHARDS),
)

const schema = only({
  access: withMethods<Access>(
    'give an object with token() and gateway(), e.g. rest.access',
    'token',
    'gateway',
  ),
  intents: v.union(
    [
      v.pipe(v.number(), v.safeInteger(MASK), v.minValue(1, MASK), v.maxValue(2 ** 31 - 1, MASK)),
      v.pipe(v.array(v.picklist(Object.keys(Intent) as IntentName[], NAMES), NAMES), v.minLength(1, NAMES)),
    ],
    `${MASK}; ${NAMES}`,
  ),
  shards: v.optional(
    v.union(
      [
        v.literal('auto'),
        shardCount,
        v.pipe(
          v.strictObject({
            ids: v.pipe(
              v.array(v.pipe(v.number(SHARDS), v.safeInteger(SHARDS), v.minValue(0, SHARDS)), SHARDS),
              v.minLength(1, SHARDS),
            ),
            total: shardCount,
          }),
          v.check(
            ({ ids, total }) => ids.every((id) => id < total) && new Set(ids).size === ids.length,
            SHARDS,
          ),
        ),
      ],
      SHARDS,
    ),
  ),
  onRefusedIntents: v.optional(v.picklist(['keep', 'leave-out'], "give 'keep' or 'leave-out'")),
  policy: v.optional(v.looseObject({}, 'give an object of policy knobs')),
  closeCodes: v.optional(
    v.union(
      [
        v.picklist(['default', 'strict']),
        v.record(
          v.pipe(v.string(), v.regex(/^\d{4}$/, 'close codes are numbers of four digits')),
          v.looseObject({}),
        ),
      ],
      "give 'default', 'strict', or an object of rules by close code (four digits)",
    ),
  ),
  permits: v.optional(
    withMethods<IdentifyPermits>('give an IdentifyPermits', 'update', 'budgetDelay', 'acquire'),
  ),
  transport: v.optional(withMethods<Transport>('give a Transport with open()', 'open')),
  agent: v.optional(
    withMethods<Agent>(
      'give an http.Agent, e.g. new HttpsProxyAgent(url); a dispatcher of undici cannot open sockets',
      'on',
      'addRequest',
    ),
  ),
  maxPayload: v.optional(count('give a number of bytes, at least 1')),
  deadlines: v.optional(
    only({
      prepare: v.optional(ms),
      open: v.optional(ms),
      hello: v.optional(ms),
      permit: v.optional(ms),
      ready: v.optional(ms),
      resumed: v.optional(ms),
      close: v.optional(ms),
    }),
  ),
  heartbeat: v.optional(only({ min: v.optional(ms), max: v.optional(ms), fallback: v.optional(ms) })),
  maxSessionAge: v.optional(v.nullable(ms)),
  appId: v.optional(v.pipe(v.string(APP_ID), v.nonEmpty(APP_ID))),
  store: v.optional(withMethods<SessionStore>('give a SessionStore, e.g. fileSessionStore(path)', 'open')),
  deliveryDeadline: v.optional(v.pipe(v.number(MS), v.gtValue(0, MS))),
  maxUnsettled: v.optional(count('give a number of events, at least 1')),
  whenFull: v.optional(
    fn<GatewayOptions['whenFull'] & {}>("give a function that returns 'oldest', 'newest' or 'none'"),
  ),
  eventBuffer: v.optional(count('give a number of events, at least 1')),
  lockTimeout: v.optional(wait),
  closeTimeout: v.optional(wait),
  drainTimeout: v.optional(wait),
  log: v.optional(fn<LogSink>('give a function that takes a record')),
  clock: v.optional(
    withMethods<Clock>('give a Clock with now, wall and setTimer', 'now', 'wall', 'setTimer'),
  ),
  random: v.optional(fn<() => number>('give a function that returns numbers from 0 up to 1')),
})

/**
 * Checks each option by itself.
 *
 * @throws OptionsError for an unknown or wrong option
 */
export const checkShape = (input: unknown): GatewayOptions =>
  checkOptions('Gateway', schema, input) as GatewayOptions
