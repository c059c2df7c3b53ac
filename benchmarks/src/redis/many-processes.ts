import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import { type Figures, runRounds } from '../measure/rounds.js'
import { quantile } from '../measure/spread.js'
import { benchLives } from './lives.js'
import { type Durability, withServer } from './redis-server.js'
import { benchRoles } from './roles.js'

const BATCH_CLIENT = new URL('batch-client.ts', import.meta.url)
const LATENCY_CLIENT = new URL('latency-client.ts', import.meta.url)

/** The names of `brokers.ts`, which only children load. */
const BROKERS = [
  'bare loop',
  'qqkit, scripts without digests',
  'qqkit, scripts with digests',
  '@qqkit/redis',
  'bullmq',
  'groupmq',
  '@discordjs/brokers',
]
const OURS = '@qqkit/redis'
const DURABLE = [OURS, 'bare loop', 'bullmq', 'groupmq', '@discordjs/brokers']

/** What the server spends on an event, from its publisher to its end. */
const benchBatches = async ({ events, rounds, batch }: Batches): Promise<string> => {
  const contenders = BROKERS.map((name) => ({
    name,
    run: async () =>
      withServer(async ({ socket }) =>
        runChild<Figures>(BATCH_CLIENT, [name, socket, String(events), String(batch)]),
      ),
  }))
  const title = `Redis: ${events} events of 600 bytes there and back, ${batch} at a time`
  return report(title, await runRounds(contenders, rounds, 0))
}

interface Batches {
  readonly events: number
  readonly rounds: number
  readonly batch: number
}

/** ms from the publisher to the handler in another process. */
const latencyOf = async (
  name: string,
  { pace, seconds }: Omit<Pace, 'rounds'>,
  durability: Durability = {},
): Promise<Figures> =>
  withServer(async ({ socket }) => {
    const worker = startChild(LATENCY_CLIENT, ['work', name, socket])
    const publisher = startChild(LATENCY_CLIENT, ['publish', name, socket, String(pace), String(seconds)])
    try {
      await Promise.all([worker, publisher].map(async (child) => messageFrom<string>(child)))
      const published = messageFrom<number>(publisher)
      publisher.send('begin')
      await published
      await sleep(500)
      const reported = messageFrom<number[]>(worker)
      worker.send('report')
      const waits = (await reported).toSorted((a, b) => a - b)
      return { 'p50 (ms)': quantile(waits, 0.5), 'p99 (ms)': quantile(waits, 0.99), events: waits.length }
    } finally {
      for (const child of [worker, publisher]) {
        child.kill('SIGKILL')
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
    }
  }, durability)

const benchLatencies = async ({ rounds, ...pace }: Pace): Promise<string> => {
  const contenders = [
    ...DURABLE.map((name) => ({ name, run: async () => latencyOf(name, pace) })),
    {
      name: `${OURS}, appendfsync always`,
      run: async () => latencyOf(OURS, pace, { fsync: 'always' }),
    },
    {
      name: `${OURS}, a replica confirms (WAIT 1)`,
      run: async () => latencyOf(`${OURS}, WAIT 1`, pace, { replica: true }),
    },
  ]
  const title = `Redis: from the source to the handler in another process, ${pace.pace} events/s`
  return report(title, await runRounds(contenders, rounds, 0))
}

interface Pace {
  readonly pace: number
  readonly seconds: number
  readonly rounds: number
}

/** All tables of `@qqkit/redis`. */
export const benchRedis = async (): Promise<string> =>
  [
    await benchBatches({ events: 3200, rounds: 5, batch: 16 }),
    await benchBatches({ events: 600, rounds: 3, batch: 1 }),
    await benchLatencies({ pace: 1000, seconds: 3, rounds: 3 }),
    await benchRoles({ events: 3000, rounds: 3 }),
    await benchLives({
      idle: 20,
      backlog: 100_000,
      takeovers: 3,
      deploy: { workers: 3, pace: 100, seconds: 12, long: 5000, every: 50 },
    }),
  ].join('\n')
