// One process at a queue: a worker that is idle, that never ends what it has or that empties the queue, or a publisher.
import process from 'node:process'

import { qqkitRedis } from '@qqkit/redis'
import { Redis } from 'ioredis'

import { brokers } from './brokers.js'
import { nextEvent } from './event-lines.js'

const [what = '', socket = '', count = '0'] = process.argv.slice(2)

const fill = async (): Promise<void> => {
  const broker = brokers['@qqkit/redis']!(socket)
  const COUNT = Number(count)
  for (let sent = 0; sent < COUNT; sent += 1000)
    await broker.publish(Array.from({ length: Math.min(1000, COUNT - sent) }, () => nextEvent()))
  await broker.close()
  process.send?.('filled')
}

const work = async (): Promise<void> => {
  const redis = qqkitRedis({ appId: '1', client: new Redis({ path: socket, lazyConnect: true }) })
  const source = redis.source({ slots: 100 })
  process.once('SIGTERM', () => void source.close())
  const running = source.run((delivery) => {
    if (what === 'drain') delivery.settle('done')
    else process.send?.('has one')
  })
  while (source.status().state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 5))
  if (what === 'drain') {
    while ((await redis.status()).events.events > 0) await new Promise((resolve) => setTimeout(resolve, 100))
    await source.close()
  }
  process.send?.('ready')
  await running
  await redis.close()
}

await (what === 'fill' ? fill() : work())
