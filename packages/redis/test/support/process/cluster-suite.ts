import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { beforeAll, expect, type TestContext } from 'vitest'

import { livesOf, type Life } from '../../../../bot/test/support/bot-process.js'
import { RedisServer } from '../redis-server.js'
import { RedisStage } from '../redis-stage.js'
import { Cluster, type ClusterDeps } from './cluster.js'
import type { Night, Scene } from './trouble.js'

const SCRIPT = fileURLToPath(new URL('../../process/cluster-process.ts', import.meta.url))
/** A server that loses at most the last second, as a real one should be set up. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'everysec']

/** A number of the environment. */
export const fromEnv = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

/** Opens clusters that end with their tests. The processes are bundled once for all tests of a `describe`. */
export interface ClusterSuite {
  readonly start: (args: readonly string[]) => Life
  readonly open: (
    onTestFinished: TestContext['onTestFinished'],
    options: Pick<ClusterDeps, 'seed' | 'conversations' | 'backlog'> & {
      /** Options of the server. */
      readonly server?: readonly string[]
    },
  ) => Promise<Scene>
}

export const clusterSuite = (): ClusterSuite => {
  let start: (args: readonly string[]) => Life

  beforeAll(async () => {
    const made = await livesOf(SCRIPT)
    start = made.start
    return made.dispose
  })

  return {
    start: (args) => start(args),
    open: async (onTestFinished, { server: options = DURABLE, ...rest }) => {
      const server = await RedisServer.start(...options)
      const stage = new RedisStage(server)
      onTestFinished(async () => stage.dispose())
      const command = async (args: readonly string[]): Promise<unknown> => stage.command(args)
      const cluster = await Cluster.open({ ...rest, start, command, redis: server.socket })
      onTestFinished(async () => cluster.dispose())
      return { cluster, server, command: async (args) => command(args).catch(() => null), happened: [] }
    },
  }
}

/** Writes what is needed to look for the cause of a fault into the folder `NIGHT_KEEP`. */
const keep = async ({ cluster, happened }: Night, name: string, faults: readonly string[]): Promise<void> => {
  const folder = process.env['NIGHT_KEEP']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const { crowd, stillness } = cluster
  const { asked, refused } = crowd
  const line = { name, asked, refused, troubles: happened.length, stillness, faults }
  await appendFile(path.join(folder, 'nights.jsonl'), `${JSON.stringify(line)}\n`)
  if (faults.length === 0) return
  const log = cluster.sim.log.entries().map((entry) => JSON.stringify(entry))
  await writeFile(path.join(folder, `${name}.log.jsonl`), log.join('\n'))
  await writeFile(path.join(folder, `${name}.txt`), `${happened.join('\n')}\n${cluster.evidence()}`)
}

/** Waits until everything is answered, and fails with what is wrong. */
export const expectWhole = async (scene: Night, name: string): Promise<void> => {
  const faults = await scene.cluster.faults()
  await keep(scene, name, faults)
  expect(faults, scene.happened.join('\n')).toEqual([])
}
