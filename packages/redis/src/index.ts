// The processes of a bot over Redis.
export {
  qqkitRedis,
  type QqkitRedis,
  type QqkitRedisOptions,
  type RedisSourceOptions,
} from './qqkit-redis.js'

// The event path: events of a gateway or a webhook go into the queue, and come out in a worker.
export type { Publisher } from './events/publisher.js'
export type { RawEvent } from './events/raw-event.js'

// The way to Redis: a client of `ioredis` or `redis`, or a port of your own.
export type { IoredisClient, NodeRedisClient, RedisClient, RedisLink, RedisPort } from './port/port.js'

// Errors.
export { RedisError, type RedisErrorCode } from './port/errors.js'
