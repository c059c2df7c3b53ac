import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { table } from '../measure/report.js'
import { quantile, spreadOf } from '../measure/spread.js'
import { type Deploy, runDeploy } from './deploy.js'
import { withServer } from './redis-server.js'

const CLIENT = new URL('life-client.ts', import.meta.url)

type Row = readonly [string, string]

/** Commands of an idle worker. */
const idle = async (seconds: number): Promise<Row[]> =>
  withServer(async (server) => {
    const worker = startChild(CLIENT, ['idle', server.socket])
    await messageFrom<string>(worker)
    await sleep(3000)
    const end = await server.countCommands()
    await sleep(seconds * 1000)
    const commands = end()
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    return [[`commands/s of an idle worker, over ${seconds} s`, (commands / seconds).toFixed(2)]]
  })

/** Memory of a backlog. */
const backlog = async (events: number): Promise<Row[]> =>
  withServer(async (server) => {
    const empty = await server.memory()
    await runChild<string>(CLIENT, ['fill', server.socket, String(events)])
    const full = await server.memory()
    await runChild<string>(CLIENT, ['drain', server.socket])
    const drained = await server.memory()
    const digests = (await server.redis.keys('*dd:*')).concat(await server.redis.keys('*:told'))
    if (digests.length > 0) await server.redis.unlink(...digests)
    const without = await server.memory()
    return [
      [`bytes per waiting event of 600 B, of ${events}`, ((full - empty) / events).toFixed(0)],
      [
        'bytes more than before after draining them, digests of 20 min included',
        (drained - empty).toFixed(0),
      ],
      ['… and without the digests', (without - empty).toFixed(0)],
    ]
  })

/** ms from the end of a worker to the moment when another one has what it was handling. */
const takeover = async (how: 'SIGKILL' | 'SIGTERM'): Promise<number> =>
  withServer(async ({ socket }) => {
    const first = startChild(CLIENT, ['hang', socket])
    await messageFrom<string>(first)
    await runChild<string>(CLIENT, ['fill', socket, '1'])
    await messageFrom<string>(first)
    const second = startChild(CLIENT, ['hang', socket])
    await messageFrom<string>(second)
    const begin = performance.now()
    first.kill(how)
    await messageFrom<string>(second)
    const took = performance.now() - begin
    for (const child of [first, second]) child.kill('SIGKILL')
    return took
  })

const takeovers = async (how: 'SIGKILL' | 'SIGTERM', what: string, count: number): Promise<Row[]> => {
  const { min, median, max } = spreadOf(
    await Promise.all(Array.from({ length: count }, async () => takeover(how))),
  )
  const [middle, ...range] = [median, min, max].map((ms) => (ms / 1000).toFixed(2))
  return [[`s until another worker has the event of one that ${what}`, `${middle} (${range.join('–')})`]]
}

const deploy = async (options: Deploy): Promise<Row[]> => {
  const { waits, sent } = await runDeploy(options)
  const late = waits.filter((ms) => ms > 1000).length
  const [middle, high, most] = [0.5, 0.99, 1].map((part) => quantile(waits, part).toFixed(1))
  const { workers, every, long, pace } = options
  const name = `${workers} workers are replaced at ${pace} events/s, every ${every}th handler takes ${long / 1000} s`
  return [
    [`${name}: % of the events that wait > 1 s`, ((late / waits.length) * 100).toFixed(2)],
    ['… and ms that they wait: p50, p99, most', `${middle}, ${high}, ${most}`],
    ['… and events that were sent, and handled', `${sent}, ${waits.length}`],
  ]
}

/** What a worker costs that has nothing to do, and what happens to events when workers come and go. */
export const benchLives = async (options: {
  readonly idle: number
  readonly backlog: number
  readonly takeovers: number
  readonly deploy: Deploy
}): Promise<string> => {
  // These wait nearly all the time, and so may wait together.
  const waiting = [
    idle(options.idle),
    takeovers('SIGKILL', 'is killed (lease 15 s)', options.takeovers),
    takeovers('SIGTERM', 'is stopped', options.takeovers),
  ]
  const rows = (await Promise.all(waiting)).flat()
  rows.push(...(await backlog(options.backlog)), ...(await deploy(options.deploy)))
  return ['### Redis: lives of workers', '', ...table(['', '@qqkit/redis'], rows), ''].join('\n')
}
