import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import { report } from '../measure/report.js'
import type { Figures, Series } from '../measure/rounds.js'
import { withServer } from './redis-server.js'

const CLIENT = new URL('role-client.ts', import.meta.url)
const PLATFORM = new URL('../bot/server.ts', import.meta.url)

/** Runs something against a platform that sends a message of one of a thousand people every ms. */
const withPlatform = async <T>(events: number, work: (port: string) => Promise<T>): Promise<T> => {
  const server = startChild(PLATFORM, ['rate', String(events), '1000'])
  try {
    return await work(String(await messageFrom<number>(server)))
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

const inOne = async (events: number): Promise<Figures> =>
  withPlatform(events, async (port) => runChild<Figures>(CLIENT, ['one process', port, '', String(events)]))

const inTwo = async (events: number): Promise<{ readonly gateway: Figures; readonly worker: Figures }> =>
  withPlatform(events, async (port) =>
    withServer(async ({ socket }) => {
      const start = (role: string): ChildProcess => startChild(CLIENT, [role, port, socket, String(events)])
      const worker = start('worker')
      await messageFrom<string>(worker)
      const gateway = start('gateway')
      try {
        const [ofGateway, ofWorker] = await Promise.all(
          [gateway, worker].map(async (child) => messageFrom<Figures>(child)),
        )
        return { gateway: ofGateway!, worker: ofWorker! }
      } finally {
        for (const child of [gateway, worker]) {
          child.kill('SIGKILL')
          await once(child, 'exit')
        }
      }
    }),
  )

/** What the processes of a bot spend on an event, beside a bot in one process. */
export const benchRoles = async ({
  events,
  rounds,
}: {
  readonly events: number
  readonly rounds: number
}): Promise<string> => {
  const one: Figures[] = []
  const gateways: Figures[] = []
  const workers: Figures[] = []
  for (let round = 0; round < rounds; round += 1) {
    one.push(await inOne(events))
    const { gateway, worker } = await inTwo(events)
    gateways.push(gateway)
    workers.push(worker)
  }
  const series: Series[] = [
    { name: 'a bot in one process', rounds: one },
    { name: 'gateway', rounds: gateways },
    { name: 'worker', rounds: workers },
  ]
  return report('Redis: CPU of the processes of a bot, 1000 events/s from the platform', series)
}
