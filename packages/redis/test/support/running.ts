import type { Delivery, Source } from '@qqkit/core'

import type { Publisher } from '../../src/events/publisher.js'
import type { RedisPublishOptions, RedisSourceOptions } from '../../src/options.js'
import type { QqkitRedis } from '../../src/qqkit-redis.js'
import { HandSource, textOf } from './hand-source.js'

/** A publisher that runs, with the source that a test operates. */
export interface Publishing {
  readonly hand: HandSource
  readonly publisher: Publisher
  readonly running: Promise<void>
  readonly redis: QqkitRedis
}

export const publishing = (redis: QqkitRedis, options: RedisPublishOptions = {}): Publishing => {
  const hand = new HandSource()
  const publisher = redis.publish(hand, options)
  const running = publisher.run()
  // Some end with their process.
  running.catch(() => {})
  return { hand, publisher, running, redis }
}

/** A worker that runs and keeps its deliveries open. */
export interface Working {
  readonly source: Source
  readonly deliveries: Delivery[]
  readonly running: Promise<void>
  readonly redis: QqkitRedis
  readonly texts: () => readonly string[]
}

export const working = (redis: QqkitRedis, options: RedisSourceOptions = {}): Working => {
  const source = redis.source(options)
  const deliveries: Delivery[] = []
  const running = source.run((delivery) => void deliveries.push(delivery))
  running.catch(() => {})
  return { source, deliveries, running, redis, texts: () => deliveries.map(textOf) }
}
