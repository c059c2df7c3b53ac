// Six processes, a platform and a server in trouble. `NIGHT_SEEDS` and `NIGHT_FIRST` choose the nights, `NIGHT_SECONDS` their length.
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { beforeAll, describe, expect, it } from 'vitest'

import type { Life } from '../../../bot/test/support/bot-process.js'
import { Cluster, clusterScript, TIMES } from '../support/process/cluster.js'
import { type Scene, TROUBLES } from '../support/process/trouble.js'
import { RedisServer } from '../support/redis-server.js'
import { RedisStage } from '../support/redis-stage.js'

const fromEnv = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const SECONDS = fromEnv('NIGHT_SECONDS', 4)
const SEEDS = Array.from(
  { length: fromEnv('NIGHT_SEEDS', 1) },
  (_, index) => index + fromEnv('NIGHT_FIRST', 1),
)
const CONVERSATIONS = 28
/** Questions in a second; one handler in so many takes longer than a lease. */
const PACE = fromEnv('NIGHT_PACE', 30)
const LONG = 60

/** Keeps what is needed to look for the cause of a fault, in the folder `NIGHT_KEEP`. */
const keep = async (
  cluster: Cluster,
  name: string,
  happened: readonly string[],
  faults: readonly string[],
) => {
  const folder = process.env['NIGHT_KEEP']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const line = { name, asked: cluster.crowd.asked, troubles: happened.length, faults }
  await appendFile(path.join(folder, 'nights.jsonl'), `${JSON.stringify(line)}\n`)
  if (faults.length === 0) return
  const log = cluster.sim.log.entries().map((entry) => JSON.stringify(entry))
  await writeFile(path.join(folder, `${name}.log.jsonl`), log.join('\n'))
  await writeFile(path.join(folder, `${name}.txt`), `${happened.join('\n')}\n${cluster.evidence()}`)
}

describe('RD-60 a night with six processes', () => {
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await clusterScript()
    start = made.start
    return made.dispose
  })

  it.for(SEEDS)(
    'RD-60 every message is answered once, in order, whatever dies (seed %d)',
    { timeout: SECONDS * 1000 + 150_000 },
    async (seed, { onTestFinished }) => {
      const server = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'everysec')
      const stage = new RedisStage(server)
      onTestFinished(async () => stage.dispose())
      const command = async (args: readonly string[]) => stage.command(args)
      const cluster = await Cluster.open({
        seed,
        start,
        command,
        redis: server.socket,
        conversations: CONVERSATIONS,
      })
      onTestFinished(async () => cluster.dispose())
      const scene: Scene = { cluster, server, command: async (args) => command(args).catch(() => null) }
      const happened: string[] = []
      const names = Object.keys(TROUBLES)
      const begin = performance.now()
      const elapsed = (): number => (performance.now() - begin) / 1000
      const trouble = async (): Promise<void> => {
        while (elapsed() < SECONDS) {
          await delay(cluster.random() * 400)
          const name = names[Math.floor(cluster.random() * names.length)]!
          happened.push(`${Date.now()} ${name}`)
          await TROUBLES[name]!(scene)
          happened.push(`${Date.now()} over: ${name}`)
        }
      }
      const crowd = async (): Promise<void> => {
        let way: 'gateway' | 'webhook' = 'gateway'
        while (elapsed() < SECONDS) {
          const next = elapsed() % SECONDS < SECONDS / 2 ? 'gateway' : 'webhook'
          if (next !== way) cluster.changeWay((way = next))
          const isLong = cluster.random() * LONG < 1
          cluster.crowd.ask(isLong ? TIMES.lease * 1.5 : cluster.random() * 40)
          await delay(1000 / PACE)
        }
      }
      await Promise.all([trouble(), crowd()])
      const faults = await cluster.faults()
      await keep(cluster, `night-${seed}`, happened, faults)
      expect(faults, happened.join('\n')).toEqual([])
    },
  )
})
