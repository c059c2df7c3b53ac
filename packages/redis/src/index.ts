// The processes of a bot over Redis.
export { qqkitRedis, type QqkitRedis, type RedisStatus } from './qqkit-redis.js'
export type {
  QqkitRedisOptions,
  RedisLimiterOptions,
  RedisPublishOptions,
  RedisSourceOptions,
} from './options.js'
export type { Role, RoleWorker, RunOptions } from './roles.js'
export type { RedisFinding, RedisFindingCode } from './decisions/findings.js'

// The event path: events of a gateway or a webhook go into the queue, and come out in a worker.
export type { Publisher } from './events/publisher.js'
export type { RawEvent } from './events/raw-event.js'
export type { QueueStatus } from './queue/event-queue.js'

// Shared state: stores for a bot, and limits.
export type { SharedLimit, SharedLimits } from './state/limiter.js'
export type { RedisParkLimits, RedisParkStore } from './state/park-store.js'
export type { RedisStates, RedisStatesOptions } from './state/stores.js'

// The way to Redis: a client of `ioredis` or `redis`, or a port of your own.
export type {
  IoredisClient,
  NodeRedisClient,
  RedisAddress,
  RedisClient,
  RedisLink,
  RedisPort,
} from './port/port.js'

// Errors.
export { RedisError, type RedisErrorCode, type RedisErrorInit } from './port/errors.js'
