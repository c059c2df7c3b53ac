// The way to Redis: a client of `ioredis` or `redis`, or a port of your own.
export type { IoredisClient, NodeRedisClient, RedisClient, RedisLink, RedisPort } from './port/port.js'

// Errors.
export { RedisError, type RedisErrorCode } from './port/errors.js'
