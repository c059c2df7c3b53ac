import { systemClock, type Clock } from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import {
  defaultSettings,
  type ErrorBodyForm,
  type ReplyWindowSettings,
  type Settings,
} from './core/kernel/settings.js'
import type { LiveSettings } from './core/rules/live-settings.js'
import type { Scene } from './core/rules/scene.js'
import type { BotInit } from './core/world/bots.js'
import { liveOption } from './live/check-live.js'

/** Options of both kinds of simulator. Every default follows the protocol reference. */
export interface SimulatorOptions extends Partial<
  Omit<Settings, 'live' | 'windows' | 'expiredCodes' | 'sessionStarts' | 'uploads'>
> {
  /** AppID of the bot that exists from the start. */
  readonly appId?: string
  /** AppSecret of that bot. */
  readonly secret?: string
  /** Further properties of that bot. */
  readonly bot?: Omit<BotInit, 'appId' | 'secret'>
  /** Positions of the live switches, by the names of `liveSwitches`. */
  readonly live?: Partial<LiveSettings>
  readonly clock?: Clock
  /** Most entries of the log; default 10 000. */
  readonly logLimit?: number
  /** Total size of the log in characters; default 64 Mi. */
  readonly logSize?: number
  /** Most events, replies and times that the oracle keeps; default 100 000. Replies are bounded by `logSize` too. */
  readonly oracleLimit?: number
  readonly windows?: Readonly<Partial<Record<Scene, Partial<ReplyWindowSettings>>>>
  readonly expiredCodes?: Readonly<Partial<Record<Scene, number>>>
  readonly sessionStarts?: Partial<Settings['sessionStarts']>
  readonly uploads?: Partial<Settings['uploads']>
}

/** Options with every field filled in. */
export interface ResolvedOptions {
  readonly settings: Settings
  readonly bot: BotInit
  readonly clock: Clock
  readonly logLimit: number
  readonly logSize: number
  readonly oracleLimit: number
}

const count = (hint: string): v.GenericSchema<number> =>
  v.pipe(v.number(hint), v.safeInteger(hint), v.minValue(0, hint))
const positive = (hint: string): v.GenericSchema<number> =>
  v.pipe(v.number(hint), v.safeInteger(hint), v.minValue(1, hint))
const duration = (hint: string): v.GenericSchema<number> =>
  v.pipe(v.number(hint), v.finite(hint), v.minValue(0, hint))
const flag = (): v.GenericSchema<boolean> => v.boolean('give true or false')
const text = (): v.GenericSchema<string> =>
  v.pipe(v.string('give a text'), v.minLength(1, 'give a text that is not empty'))
const scenes = <S extends v.GenericSchema>(schema: S) =>
  v.strictObject({
    c2c: v.optional(schema),
    group: v.optional(schema),
    channel: v.optional(schema),
    dm: v.optional(schema),
  })

/** An address that the platform can push to. */
const address = (): v.GenericSchema<string> =>
  v.custom<string>(
    (value) =>
      typeof value === 'string' &&
      URL.canParse(value) &&
      ['http:', 'https:'].includes(new URL(value).protocol),
    'give the whole address, e.g. http://127.0.0.1:8080/webhook',
  )

/** What tells a bot apart; the simulator takes them beside its own options. */
const identityEntries = {
  appId: v.optional(
    v.pipe(
      v.string('give the AppID as a text of digits'),
      v.regex(/^\d+$/, 'give the AppID as a text of digits'),
    ),
  ),
  secret: v.optional(text()),
}

const botEntries = {
  legacyToken: v.optional(text()),
  name: v.optional(text()),
  intents: v.optional(count('give an intent mask')),
  privateDomain: v.optional(flag()),
  groupManagement: v.optional(flag()),
  menus: v.optional(flag()),
  certified: v.optional(flag()),
  webhook: v.optional(address()),
}

const botInit = v.strictObject({ ...identityEntries, ...botEntries })

const botChange = v.strictObject({
  standing: v.optional(v.picklist(['good', 'delisted', 'banned'], "give 'good', 'delisted' or 'banned'")),
  intents: botEntries.intents,
  webhook: v.optional(v.nullable(address())),
})

/**
 * Checks the properties of a new bot.
 *
 * @throws OptionsError for an unknown or wrong field
 */
export const checkBotInit = (init: object): void => {
  checkOptions('addBot', botInit, init)
}

/**
 * Checks a change of a bot.
 *
 * @throws OptionsError for an unknown or wrong field
 */
export const checkBotChange = (change: object): void => {
  checkOptions('changeBot', botChange, change)
}

const window = v.strictObject({
  ms: v.optional(duration('give the length of the window in ms')),
  replies: v.optional(v.nullable(count('give the number of replies, or null for any'))),
})

const optionEntries = {
  ...identityEntries,
  bot: v.optional(v.strictObject(botEntries)),
  clock: v.optional(
    v.custom<Clock>(
      (value) => typeof value === 'object' && value !== null && 'setTimer' in value,
      'give a Clock with now, wall and setTimer',
    ),
  ),
  live: v.optional(liveOption),
  logLimit: v.optional(positive('give the number of entries to keep, at least 1')),
  logSize: v.optional(positive('give a number of characters, at least 1')),
  oracleLimit: v.optional(positive('give the number of records to keep, at least 1')),
  seed: v.optional(v.pipe(v.number('give a number'), v.finite('give a finite number'))),
  heartbeatInterval: v.optional(positive('give the interval in ms')),
  heartbeatTimeout: v.optional(v.nullable(positive('give ms, or null to disable the timeout'))),
  connectionLifetime: v.optional(v.nullable(positive('give ms, or null for no limit'))),
  sessionLifetime: v.optional(duration('give ms')),
  replayLimit: v.optional(positive('give the number of events kept per session')),
  trimByHeartbeat: v.optional(flag()),
  sessionStarts: v.optional(
    v.strictObject({
      total: v.optional(count('give sessions per day')),
      maxConcurrency: v.optional(positive('give sessions per 5 s')),
    }),
  ),
  shards: v.optional(positive('give the suggested number of shards')),
  guildsPerShard: v.optional(v.nullable(positive('give the number of guilds, or null for any'))),
  framesPerMinute: v.optional(positive('give frames per minute')),
  windows: v.optional(scenes(window)),
  expiredCodes: v.optional(scenes(positive('give an error code'))),
  errorBody: v.optional(
    v.picklist(
      ['all', '2022', '2024', '2026'] satisfies ErrorBodyForm[],
      "give 'all', '2022', '2024' or '2026'",
    ),
  ),
  limits: v.optional(flag()),
  retryAfter: v.optional(v.nullable(count('give seconds, or null to send no Retry-After'))),
  audit: v.optional(flag()),
  channelNeedsSession: v.optional(flag()),
  tokenLifetime: v.optional(positive('give seconds')),
  tokenCallsPerMinute: v.optional(v.nullable(positive('give calls per minute, or null for any'))),
  legacyAuth: v.optional(flag()),
  memory: v.optional(positive('give the number of records to keep per kind, at least 1')),
  memorySize: v.optional(positive('give a number of characters, at least 1')),
  textLimit: v.optional(positive('give the longest text of a message, in characters')),
  messageLimit: v.optional(positive('give bytes')),
  bodyLimit: v.optional(positive('give bytes')),
  uploadBlockSize: v.optional(positive('give bytes per part')),
  firstPartIndex: v.optional(v.picklist([0, 1], 'give 0 or 1')),
  uploads: v.optional(
    v.strictObject({
      config: v.optional(v.picklist(['nested', 'flat'], "give 'nested' or 'flat'")),
      sizes: v.optional(v.picklist(['text', 'number'], "give 'text' or 'number'")),
      concurrency: v.optional(positive('give the number of parts at once')),
      retryTimeout: v.optional(count('give seconds')),
      retryDelay: v.optional(count('give seconds')),
      perDay: v.optional(v.nullable(count('give uploads per day, or null for any'))),
      ttl: v.optional(count('give seconds, or 0 for no expiry')),
    }),
  ),
  pushRetries: v.optional(v.array(duration('give waits in ms'), 'give a list of waits in ms')),
  pushTimeout: v.optional(positive('give ms')),
}

const schema = v.strictObject(optionEntries)

/**
 * Checks that options are an object at all.
 *
 * @throws OptionsError for anything else, such as a port
 */
export const checkObject = (subject: string, example: string, options: unknown): void => {
  const hint = `give an object, e.g. ${subject}(${example}), or nothing`
  if (typeof options !== 'object' || options === null) checkOptions(subject, v.looseObject({}, hint), options)
}

const liveFrom = (given: Partial<LiveSettings> = {}): LiveSettings => ({
  ...defaultSettings.live,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
})

/**
 * Checks the options that every simulator takes and fills in defaults.
 *
 * @param subject name of the called function, for the message
 * @throws OptionsError for an unknown or wrong option
 */
export const resolveOptions = (subject: string, input: SimulatorOptions): ResolvedOptions => {
  const options = checkOptions(subject, schema, input) as SimulatorOptions
  const { appId, secret, bot, clock, logLimit, logSize, oracleLimit, ...changes } = options
  const { live, windows, expiredCodes, sessionStarts, uploads, ...rest } = changes
  const windowOf = (scene: Scene): ReplyWindowSettings => ({
    ...defaultSettings.windows[scene],
    ...windows?.[scene],
  })
  return {
    settings: {
      ...defaultSettings,
      ...rest,
      live: liveFrom(live),
      windows: {
        c2c: windowOf('c2c'),
        group: windowOf('group'),
        channel: windowOf('channel'),
        dm: windowOf('dm'),
      },
      expiredCodes: { ...defaultSettings.expiredCodes, ...expiredCodes },
      sessionStarts: { ...defaultSettings.sessionStarts, ...sessionStarts },
      uploads: { ...defaultSettings.uploads, ...uploads },
    },
    bot: { ...bot, ...(appId === undefined ? {} : { appId }), ...(secret === undefined ? {} : { secret }) },
    clock: clock ?? systemClock,
    logLimit: logLimit ?? 10_000,
    logSize: logSize ?? 64 * 1_048_576,
    oracleLimit: oracleLimit ?? 100_000,
  }
}
