import { type Advice, QqkitError } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

interface Row {
  readonly message: string
  readonly advice: Advice
}

/** The kinds of {@link RedisError}. */
export type RedisErrorCode =
  | 'redis_unavailable'
  | 'redis_timeout'
  | 'redis_refused'
  | 'redis_replica'
  | 'redis_unfit'
  | 'redis_no_client'
  | 'redis_closed'
  | 'redis_fenced'
  | 'redis_lost'

/** What to do about a server that is no primary. */
export const replicaAdvice: Advice = {
  en: 'Connect to the primary, or give the client the Sentinels instead of one address.',
  zh: '请连接主节点，或为客户端配置 Sentinel 而不是单个地址。',
}

const errors: Readonly<Record<RedisErrorCode, Row>> = {
  redis_unavailable: {
    message: 'Redis cannot be reached',
    advice: {
      en: 'Check that the Redis server runs, and the address, user and password of the client. What was asked for is tried again where that is safe.',
      zh: '请确认 Redis 服务正在运行，并检查客户端的地址、用户名和密码。可以安全重试的操作会自动重试。',
    },
  },
  redis_timeout: {
    message: 'Redis did not answer in time; the connection was given up',
    advice: {
      en: 'The command may have been executed all the same. Check the load of the server and the network in between.',
      zh: '该命令仍可能已被执行。请检查服务器负载以及中间的网络。',
    },
  },
  redis_refused: {
    message: 'Redis refused a command',
    advice: {
      en: 'The first word of the answer says why: OOM (no memory), MISCONF (disk), READONLY (a replica), NOREPLICAS, NOPERM (rights), NOAUTH or WRONGPASS (user and password of the client). Nothing of the command was executed.',
      zh: '应答的第一个词说明原因：OOM（内存不足）、MISCONF（磁盘问题）、READONLY（副本）、NOREPLICAS、NOPERM（权限）、NOAUTH 或 WRONGPASS（客户端的用户名和密码）。该命令没有任何部分被执行。',
    },
  },
  redis_replica: {
    message: 'the server is a replica',
    advice: replicaAdvice,
  },
  redis_unfit: {
    message: 'the server cannot be used',
    advice: {
      en: 'See the findings of redis.check().',
      zh: '请查看 redis.check() 的检查结果。',
    },
  },
  redis_no_client: {
    message: 'no client for Redis is installed',
    advice: {
      en: 'Install one: npm install ioredis. Or give a client of "ioredis" or "redis" as the option client.',
      zh: '请先安装客户端：npm install ioredis，或通过 client 选项传入 “ioredis” 或 “redis” 的客户端实例。',
    },
  },
  redis_fenced: {
    message: 'another process publishes the events of this source',
    advice: {
      en: 'Run one gateway per shard. The process that opened the source last publishes; give the gateways a shared session store, so that a second one waits.',
      zh: '每个分片只运行一个 gateway。最后打开该来源的进程负责发布；请让各 gateway 共享 session store，使后来者等待。',
    },
  },
  redis_lost: {
    message: 'another process handles the event now; nothing is saved for it here',
    advice: {
      en: 'Nothing is to be done: the process that got the event saves. If it happens often, look for handlers that block their process for seconds.',
      zh: '无需处理：得到该事件的进程会负责保存。如果经常出现，请检查是否有处理函数长时间阻塞进程。',
    },
  },
  redis_closed: {
    message: 'the connection to Redis was closed by this process',
    advice: {
      en: 'Close it after the bot and the publishers have stopped.',
      zh: '请在机器人和发布者都停止之后再关闭它。',
    },
  },
}

/** Fields of a new {@link RedisError}. */
export interface RedisErrorInit {
  readonly cause?: unknown
  /** Default: that of the code. */
  readonly advice?: Advice
}

/** Redis, or the way to it, failed. */
export class RedisError extends QqkitError {
  declare readonly code: RedisErrorCode
  /** The first word of the server's answer, e.g. `'OOM'`; `null` where it did not answer. */
  readonly reply: string | null

  constructor(code: RedisErrorCode, detail: string = '', { cause, advice }: RedisErrorInit = {}) {
    const row = errors[code]
    const message = detail === '' ? row.message : `${row.message}: ${detail}`
    super({ code, message, advice: advice ?? row.advice, cause })
    this.reply = code === 'redis_refused' ? replyOf(detail) : null
  }

  static override is(value: unknown): value is RedisError {
    return QqkitError.is(value) && Object.hasOwn(errors, value.code)
  }
}

/** The first word of an error of the server, such as `OOM`; `null` for errors of the client. */
const replyOf = (message: string): string | null => /^-?([A-Z][A-Z\d]{2,}) /.exec(message)?.[1] ?? null

/** What a client throws, as an error of ours. */
export const redisError = (thrown: unknown): RedisError => {
  if (RedisError.is(thrown)) return thrown
  const message = messageOf(thrown)
  const code = replyOf(message) === null ? 'redis_unavailable' : 'redis_refused'
  return new RedisError(code, message, { cause: thrown })
}
