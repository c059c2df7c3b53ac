import type { Advice } from '@qqkit/core'

/** What is wrong with a server: `fatal` loses events or does not work, `error` may, `warning` costs or endangers something. */
export interface RedisFinding {
  readonly code: RedisFindingCode
  readonly level: 'fatal' | 'error' | 'warning'
  /** What was found. */
  readonly message: string
  readonly advice: Advice
}

/** The kinds of {@link RedisFinding}. */
export type RedisFindingCode =
  | 'redis_too_old'
  | 'redis_no_scripts'
  | 'redis_evicts'
  | 'redis_not_durable'
  | 'redis_torn_tail'
  | 'redis_write_errors'
  | 'redis_replica'
  | 'redis_maxmemory'
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
      en: 'The queue is made of Lua scripts: use a server, and no proxy, that runs EVALSHA, and allow it to the user (+@scripting).',
      zh: '队列由 Lua 脚本实现：请使用支持 EVALSHA 的服务器（不要经过不支持的代理），并授予用户 +@scripting 权限。',
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
    advice: {
      en: 'Connect to the primary, or give the client the Sentinels instead of one address.',
      zh: '请连接主节点，或为客户端配置 Sentinel 而不是单个地址。',
    },
  },
  redis_maxmemory: {
    level: 'warning',
    advice: {
      en: 'Raise maxmemory, or lower the option backlog: the server would refuse events before the queue is full.',
      zh: '请调大 maxmemory，或调小 backlog 选项：否则队列未满时服务器就会拒绝事件。',
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

/** What is known of a server. */
export interface ServerFacts {
  /** The lines of `INFO`, by name. */
  readonly info: ReadonlyMap<string, string>
  /** `null` where it cannot be asked. */
  readonly loadTruncated: string | null
  /** Why scripts do not run; `null` if they do. */
  readonly scripts: string | null
  /** ms of a round trip. */
  readonly roundTrip: number
  /** ms between the clocks. */
  readonly skew: number
  /** Most unfinished events. */
  readonly backlog: number
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

/** What is wrong with a server, the worst first. */
export const findingsOf = ({
  info,
  loadTruncated,
  scripts,
  roundTrip,
  skew,
  backlog,
}: ServerFacts): readonly RedisFinding[] => {
  const found: RedisFinding[] = []
  const add = (code: RedisFindingCode, message: string, level = rows[code].level): void => {
    found.push({ code, level, message, advice: rows[code].advice })
  }
  const version = info.get('redis_version') ?? ''
  const policy = info.get('maxmemory_policy') ?? 'noeviction'
  const most = Number(info.get('maxmemory') ?? 0)
  const durable = info.get('aof_enabled') === '1'
  if (isOld(version)) add('redis_too_old', `the server is Redis ${version}`)
  if (scripts !== null) add('redis_no_scripts', `a script does not run: ${scripts}`)
  if (info.get('role') !== 'master') add('redis_replica', `the server is a ${info.get('role')}`)
  if (policy.startsWith('allkeys-')) add('redis_evicts', `maxmemory-policy is ${policy}`)
  else if (policy.startsWith('volatile-')) add('redis_evicts', `maxmemory-policy is ${policy}`, 'error')
  for (const name of ['aof_last_write_status', 'rdb_last_bgsave_status'])
    if ((info.get(name) ?? GOOD) !== GOOD) add('redis_write_errors', `${name} is ${info.get(name)}`)
  if (!durable) add('redis_not_durable', 'the server keeps no append-only file')
  if (durable && loadTruncated === 'yes') add('redis_torn_tail', 'aof-load-truncated is yes')
  if (most > 0 && most - Number(info.get('used_memory') ?? 0) < backlog * PER_EVENT)
    add('redis_maxmemory', `${backlog} events do not fit into maxmemory ${most}`)
  if (roundTrip > FAR) add('redis_far', `a round trip takes ${Math.round(roundTrip)} ms`)
  if (Math.abs(skew) > SKEW)
    add('redis_clock', `the clock of the server differs by ${Math.round(skew / 1000)} s`)
  const order = ['fatal', 'error', 'warning']
  return found.toSorted((one, other) => order.indexOf(one.level) - order.indexOf(other.level))
}
