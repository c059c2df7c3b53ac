import type { Advice } from '@qqkit/core'
import { redisFindingTexts, translation } from '@qqkit/core/internal'

import { replicaAdvice } from '../port/errors.js'
import type { RedisAddress } from '../port/port.js'

/** What is wrong with a server: `fatal` loses events or does not work, `error` may, `warning` costs or endangers something. */
export interface RedisFinding {
  readonly code: RedisFindingCode
  readonly level: 'fatal' | 'error' | 'warning'
  /** What was found. */
  readonly text: Advice
  /** What a person can do. */
  readonly advice: Advice
}

/** The kinds of {@link RedisFinding}. */
export type RedisFindingCode =
  | 'redis_too_old'
  | 'redis_no_scripts'
  | 'redis_not_allowed'
  | 'redis_evicts'
  | 'redis_not_durable'
  | 'redis_torn_tail'
  | 'redis_write_errors'
  | 'redis_replica'
  | 'redis_no_replica'
  | 'redis_maxmemory'
  | 'redis_format'
  | 'redis_conversation_key'
  | 'redis_key_prefix'
  | 'redis_database'
  | 'redis_remote_plain'
  | 'redis_emptied'
  | 'redis_no_workers'
  | 'redis_no_publisher'
  | 'redis_intents'
  | 'redis_far'
  | 'redis_clock'

interface Row {
  readonly level: RedisFinding['level']
  readonly advice: Advice
}

const rows: Readonly<Record<RedisFindingCode, Row>> = {
  redis_too_old: {
    level: 'fatal',
    advice: { en: 'Use Redis 6.2 or later, or Valkey.', zh: '请使用 Redis 6.2 或更高版本，或 Valkey。' },
  },
  redis_no_scripts: {
    level: 'fatal',
    advice: {
      en: 'The queue is made of Lua scripts: use Redis or Valkey itself, and no proxy that does not pass EVALSHA on.',
      zh: '队列由 Lua 脚本实现：请直接使用 Redis 或 Valkey，不要经过不支持 EVALSHA 的代理。',
    },
  },
  redis_not_allowed: {
    level: 'fatal',
    advice: {
      en: 'Give the user of the client the rights of docs/many-processes.md: the keys and channels of the bot, and the commands named there.',
      zh: '请按 docs/many-processes.zh-CN.md 为客户端用户授权：机器人的键、频道以及其中列出的命令。',
    },
  },
  redis_evicts: {
    level: 'fatal',
    advice: {
      en: 'Set maxmemory-policy noeviction: a server that is full must refuse, and not delete events. Give caches a server of their own.',
      zh: '请设置 maxmemory-policy noeviction：内存不足时服务器应拒绝写入，而不是删除事件。缓存请使用单独的服务器。',
    },
  },
  redis_not_durable: {
    level: 'warning',
    advice: {
      en: 'Set "appendonly yes" and "appendfsync everysec": otherwise a restart of the server loses all waiting events.',
      zh: '请设置 “appendonly yes” 与 “appendfsync everysec”，否则服务器重启会丢失所有等待中的事件。',
    },
  },
  redis_torn_tail: {
    level: 'warning',
    advice: {
      en: 'Set "aof-load-truncated no", and run redis-check-aof --fix before the server starts: a log that was cut inside of a transaction is otherwise continued there.',
      zh: '请设置 “aof-load-truncated no”，并在服务器启动前运行 redis-check-aof --fix；否则在事务中途被截断的日志会从断点处继续写入。',
    },
  },
  redis_write_errors: {
    level: 'error',
    advice: {
      en: 'The server cannot write its data: look for a full disk and at its log. Until then events are not safe.',
      zh: '服务器无法写入数据：请检查磁盘空间和服务器日志。在此之前事件并不安全。',
    },
  },
  redis_replica: {
    level: 'fatal',
    advice: replicaAdvice,
  },
  redis_no_replica: {
    level: 'error',
    advice: {
      en: 'Start the replicas and look at their link, or lower durability.replicas and min-replicas-to-write: until then events are not confirmed.',
      zh: '请启动副本并检查其连接，或调小 durability.replicas 与 min-replicas-to-write；在此之前事件不会被确认。',
    },
  },
  redis_format: {
    level: 'fatal',
    advice: {
      en: 'Stop the publishers, let workers of the other version empty the queue (redis.status()), delete the key that ends in ":meta", and start this version.',
      zh: '请先停止发布进程，让另一版本的 worker 处理完队列（redis.status()），删除以 “:meta” 结尾的键，再启动本版本。',
    },
  },
  redis_conversation_key: {
    level: 'warning',
    advice: {
      en: 'Give all processes the same option conversation. Events that wait keep the conversation that they were published with.',
      zh: '请让所有进程使用相同的 conversation 选项。已在队列中的事件仍按发布时的会话处理。',
    },
  },
  redis_key_prefix: {
    level: 'warning',
    advice: {
      en: 'Leave keyPrefix out: keys already begin with "qqkit:" and the AppID. To keep two setups of one bot apart, use two servers.',
      zh: '请去掉 keyPrefix：键已以 “qqkit:” 和 AppID 开头。同一机器人的两套环境请使用两个服务器。',
    },
  },
  redis_database: {
    level: 'error',
    advice: {
      en: 'Give all processes of the bot the same database index. After a move, delete the keys of the bot in the old one.',
      zh: '请让机器人的所有进程使用同一个数据库编号。迁移之后请删除旧数据库中该机器人的键。',
    },
  },
  redis_remote_plain: {
    level: 'warning',
    advice: {
      en: 'The queue holds what people write: use a password (better: a user of its own), and TLS (rediss://) outside of a network of your own.',
      zh: '队列中保存着用户的消息：请设置密码（最好使用独立用户），不在自有网络内时请使用 TLS（rediss://）。',
    },
  },
  redis_maxmemory: {
    level: 'warning',
    advice: {
      en: 'Raise maxmemory, or lower the option backlog: the server would refuse events before the queue is full.',
      zh: '请调大 maxmemory，或调小 backlog 选项：否则队列未满时服务器就会拒绝事件。',
    },
  },
  redis_emptied: {
    level: 'error',
    advice: {
      en: 'Find out who empties the server (FLUSHALL, a disk that was replaced, no append-only file); what was lost cannot be brought back.',
      zh: '请查明服务器数据被清空的原因（FLUSHALL、更换磁盘、未启用 AOF）；丢失的事件无法恢复。',
    },
  },
  redis_no_workers: {
    level: 'warning',
    advice: {
      en: 'Start a worker (QQKIT_ROLE=worker) with the same AppID, server and database: events wait until one comes.',
      zh: '请启动使用相同 AppID、服务器和数据库的 worker（QQKIT_ROLE=worker）；在此之前事件会一直等待。',
    },
  },
  redis_no_publisher: {
    level: 'warning',
    advice: {
      en: 'Start a gateway or a webhook front (QQKIT_ROLE=gateway) with the same AppID, server and database: no events come without one.',
      zh: '请启动使用相同 AppID、服务器和数据库的 gateway 或 webhook 前端（QQKIT_ROLE=gateway）；否则不会有事件。',
    },
  },
  redis_intents: {
    level: 'warning',
    advice: {
      en: 'Add the intent to the option intents of the gateway that publishes; some need a permission of the platform. Or remove the handler.',
      zh: '请在发布事件的 gateway 的 intents 选项中加入该 intent（部分 intent 需要平台授权），或移除该处理函数。',
    },
  },
  redis_far: {
    level: 'warning',
    advice: {
      en: 'Put the server into the network of the bot: every event and every reply waits for it.',
      zh: '请将服务器放在机器人所在的网络中：每个事件和每条回复都要等待它。',
    },
  },
  redis_clock: {
    level: 'warning',
    advice: {
      en: 'Synchronise the clocks (NTP): limits and leases are counted by the time of the server.',
      zh: '请同步时钟（NTP）：限速与租约按服务器时间计算。',
    },
  },
}

/** What all processes of a bot must agree on. */
export interface SharedFacts {
  readonly format: string
  /** The name of the function that names conversations; `null` for a process that names none. */
  readonly conversation: string | null
}

/** A refusal of the server: its first word, and all of it. */
export interface Refused {
  readonly reply: string | null
  readonly message: string
}

/** What is known of a server. */
export interface ServerFacts {
  /** The lines of `INFO`, by name. */
  readonly info: ReadonlyMap<string, string>
  /** `null` where it cannot be asked. */
  readonly loadTruncated: string | null
  /** How the server refused one of our commands in a trial; `null` if it took all. */
  readonly refused: Refused | null
  /** ms of a round trip. */
  readonly roundTrip: number
  /** ms between the clocks. */
  readonly skew: number
  /** Most unfinished events. */
  readonly backlog: number
  /** Replicas that must confirm. */
  readonly replicas: number
  /** Whether keys with an end may be evicted. */
  readonly allowEviction: boolean
  /** `null` where the port does not say. */
  readonly client: RedisAddress | null
  readonly own: SharedFacts
  /** What the processes before this one said. */
  readonly known: { readonly format?: string; readonly conversation?: string }
  /** Other databases that have keys of this bot. */
  readonly databases: readonly number[]
}

/** Bytes of a waiting event with all that belongs to it. */
const PER_EVENT = 1500
const OLDEST: readonly [number, number] = [6, 2]
const FAR = 20
const SKEW = 30_000
const GOOD = 'ok'

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

const LOOPBACK = /^(?:localhost|127\..*|::1|0\.0\.0\.0)$/
/** Addresses of a network of one's own, and names without a dot, as containers have them. */
const NEAR =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:|fe80:|[^.:]+$)/i

/** What a connection lacks; `null` where nothing. */
const lackOf = ({ host, tls, password }: RedisAddress): string | null => {
  if (host === null || LOOPBACK.test(host)) return null
  if (!password) return 'no password'
  return tls || NEAR.test(host) ? null : 'no TLS'
}

/** What a refusal means, by its first word. */
const REFUSALS: Readonly<
  Record<string, readonly [RedisFindingCode, string, RedisFinding['level']] | undefined>
> = {
  OOM: ['redis_maxmemory', 'the server has no memory left for events', 'error'],
  MISCONF: ['redis_write_errors', 'the server refuses to write, since it cannot save its data', 'error'],
  NOREPLICAS: ['redis_no_replica', 'the server refuses to write without its replicas', 'error'],
  READONLY: ['redis_replica', 'the server is a replica', 'fatal'],
}

/** Words of a refusal for want of rights; inside of a script they do not come first. */
const NO_RIGHTS = /NOPERM|ACL failure|executing the script can't/

type Found = readonly [code: RedisFindingCode, message: string, level?: RedisFinding['level']]

const versionOf = ({ info }: ServerFacts): string => info.get('redis_version') ?? ''

const ofTrial = (facts: ServerFacts): readonly Found[] => {
  const { refused } = facts
  // What an old server lacks is no news.
  if (refused === null || isOld(versionOf(facts))) return []
  const { reply, message } = refused
  if (NO_RIGHTS.test(message)) return [['redis_not_allowed', `a command is not allowed: ${message}`]]
  const known = reply === null ? undefined : REFUSALS[reply]
  return [known ?? ['redis_no_scripts', `a script does not run: ${message}`]]
}

const ofServer = (facts: ServerFacts): readonly Found[] => {
  const { info, loadTruncated, backlog, replicas, allowEviction } = facts
  const found: Found[] = []
  const version = versionOf(facts)
  const policy = info.get('maxmemory_policy') ?? 'noeviction'
  const most = Number(info.get('maxmemory') ?? 0)
  const connected = Number(info.get('connected_slaves') ?? 0)
  const durable = info.get('aof_enabled') === '1'
  if (isOld(version)) found.push(['redis_too_old', `the server is Redis ${version}`])
  if (info.get('role') !== 'master') found.push(['redis_replica', 'the server is a replica'])
  else if (connected < replicas)
    found.push(['redis_no_replica', `${connected} replicas are connected, and ${replicas} must confirm`])
  if (policy.startsWith('allkeys-')) found.push(['redis_evicts', `maxmemory-policy is ${policy}`])
  else if (policy.startsWith('volatile-') && !allowEviction)
    found.push(['redis_evicts', `maxmemory-policy is ${policy}`, 'error'])
  for (const name of ['aof_last_write_status', 'rdb_last_bgsave_status'])
    if ((info.get(name) ?? GOOD) !== GOOD)
      found.push(['redis_write_errors', `the last write of the server failed (${name} is ${info.get(name)})`])
  if (!durable) found.push(['redis_not_durable', 'the server keeps no append-only file'])
  if (durable && loadTruncated === 'yes') found.push(['redis_torn_tail', 'aof-load-truncated is yes'])
  if (most > 0 && most - Number(info.get('used_memory') ?? 0) < backlog * PER_EVENT)
    found.push(['redis_maxmemory', `${backlog} events do not fit into maxmemory ${most}`])
  return found
}

const ofWay = ({ client, roundTrip, skew }: ServerFacts): readonly Found[] => {
  const found: Found[] = []
  const lack = client === null ? null : lackOf(client)
  if (lack !== null) found.push(['redis_remote_plain', `the way to ${client?.host ?? ''} has ${lack}`])
  if (client !== null && client.keyPrefix !== '')
    found.push(['redis_key_prefix', `the keyPrefix ${client.keyPrefix} of the client is not used`])
  if (roundTrip > FAR) found.push(['redis_far', `a round trip takes ${Math.round(roundTrip)} ms`])
  if (Math.abs(skew) > SKEW)
    found.push(['redis_clock', `the clock of the server differs by ${Math.round(skew / 1000)} s`])
  return found
}

const ofPeers = ({ own, known, databases }: ServerFacts): readonly Found[] => {
  const found: Found[] = []
  if (known.format !== undefined && known.format !== own.format)
    found.push([
      'redis_format',
      `the queue has format ${known.format}, and this version writes ${own.format}`,
    ])
  if (
    known.conversation !== undefined &&
    own.conversation !== null &&
    known.conversation !== own.conversation
  )
    found.push(['redis_conversation_key', 'another process names conversations in another way'])
  if (databases.length > 0)
    found.push(['redis_database', `this bot also has keys in database ${databases.join(', ')}`])
  return found
}

const toChinese = translation(() => redisFindingTexts)

const ORDER = ['fatal', 'error', 'warning']

/** A finding that is no fact of the server alone. */
export const findingOf = (code: RedisFindingCode, message: string): RedisFinding => {
  const { level, advice } = rows[code]
  return { code, level, text: { en: message, zh: toChinese(message) }, advice }
}

/** What is wrong with a server, the worst first. Each kind once. */
export const findingsOf = (facts: ServerFacts): readonly RedisFinding[] =>
  [ofTrial, ofServer, ofWay, ofPeers]
    .flatMap((part) => part(facts))
    .filter(([code], index, all) => all.findIndex((one) => one[0] === code) === index)
    .map(([code, message, level = rows[code].level]) => ({ ...findingOf(code, message), level }))
    .toSorted((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level))
