// A side of a deploy under load: `publish` sends events at a steady pace, `work` handles them for as long as they ask for, and drains
// and ends at SIGTERM as a bot does. It reports what it began and when.
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { qqkitRedis } from '@qqkit/redis'
import { Redis } from 'ioredis'

import { brokers } from './brokers.js'
import { type EventLine, markOf, nextEvent } from './event-lines.js'

/** One event, in ms of a clock that all processes share. */
export interface Handled {
  readonly conversation: string
  readonly sent: number
  readonly begun: number
  readonly ended: number
}

const [side = '', socket = '', pace = '100', seconds = '10', long = '1000', every = '50'] =
  process.argv.slice(2)
const SHORT = 5

const now = (): number => performance.timeOrigin + performance.now()

const publish = async (): Promise<void> => {
  const [PACE, SECONDS, LONG, EVERY] = [pace, seconds, long, every].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  const broker = brokers['@qqkit/redis']!(socket)
  const begin = now()
  const sending: Promise<void>[] = []
  for (let sent = 0; sent < PACE * SECONDS; await sleep(1))
    for (const due = ((now() - begin) * PACE) / 1000; sent < due; sent += 1) {
      const event: EventLine = nextEvent(`${now()} ${sent % EVERY === 0 ? LONG : SHORT}`)
      sending.push(broker.publish([event]))
    }
  await Promise.all(sending)
  process.send?.(sending.length)
}

const work = async (): Promise<void> => {
  const redis = qqkitRedis({ appId: '1', client: new Redis({ path: socket, lazyConnect: true }) })
  const source = redis.source()
  const handled: Handled[] = []
  const running = new Set<Promise<void>>()
  const run = source.run((delivery) => {
    const begun = now()
    const [sent = 0, ms = 0] = markOf(JSON.stringify(delivery.frame)).split(' ').map(Number)
    const { author } = delivery.frame.d as { readonly author: { readonly member_openid: string } }
    const one = sleep(ms).then(() => {
      handled.push({ conversation: author.member_openid, sent, begun, ended: now() })
      delivery.settle('done')
      running.delete(one)
    })
    running.add(one)
  })
  process.once('SIGTERM', () => {
    source.drain?.()
    const end = async (): Promise<void> => {
      while (running.size > 0) await Promise.all(running)
      await source.close()
      await run
      await redis.close()
      process.send?.(handled)
    }
    void end()
  })
  while (source.status().state !== 'ready') await sleep(5)
  process.send?.('ready')
}

await (side === 'work' ? work() : publish())
