import { systemClock } from '@qqkit/core'

import { Connection } from '../../src/port/connection.js'
import { RedisQueue } from '../../src/queue/event-queue.js'
import { ports } from './port-of.js'

/** The scripts of a queue alone, without publishers and workers, for those who measure them. */
export const bareQueue = (path: string): { readonly queue: RedisQueue; readonly close: () => void } => {
  const connection = new Connection({
    port: ports.ioredis(path),
    clock: systemClock,
    random: Math.random,
    commandTimeout: 60_000,
  })
  return { queue: new RedisQueue(connection.command, 'qqkit:{bench}:'), close: connection.close }
}
