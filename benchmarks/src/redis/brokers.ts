import { PubSubRedisBroker } from '@discordjs/brokers'
import { qqkitRedis } from '@qqkit/redis'
import { Queue, Worker } from 'bullmq'
import { Queue as GroupQueue, Worker as GroupWorker } from 'groupmq'
import { Redis } from 'ioredis'

import { bareQueue } from '../../../packages/redis/test/support/bare-queue.js'
import type { EventLine } from './event-lines.js'
import { FedSource } from './fed-source.js'

/** A way of events from one process to another over Redis. */
export interface Broker {
  /** Resolves when the server has all of them. */
  publish(events: readonly EventLine[]): Promise<void>
  /** Handles events until it is closed; resolves when it has begun. */
  work(handle: (body: string) => Promise<void> | void): Promise<void>
  close(): Promise<void>
}

/** Most events at once. */
const BATCH = 16

const clientOf = (path: string): Redis => new Redis({ path, maxRetriesPerRequest: null, protocol: 2 })

/** What one would write without any library: no leases, no order per conversation, lost when a worker dies. */
const bareLoop = (path: string): Broker => {
  const [front, reader] = [clientOf(path), clientOf(path)]
  const closing = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    publish: async (events) => {
      const pipeline = front.pipeline()
      for (const { body } of events) pipeline.xadd('events', '*', 'body', body)
      await pipeline.exec()
    },
    work: async (handle) => {
      await front.xgroup('CREATE', 'events', 'workers', '0', 'MKSTREAM').catch(() => {})
      const loop = async (): Promise<void> => {
        while (!closing.signal.aborted) {
          const read = await reader.xreadgroup(
            ...([
              'GROUP',
              'workers',
              'one',
              'COUNT',
              BATCH,
              'BLOCK',
              1000,
              'STREAMS',
              'events',
              '>',
            ] as const),
          )
          const [, entries = []] = ((read as [string, [string, string[]][]][] | null) ?? [])[0] ?? []
          if (entries.length === 0) continue
          await Promise.all(entries.map(async ([, [, body = '']]) => handle(body)))
          const ids = entries.map(([id]) => id)
          await front
            .pipeline()
            .xack('events', 'workers', ...ids)
            .xdel('events', ...ids)
            .exec()
        }
      }
      running = loop().catch(() => {})
    },
    close: async () => {
      closing.abort()
      reader.disconnect()
      front.disconnect()
      await running
    },
  }
}

/** The scripts alone: settlements travel with the next call, as they do in a worker. */
const scripts =
  (digests: boolean) =>
  (path: string): Broker => {
    const { queue, close } = bareQueue(path)
    const opened = queue.open('source', 'front', { again: false, mark: 0 })
    let first = 1
    const closing = new AbortController()
    let running: Promise<void> = Promise.resolve()
    return {
      publish: async (events) => {
        await opened
        const lines = events.map(({ id, conversation, body }) => ({
          digest: digests ? id.padStart(16, '.') : '',
          conversation,
          body,
        }))
        await queue.publish('source', 'front', { first, most: 1e6, events: lines })
        first += lines.length
      },
      work: async (handle) => {
        await queue.join('worker', 'worker:1', { ttl: 600_000, running: [] })
        const loop = async (): Promise<void> => {
          let settled: { conversation: string; id: string; outcome: 'done' }[] = []
          while (!closing.signal.aborted) {
            const { taken } = await queue.work('worker:1', BATCH, settled)
            await Promise.all(taken.map(async ({ body }) => handle(body)))
            settled = taken.map(({ conversation, id }) => ({ conversation, id, outcome: 'done' as const }))
            if (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
          }
        }
        running = loop().catch(() => {})
      },
      close: async () => {
        closing.abort()
        await running
        close()
      },
    }
  }

const qqkit =
  (replicas: number) =>
  (path: string): Broker => {
    const client = new Redis({ path, lazyConnect: true })
    const redis = qqkitRedis({ appId: '1', client, ...(replicas > 0 && { durability: { replicas } }) })
    const fed = new FedSource()
    const publisher = redis.publish(fed)
    const source = redis.source()
    let publishing: Promise<void> | null = null
    let working: Promise<void> | null = null
    return {
      publish: async (events) => {
        publishing ??= publisher.run()
        await Promise.all(events.map(async (event) => fed.feed(event)))
      },
      work: async (handle) => {
        working = source.run((delivery) => {
          void Promise.resolve(handle(JSON.stringify(delivery.frame))).then(() => delivery.settle('done'))
        })
      },
      close: async () => {
        await source.close()
        await publisher.close()
        await Promise.all([publishing, working])
        await redis.close()
      },
    }
  }

const bullmq = (path: string): Broker => {
  const connection = { path, maxRetriesPerRequest: null, protocol: 2 } as const
  const queue = new Queue('events', { connection })
  let worker: Worker | null = null
  return {
    publish: async (events) => {
      await queue.addBulk(
        events.map(({ body }) => ({
          name: 'event',
          data: { body },
          opts: { removeOnComplete: true, removeOnFail: true },
        })),
      )
    },
    work: async (handle) => {
      worker = new Worker('events', async ({ data }: { data: { body: string } }) => handle(data.body), {
        connection,
        concurrency: BATCH,
      })
      await worker.waitUntilReady()
    },
    close: async () => {
      await worker?.close()
      await queue.close()
    },
  }
}

const groupmq = (path: string): Broker => {
  const redis = clientOf(path)
  const queue = new GroupQueue<{ body: string }>({ redis, namespace: 'events' })
  let worker: GroupWorker<{ body: string }> | null = null
  return {
    publish: async (events) => {
      await Promise.all(
        events.map(async ({ body, conversation }) => queue.add({ groupId: conversation, data: { body } })),
      )
    },
    work: async (handle) => {
      worker = new GroupWorker({
        queue,
        concurrency: BATCH,
        handler: async ({ data }) => handle(data.body),
      })
      void worker.run()
    },
    close: async () => {
      await worker?.close()
      redis.disconnect()
    },
  }
}

const discord = (path: string): Broker => {
  const [front, reader] = [clientOf(path), clientOf(path)]
  const options = { group: 'workers', maxChunk: BATCH }
  const [out, back] = [
    new PubSubRedisBroker(front as never, options),
    new PubSubRedisBroker(reader as never, options),
  ]
  return {
    publish: async (events) => {
      await Promise.all(events.map(async ({ body }) => out.publish('event', body)))
    },
    work: async (handle) => {
      back.on('event', ({ data, ack }: { data: unknown; ack: () => Promise<void> }) => {
        void Promise.resolve(handle(String(data))).then(ack)
      })
      await back.subscribe(['event'])
    },
    close: async () => {
      front.disconnect()
      reader.disconnect()
    },
  }
}

/** By the names of the tables; the first is what the others are compared to. */
export const brokers: Readonly<Record<string, (path: string) => Broker>> = {
  'bare loop': bareLoop,
  'qqkit, scripts without digests': scripts(false),
  'qqkit, scripts with digests': scripts(true),
  '@qqkit/redis': qqkit(0),
  '@qqkit/redis, WAIT 1': qqkit(1),
  bullmq,
  groupmq,
  '@discordjs/brokers': discord,
}
