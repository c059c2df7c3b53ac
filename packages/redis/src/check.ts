import { createHash, randomBytes } from 'node:crypto'

import type { Clock, LogSink } from '@qqkit/core'

import {
  findingsOf,
  type RedisFinding,
  type Refused,
  type ServerFacts,
  type SharedFacts,
} from './decisions/findings.js'
import { Connection, type SendCommand } from './port/connection.js'
import { RedisError } from './port/errors.js'
import { parseInfo } from './port/greeting.js'
import type { RedisPort } from './port/port.js'
import {
  claimClicksScript,
  joinScript,
  noteScript,
  openScript,
  publishScript,
  runScript,
  type Script,
  snapshotScript,
  statusScript,
  stopScript,
  tickScript,
  unfinishedScript,
  workScript,
} from './queue/scripts.js'
import * as permits from './state/identify-permits.js'
import * as limits from './state/limit-scripts.js'
import * as parking from './state/park-store.js'
import * as sessions from './state/session-store.js'
import * as values from './state/stores.js'
import * as tokens from './state/shared-tokens.js'
import { tellScript } from './worker/settled-elsewhere.js'

/** One call of a script on keys of its own. */
interface Trial {
  readonly script: Script
  readonly keys: readonly string[]
  readonly args: readonly string[]
}

const trial = (script: Script, keys: string, ...args: readonly string[]): Trial => ({
  script,
  keys: keys.split('/'),
  args,
})

/** ms after which nothing of a trial is left where it could not be cleared. */
const KEEP = '60000'
/** Where an argument is the channel of the queue. */
const CHANNEL = 'wake'

/** What a process says of the time before it knows it. */
const NEW = '   0 0 0'

/** Every script, with arguments that lead it through most of its commands. */
export const TRIALS: readonly Trial[] = [
  trial(openScript, 'src/session', 'trial', '', '0', KEEP, 'trial'),
  trial(
    publishScript,
    'ev/ctr/ready/own/wait/src/dd0/dd1/dd2/unanswered/ix:ev/ix:ctr/ix:ready/ix:own/ix:wait',
    'trial',
    '1',
    '9',
    CHANNEL,
    CHANNEL,
    '10',
    'd',
    'c',
    'body',
    'order',
    '\0c',
    'body',
  ),
  trial(claimClicksScript, 'unanswered/own/ev'),
  trial(unfinishedScript, 'own/ready/ev/wait', 'c'),
  trial(stopScript, 'own/ready/ev/wait/tries/stops', 'c', '9999999999999999', '', '1', CHANNEL),
  trial(joinScript, 'clock/workers/own/ready', NEW, 'trial', 'trial:1', KEEP, CHANNEL),
  trial(tickScript, 'clock/workers/own/ready/tries', NEW, 'trial:1', KEEP, '1', CHANNEL),
  trial(
    workScript,
    'workers/own/ready/ev/wait/tries/dead/clock/dd0/dd1/dd2/stops/sends',
    'trial:1',
    '1',
    CHANNEL,
    '',
    'c',
    '0',
    'done',
  ),
  trial(noteScript, 'own/sends', 'c', '0 trial:1', 'run ', '1', 'name', '', 'run 1'),
  trial(snapshotScript, 'ev/ready/own/wait/tries/workers/dead'),
  trial(statusScript, 'workers/own/ready/ev/dead/clock', ''),
  trial(tellScript, 'clock/told', NEW, 'd'),
  trial(sessions.openScript, 'clock/session', NEW, 'trial', KEEP, '', ''),
  trial(sessions.useScript, 'clock/session', NEW, 'trial', 'save', 'text'),
  trial(permits.updateScript, 'clock/budget', NEW, '1', '1', '1', KEEP),
  trial(permits.acquireScript, 'clock/budget/used/held/queue/beats', NEW, 'ticket'),
  trial(permits.releaseScript, 'clock/budget/used/held/queue/beats', NEW, 'ticket', 'used'),
  trial(
    limits.takeScript,
    'clock/members/hold0/hold1/refused/log',
    NEW,
    'trial',
    '',
    '',
    'id',
    'leaving',
    '0',
    '1',
    KEEP,
  ),
  trial(limits.endScript, 'clock/log', NEW, 'id', 'now', '1', KEEP),
  trial(limits.holdScript, 'clock/hold0/hold1/refused', NEW, '', KEEP, '1'),
  trial(limits.enterGuildScript, 'clock/guild', NEW, 'id', 'channel', '1', KEEP),
  trial(limits.leaveGuildScript, 'clock/guild', NEW, 'id', 'channel', 'now', KEEP),
  trial(parking.putScript, 'places/ids/bodies/gate', 'place', '1', '{}', '1', '1'),
  trial(parking.takeScript, 'places/ids/bodies/gate', 'place'),
  trial(values.swapScript, 'value/own', '', 'text', KEEP, '', ''),
  trial(values.keepScript, 'own/value', 'c', '0 trial:1', 'text', KEEP),
  trial(values.swapScript, 'swapped/own', '', 'text', KEEP, 'c', '0 trial:1'),
  trial(tokens.turnScript, 'clock/token/pause/lock', NEW, 'trial', '', KEEP),
  trial(tokens.endTurnScript, 'clock/token/pause/lock', NEW, 'trial', 'sealed', KEEP, KEEP),
]

/** Every command on a key, those inside of scripts too: a server that refuses one there does not say which. */
const COMMANDS: readonly (readonly [name: string, key: string, ...rest: readonly string[]])[] = [
  ['EXISTS', 'value'],
  ['SET', 'value', '1', 'PX', KEEP],
  ['GET', 'value'],
  ['SETRANGE', 'value', '0', ''],
  ['SADD', 'set', 'one'],
  ['SMISMEMBER', 'set', 'one'],
  ['SCARD', 'set'],
  ['SREM', 'set', 'one'],
  ['PEXPIRE', 'set', KEEP],
  ['PTTL', 'set'],
  ['HSET', 'hash', 'field', '1'],
  ['HSETNX', 'hash', 'field', '1'],
  ['HGET', 'hash', 'field'],
  ['HGETALL', 'hash'],
  ['HEXISTS', 'hash', 'field'],
  ['HLEN', 'hash'],
  ['HDEL', 'hash', 'field'],
  ['HMGET', 'hash', 'field'],
  ['HINCRBY', 'hash', 'count', '1'],
  ['RPUSH', 'list', 'one'],
  ['LINDEX', 'list', '0'],
  ['LLEN', 'list'],
  ['LRANGE', 'list', '0', '0'],
  ['LREM', 'list', '0', 'none'],
  ['LTRIM', 'list', '0', '0'],
  ['ZADD', 'zset', '1', 'one'],
  ['ZCARD', 'zset'],
  ['ZSCORE', 'zset', 'one'],
  ['ZMSCORE', 'zset', 'one'],
  ['ZRANK', 'zset', 'one'],
  ['ZRANGE', 'zset', '0', '0'],
  ['ZRANGEBYSCORE', 'zset', '0', '+inf'],
  ['ZRANGEBYLEX', 'zset', '-', '+'],
  ['ZLEXCOUNT', 'zset', '-', '+'],
  ['ZREMRANGEBYSCORE', 'zset', '-inf', '1'],
  ['ZREM', 'zset', 'one'],
  ['ZPOPMIN', 'zset', '1'],
  ['DEL', 'value'],
  ['UNLINK', 'value'],
]

/** How often the way to the server is measured; the middle one counts. */
const PINGS = 5
/** Bytes of the name of a trial. */
const UNIQUE = 6

/** The version of the keys and entries of the queue. */
export const FORMAT = '1'

/** The name of a function that names conversations. */
export const nameOf = (conversation: ((event: never) => unknown) | undefined): string =>
  conversation === undefined ? 'default' : createHash('sha1').update(String(conversation)).digest('base64')

/** What a server is looked at with. */
export interface CheckDeps extends Pick<ServerFacts, 'backlog' | 'replicas' | 'allowEviction' | 'own'> {
  readonly port: RedisPort
  readonly clock: Clock
  readonly random: () => number
  readonly commandTimeout: number
  /** Of all keys of the bot. */
  readonly prefix: string
}

/** Looks at a server, over a connection of its own. @throws RedisError if it cannot be asked */
export const checkServer = async (deps: CheckDeps): Promise<readonly RedisFinding[]> => {
  const connection = new Connection(deps)
  try {
    return findingsOf(await factsOf(connection, deps))
  } finally {
    connection.close()
  }
}

const factsOf = async (
  connection: Connection,
  { clock, prefix, port, ...known }: CheckDeps,
): Promise<ServerFacts> => {
  const { command: send } = connection
  const asked = await orRefused(async () => send(['INFO']))
  const info = parseInfo('refused' in asked ? '' : asked.value)
  const times: number[] = []
  for (let turn = 0; turn < PINGS; turn += 1) {
    const before = clock.now()
    await orRefused(async () => send(['PING']))
    times.push(clock.now() - before)
  }
  const meta = `${prefix}meta`
  const [time, shared, loadTruncated, tried] = await Promise.all([
    orRefused(async () => send(['TIME'])),
    orRefused(async () => send(['HMGET', meta, 'format', 'conversation'])),
    setting(send, 'aof-load-truncated'),
    orRefused(async () => tryAll(connection, { prefix, replicas: known.replicas })),
  ])
  const [seconds] = 'refused' in time ? [] : (time.value as readonly string[])
  const [format, conversation] = 'refused' in shared ? [] : (shared.value as readonly (string | null)[])
  const refused = [asked, time, shared, tried].find((one) => 'refused' in one)
  return {
    ...known,
    info: 'refused' in asked ? NOTHING_SAID : info,
    loadTruncated,
    refused: refused?.refused ?? null,
    roundTrip: times.toSorted((one, other) => one - other)[Math.floor(PINGS / 2)]!,
    skew: seconds === undefined ? 0 : Number(seconds) * 1000 - clock.wall(),
    client: port.address ?? null,
    known: { ...(format && { format }), ...(conversation && { conversation }) },
    databases: await otherDatabases(send, { info, meta }),
  }
}

/** A server that keeps its state to itself is given the benefit of the doubt. */
const NOTHING_SAID: ReadonlyMap<string, string> = parseInfo(
  ['redis_version:7', 'role:master', 'aof_enabled:1'].join('\r\n'),
)

type Answer = { readonly value: unknown } | { readonly refused: Refused }

/** An answer, or how it was refused. @throws RedisError where the server cannot be asked now */
const orRefused = async (ask: () => Promise<unknown>): Promise<Answer> => {
  try {
    return { value: await ask() }
  } catch (error) {
    if (!RedisError.is(error) || error.code !== 'redis_refused' || PASSING.has(error.reply)) throw error
    return { refused: { reply: error.reply, message: String((error.cause as Error | undefined)?.message) } }
  }
}

/** Refusals that say nothing about the server itself: it is asked again later. */
const PASSING: ReadonlySet<string | null> = new Set(['LOADING', 'BUSY', 'NOAUTH', 'WRONGPASS', 'MASTERDOWN'])

/** Runs every script and command once. */
const tryAll = async (
  connection: Connection,
  { prefix, replicas }: { readonly prefix: string; readonly replicas: number },
): Promise<void> => {
  const { command: send } = connection
  const scratch = `${prefix}trial:${randomBytes(UNIQUE).toString('hex')}:`
  const used = new Set<string>()
  const keyOf = (name: string): string => {
    used.add(`${scratch}${name}`)
    return `${scratch}${name}`
  }
  const channel = `${scratch}${CHANNEL}`
  const listen = async (): Promise<void> => {
    const end = await connection.subscribe(
      [channel],
      () => {},
      () => {},
    )
    end()
  }
  // All at once: the server is as far away as it is.
  const outcomes = await Promise.allSettled([
    ...COMMANDS.map(async ([name, key, ...rest]) => send([name, keyOf(key), ...rest])),
    send(['PUBLISH', channel, '']),
    // A server that knows the scripts would not need it until its next start.
    send(['EVAL', 'return 1', '0']),
    ...(replicas > 0 ? [send(['WAIT', '0', '1'])] : []),
    ...TRIALS.map(async ({ script, keys, args }) =>
      runScript(
        send,
        script,
        keys.map(keyOf),
        args.map((arg) => (arg === CHANNEL ? channel : arg)),
      ),
    ),
    listen(),
  ])
  await send(['DEL', ...used]).catch(() => {})
  const failed = outcomes.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

/** A setting; `null` where it may not be asked for. */
const setting = async (send: SendCommand, name: string): Promise<string | null> => {
  try {
    const [, value] = (await send(['CONFIG', 'GET', name])) as readonly string[]
    return value ?? null
  } catch {
    return null
  }
}

/** The other databases of the server with keys of this bot; none where they may not be looked at. */
const otherDatabases = async (
  send: SendCommand,
  { info, meta }: { readonly info: ReadonlyMap<string, string>; readonly meta: string },
): Promise<readonly number[]> => {
  const all = [...info.keys()].flatMap((name) => /^db(\d+)$/.exec(name)?.[1] ?? [])
  const found: number[] = []
  try {
    const own = / db=(\d+) /.exec(String(await send(['CLIENT', 'INFO'])))?.[1]
    if (own === undefined) return []
    for (const index of all) {
      if (index === own) continue
      await send(['SELECT', index])
      if ((await send(['EXISTS', meta])) === 1) found.push(Number(index))
    }
  } catch {
    return []
  }
  return found
}

/** What an examination at the start needs. */
export interface ExaminerDeps {
  readonly check: () => Promise<readonly RedisFinding[]>
  readonly connection: Pick<Connection, 'command' | 'isClosed'>
  readonly log: LogSink
  readonly prefix: string
  readonly own: () => SharedFacts
}

const LEVELS = { fatal: 'error', error: 'error', warning: 'warn' } as const

/** Examines a server once for all that a process starts. What is wrong is logged once; what is fatal refuses the start. */
export class Examiner {
  readonly #deps: ExaminerDeps
  readonly #told = new Set<string>()
  #passed: Promise<void> | null = null

  constructor(deps: ExaminerDeps) {
    this.#deps = deps
  }

  /** @throws RedisError `redis_unfit` for good; `redis_closed`; others while the server cannot be asked */
  readonly pass = async (): Promise<void> => {
    this.#passed ??= this.#examine()
    try {
      await this.#passed
    } catch (error) {
      if (!RedisError.is(error) || error.code !== 'redis_unfit') this.#passed = null
      throw error
    }
  }

  /** A publisher says how it names conversations. */
  readonly passAsPublisher = async (): Promise<void> => {
    await this.pass()
    const { connection, prefix, own } = this.#deps
    await connection.command(['HSET', `${prefix}meta`, 'conversation', own().conversation ?? ''])
  }

  async #examine(): Promise<void> {
    const { check, connection, prefix, own } = this.#deps
    if (connection.isClosed) throw new RedisError('redis_closed')
    const findings = await check()
    const fatal = findings.find(({ level }) => level === 'fatal')
    // A replica may become the primary.
    if (fatal?.code === 'redis_replica') throw new RedisError('redis_replica')
    const refusal = findings.find(({ level, code }) => level === 'error' && REFUSING.has(code))
    if (!fatal)
      try {
        await connection.command(['HSETNX', `${prefix}meta`, 'format', own().format])
      } catch (error) {
        if (!RedisError.is(error) || error.code !== 'redis_refused') throw error
        // Without memory workers go on, and make room.
        if (refusal) throw new RedisError('redis_refused', refusal.text.en, { advice: refusal.advice })
      }
    for (const finding of findings) if (finding !== fatal) this.#tell(finding)
    if (fatal) throw new RedisError('redis_unfit', fatal.text.en, { advice: fatal.advice })
  }

  #tell({ code, level, text, advice }: RedisFinding): void {
    if (this.#told.has(code)) return
    this.#told.add(code)
    this.#deps.log({ level: LEVELS[level], event: 'redis.finding', code, message: text.en, advice })
  }
}

/** Why a server refuses all that is written. */
const REFUSING: ReadonlySet<string> = new Set(['redis_write_errors', 'redis_no_replica'])
