import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

import { messageFrom, runChild, startChild } from '../measure/child.js'
import type { Handled } from './deploy-client.js'
import { withServer } from './redis-server.js'

const CLIENT = new URL('deploy-client.ts', import.meta.url)

/** A deploy under load: all workers are replaced, one after the other, while some handlers take long. */
export interface Deploy {
  readonly workers: number
  /** Events per second. */
  readonly pace: number
  readonly seconds: number
  /** ms of a long handler, and that every n-th is one. */
  readonly long: number
  readonly every: number
}

/** ms until the first worker is replaced, and from one to the next. */
const PAUSE = 2000

/** ms that each event waited, not counting the wait for an earlier event of its own conversation. Sorted. */
const waitsOf = (handled: readonly Handled[]): readonly number[] => {
  const ends = new Map<string, number>()
  const waits = handled
    .toSorted((one, other) => one.begun - other.begun)
    .map(({ conversation, sent, begun, ended }) => {
      const since = Math.max(sent, ends.get(conversation) ?? 0)
      ends.set(conversation, ended)
      return begun - since
    })
  return waits.toSorted((a, b) => a - b)
}

/** How long events wait for a worker during a deploy: ms, sorted; and how many were sent. */
export const runDeploy = async ({
  workers,
  pace,
  seconds,
  long,
  every,
}: Deploy): Promise<{ readonly waits: readonly number[]; readonly sent: number }> =>
  withServer(async ({ socket }) => {
    const all: ChildProcess[] = []
    const reports: Promise<Handled[]>[] = []
    const start = async (): Promise<ChildProcess> => {
      const worker = startChild(CLIENT, ['work', socket])
      all.push(worker)
      await messageFrom<string>(worker)
      return worker
    }
    const end = (worker: ChildProcess): void => {
      reports.push(messageFrom<Handled[]>(worker))
      worker.kill('SIGTERM')
    }
    try {
      let crew = await Promise.all(Array.from({ length: workers }, start))
      const publishing = runChild<number>(CLIENT, [
        'publish',
        socket,
        ...[pace, seconds, long, every].map(String),
      ])
      for (const worker of crew) {
        await sleep(PAUSE)
        crew = [...crew.filter((one) => one !== worker), await start()]
        end(worker)
      }
      const sent = await publishing
      for (const worker of crew) end(worker)
      return { waits: waitsOf((await Promise.all(reports)).flat()), sent }
    } finally {
      for (const worker of all) {
        worker.kill('SIGKILL')
        if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit')
      }
    }
  })
