// Much in one conversation, no workers for long, and workers that come and go.
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { type Cluster, type Member, SLOWER, TIMES } from '../support/process/cluster.js'
import { clusterSuite, expectWhole, fromEnv } from '../support/process/cluster-suite.js'
import { figuresOf } from '../support/process/figures.js'
import { happen, meanwhile, type Scene } from '../support/process/trouble.js'

const MB = 1_048_576

describe('RD-67 a conversation with very many events', () => {
  const suite = clusterSuite()
  const EVENTS = fromEnv('NIGHT_FLOOD', 5000)
  const PER_SECOND = 20
  /** ms for all of them. */
  const LONGEST = 300_000 * SLOWER
  /** Bytes by which a worker may grow. */
  const GROWTH = 16 * MB

  it(
    `RD-67 ${EVENTS} at once are answered in order, no other conversation waits for a second, and no worker grows`,
    { timeout: 900_000 * SLOWER },
    async ({ onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 3000 })
      const { cluster } = scene
      const { crowd } = cluster
      const heaps = async (): Promise<readonly number[]> =>
        Promise.all(cluster.of('worker').map(async (worker) => worker.heap()))
      const talk = (): void => void crowd.ask(5, 'one')
      await meanwhile(delay(3000), { every: 1000 / PER_SECOND, what: talk })
      const before = await heaps()
      const first = crowd.asked
      const begin = performance.now()
      const growth: number[] = []
      const flood = async (): Promise<void> => {
        const left = await crowd.pour(EVENTS)
        for (let part = 4; part >= 0; part -= 1) {
          const isThere = (): boolean => left() <= (part * EVENTS) / 5
          if (!(await cluster.until(isThere, `${left()} are left`, LONGEST / 5))) return
          growth.push(...(await heaps()).map((bytes, index) => bytes - before[index]!))
        }
      }
      await meanwhile(flood(), { every: 1000 / PER_SECOND, what: talk })
      const flooded = crowd.asked
      const took = performance.now() - begin
      await meanwhile(delay(took), { every: 1000 / PER_SECOND, what: talk })
      await expectWhole(scene, 'flood')
      const waits = crowd.waits().filter(({ number }) => number >= first)
      const during = figuresOf(
        'flood',
        waits.filter(({ number }) => number < flooded).map(({ ms }) => ms),
      )
      const calm = figuresOf(
        'without',
        waits.filter(({ number }) => number >= flooded).map(({ ms }) => ms),
      )
      process.stdout.write(
        `${EVENTS} events in ${took.toFixed(0)} ms, this process stood still for ${cluster.stillness} ms, ` +
          `workers grew by up to ${(Math.max(...growth) / MB).toFixed(1)} MB\n${during.line}${calm.line}`,
      )
      expect(during.late).toBeLessThanOrEqual(2 * calm.late)
      expect(Math.max(...growth)).toBeLessThan(GROWTH)
    },
  )
})

describe('RD-68 without workers', () => {
  const suite = clusterSuite()
  const SECONDS = fromEnv('NIGHT_AWAY', 120)
  const PER_SECOND = 8
  const WORKERS = 3

  it.for([
    { how: 'told' as const, backlog: 100_000 },
    { how: 'killed' as const, backlog: 300 },
  ])(
    `RD-68 for ${SECONDS} s ($how to end, room for $backlog events) that is said, and all is answered afterwards`,
    { timeout: SECONDS * 1000 + 200_000 * SLOWER },
    async ({ how, backlog }, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 60, backlog })
      const { cluster } = scene
      const { crowd, random } = cluster
      const most: number[] = []
      const away = async (): Promise<void> => {
        await delay(2000)
        await happen(scene, 'no workers', async () => {
          await Promise.all(cluster.of('worker').map(async (worker) => cluster.dismiss(worker, how)))
          await delay(SECONDS * 1000)
        })
        most.push(...(await cluster.snapshots()).map(({ bodies }) => bodies.size))
        for (let count = 0; count < WORKERS; count += 1) await cluster.hire('worker')
      }
      await meanwhile(away(), { every: 1000 / PER_SECOND, what: () => crowd.ask(random() * 40) })
      const statuses = cluster.of('gateway').flatMap((gateway) => gateway.statuses)
      await expectWhole(scene, `no-workers-${backlog}`)
      const told = cluster.told.map(({ reason, code }) => code ?? reason)
      expect(told).toContain('redis_no_workers')
      const has = (texts: readonly string[], part: string): boolean =>
        texts.some((text) => text.includes(part))
      const said = statuses.map(({ reason }) => reason)
      expect(has(said, 'no worker takes the events'), said.join('\n')).toBe(true)
      const isSmall = PER_SECOND * SECONDS > backlog
      expect([has(said, 'no room'), has(told, 'no room')], said.join('\n')).toEqual([isSmall, isSmall])
      expect(Math.max(...most)).toBeLessThanOrEqual(backlog)
    },
  )
})

describe('RD-65 workers that come and go', () => {
  const suite = clusterSuite()
  const ROUNDS = fromEnv('NIGHT_ROUNDS', 8)
  const MOST = 8
  const PER_SECOND = 25
  /** Rounds until caches are full. */
  const WARM = 2
  /** What a process, and the server, may need more in the last round than in an early one. */
  const GROWTH = { process: 6 * MB, server: MB }

  /** Processes that the queue knows and that are not there. */
  const strangers = async ({ members, snapshots }: Pick<Cluster, 'members' | 'snapshots'>) => {
    const live = new Set(members.map(({ life }) => String(life.child.pid)))
    const known = (await snapshots()).flatMap(({ workers, own }) => [
      ...workers.keys(),
      ...[...own.values()].map((owner) => owner.slice(owner.indexOf(' ') + 1)),
    ])
    return known.filter((token) => !live.has(token.split('/')[1] ?? ''))
  }

  /** Bytes of a server: all, of keys that end by themselves, and of those that do not. */
  const bytesOf = async ({ command }: Scene) => {
    const info = String(await command(['INFO', 'memory']))
    const bytes = { all: Number(/used_memory:(\d+)/.exec(info)?.[1]), ending: 0, lasting: 0 }
    for (const key of (await command(['KEYS', '*'])) as readonly string[]) {
      const size = Number(await command(['MEMORY', 'USAGE', key, 'SAMPLES', '0']))
      if (Number(await command(['PTTL', key])) >= 0) bytes.ending += size
      else bytes.lasting += size
    }
    return bytes
  }

  it(
    `RD-65 one to ${MOST} and back, ${ROUNDS} times: the queue knows those that live alone, and nothing grows`,
    { timeout: (ROUNDS * 60_000 + 150_000) * SLOWER },
    async ({ onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 200 })
      const { cluster } = scene
      const { crowd, random } = cluster
      const faults: string[] = []
      const figures: {
        readonly heaps: readonly number[]
        readonly server: Awaited<ReturnType<typeof bytesOf>>
      }[] = []
      const dismissAll = async (): Promise<void> => {
        for (const worker of cluster.of('worker').slice(1)) {
          await delay(300)
          await cluster.dismiss(worker, random() < 0.3 ? 'killed' : 'told')
        }
      }
      await dismissAll()
      const staying: readonly Member[] = cluster.members.slice()
      for (let round = 0; round < ROUNDS; round += 1) {
        const comeAndGo = async (): Promise<void> => {
          while (cluster.of('worker').length < MOST) {
            await cluster.hire('worker')
            await delay(300)
          }
          await Promise.all(cluster.members.map(async (member) => member.ready()))
          await delay(2000)
          await dismissAll()
        }
        await happen(scene, `round ${round}`, async () =>
          meanwhile(comeAndGo(), { every: 1000 / PER_SECOND, what: () => void crowd.ask(random() * 40) }),
        )
        // A lease, and the renewal of another one that notices its end.
        const patience = TIMES.lease * 3
        const known = { strangers: [] as readonly string[] }
        const isAlone = async (): Promise<boolean> =>
          (known.strangers = await strangers({
            members: cluster.members,
            snapshots: async () => cluster.snapshots(),
          })).length === 0
        if (!(await cluster.until(isAlone, `round ${round}: strangers`, patience)))
          faults.push(...known.strangers)
        await cluster.until(() => crowd.open(cluster.told).length === 0, `round ${round}: open questions`)
        faults.push(...(await cluster.audit()))
        const heaps = await Promise.all(staying.map(async (member) => member.heap()))
        figures.push({ heaps, server: await bytesOf(scene) })
        process.stdout.write(
          `round ${round}: ${crowd.asked} events, server ${JSON.stringify(figures.at(-1)!.server)}, ` +
            `${staying.map(({ role }, index) => `${role} ${(heaps[index]! / MB).toFixed(1)} MB`).join(', ')}\n`,
        )
      }
      await expectWhole(scene, 'come-and-go')
      expect(faults).toEqual([])
      const [early, last] = [figures[WARM]!, figures.at(-1)!]
      for (const [index, { role }] of staying.entries())
        expect(last.heaps[index]! - early.heaps[index]!, role).toBeLessThan(GROWTH.process)
      expect(last.server.lasting - early.server.lasting).toBeLessThan(GROWTH.server)
      const flat = ({ server }: typeof last): number => server.all - server.ending
      expect(flat(last) - flat(early)).toBeLessThan(GROWTH.server)
    },
  )
})
