import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report, table } from '../measure/report.js'
import { type Figures, runRounds } from '../measure/rounds.js'
import { spreadOf } from '../measure/spread.js'
import { BenchServer } from './redis-server.js'

const BATCH_CLIENT = new URL('batch-client.ts', import.meta.url)
const LATENCY_CLIENT = new URL('latency-client.ts', import.meta.url)
const LIFE_CLIENT = new URL('life-client.ts', import.meta.url)

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
const DURABLE = ['@qqkit/redis', 'bare loop', 'bullmq', 'groupmq', '@discordjs/brokers']

const withServer = async <T>(
  work: (server: BenchServer) => Promise<T>,
  fsync: 'everysec' | 'always' = 'everysec',
): Promise<T> => {
  const server = await BenchServer.start(fsync)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

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

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN

/** ms from the publisher to the handler in another process. */
const latencyOf = async (
  name: string,
  { pace, seconds, fsync }: { pace: number; seconds: number; fsync: 'everysec' | 'always' },
): Promise<Figures> =>
  withServer(async ({ socket }) => {
    const worker = startChild(LATENCY_CLIENT, ['work', name, socket])
    try {
      await messageFrom<string>(worker)
      await runChild<number>(LATENCY_CLIENT, ['publish', name, socket, String(pace), String(seconds)])
      await sleep(500)
      worker.send('report')
      const waits = (await messageFrom<number[]>(worker)).toSorted((a, b) => a - b)
      return { 'p50 (ms)': quantile(waits, 0.5), 'p99 (ms)': quantile(waits, 0.99), events: waits.length }
    } finally {
      worker.kill('SIGKILL')
      await once(worker, 'exit')
    }
  }, fsync)

const benchLatencies = async ({ pace, seconds, rounds }: Pace): Promise<string> => {
  const contenders = [
    ...DURABLE.map((name) => ({
      name,
      run: async () => latencyOf(name, { pace, seconds, fsync: 'everysec' }),
    })),
    {
      name: '@qqkit/redis, appendfsync always',
      run: async () => latencyOf('@qqkit/redis', { pace, seconds, fsync: 'always' as const }),
    },
  ]
  const title = `Redis: from the source to the handler in another process, ${pace} events/s`
  return report(title, await runRounds(contenders, rounds, 0))
}

interface Pace {
  readonly pace: number
  readonly seconds: number
  readonly rounds: number
}

/** Commands of an idle worker, memory of a backlog, and how long the events of a worker wait for another one. */
const benchLife = async ({ backlog, idle }: { backlog: number; idle: number }): Promise<string> => {
  const rows: [string, string][] = []
  await withServer(async (server) => {
    const worker = startChild(LIFE_CLIENT, ['idle', server.socket])
    await messageFrom<string>(worker)
    await sleep(3000)
    const before = await server.calls()
    await sleep(idle * 1000)
    const calls = (await server.calls()) - before
    rows.push([`calls/s of an idle worker, over ${idle} s`, (calls / idle).toFixed(2)])
    worker.kill('SIGKILL')
    await once(worker, 'exit')
  })
  await withServer(async (server) => {
    const empty = await server.memory()
    await runChild<string>(LIFE_CLIENT, ['fill', server.socket, String(backlog)])
    const full = await server.memory()
    rows.push([`bytes per waiting event of 600 B, of ${backlog}`, ((full - empty) / backlog).toFixed(0)])
    await runChild<string>(LIFE_CLIENT, ['drain', server.socket])
    const drained = await server.memory()
    rows.push([
      'bytes more than before after draining them, digests of 20 min included',
      (drained - empty).toFixed(0),
    ])
    const digests = (await server.redis.keys('*dd:*')).concat(await server.redis.keys('*:dn'))
    if (digests.length > 0) await server.redis.unlink(...digests)
    rows.push(['… and without the digests', ((await server.memory()) - empty).toFixed(0)])
  })
  for (const [how, what] of [
    ['SIGKILL', 'is killed (lease 15 s)'],
    ['SIGTERM', 'is stopped'],
  ] as const) {
    const waits: number[] = []
    for (let round = 0; round < 3; round += 1) waits.push(await takeover(how))
    const { min, median, max } = spreadOf(waits)
    const text = [median, min, max].map((ms) => (ms / 1000).toFixed(2))
    rows.push([
      `s until another worker has the event of one that ${what}`,
      `${text[0]} (${text[1]}–${text[2]})`,
    ])
  }
  return ['### Redis: lives of workers', '', ...table(['', '@qqkit/redis'], rows), ''].join('\n')
}

/** ms from the end of a worker to the moment when another one has what it was handling. */
const takeover = async (how: 'SIGKILL' | 'SIGTERM'): Promise<number> =>
  withServer(async ({ socket }) => {
    const first = startChild(LIFE_CLIENT, ['hang', socket])
    await messageFrom<string>(first)
    await runChild<string>(LIFE_CLIENT, ['fill', socket, '1'])
    await messageFrom<string>(first)
    const second = startChild(LIFE_CLIENT, ['hang', socket])
    await messageFrom<string>(second)
    const begin = performance.now()
    first.kill(how)
    await messageFrom<string>(second)
    const took = performance.now() - begin
    for (const child of [first, second]) child.kill('SIGKILL')
    return took
  })

/** All tables of `@qqkit/redis`. */
export const benchRedis = async (): Promise<string> =>
  [
    await benchBatches({ events: 4000, rounds: 5, batch: 16 }),
    await benchBatches({ events: 1000, rounds: 3, batch: 1 }),
    await benchLatencies({ pace: 1000, seconds: 5, rounds: 3 }),
    await benchLife({ backlog: 100_000, idle: 20 }),
  ].join('\n')
