// Connections that end by a reset, and processes that are cut off from one side alone.
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { type Member, SLOWER, TIMES } from '../support/process/cluster.js'
import { clusterSuite, expectWhole, fromEnv } from '../support/process/cluster-suite.js'
import { after } from '../support/process/cutting-proxy.js'
import { happen, meanwhile, type Scene } from '../support/process/trouble.js'
import type { Way } from '../support/process/way.js'

const SECONDS = fromEnv('NIGHT_SECONDS', 20)
const ROUNDS = fromEnv('NIGHT_ROUNDS', 6)
const PER_SECOND = 25
/** ms between two resets, at most. */
const PAUSE = 150 * SLOWER
/** Commands of a process in a second or so. */
const SOON = 12
/** ms of the handlers of which some run while their process is cut off. */
const LONG = TIMES.lease * 2
/** ms after the lease of a process in which a message that left it before may still arrive. */
const ON_THE_WAY = TIMES.commandTimeout

/** Swallows packets for a while; the first one after that is answered with a reset. */
const halfOpen = async (way: Way | undefined, ms: number): Promise<void> => {
  way?.change('silent')
  await delay(ms)
  way?.change('open', 'reset')
}

const RESETS: readonly ((member: Member, random: () => number) => Promise<void> | void)[] = [
  ({ toRedis }) => toRedis?.way.endAll('reset'),
  ({ toRedis }, random) =>
    toRedis?.cutAt({ moment: 'half a reply', at: after(Math.floor(random() * SOON)), strike: () => {} }),
  ({ toRedis }, random) => halfOpen(toRedis?.way, random() * TIMES.lease),
  ({ toPlatform }) => toPlatform.way.endAll('reset'),
  ({ toPlatform }) => toPlatform.tearNext(),
  ({ toPlatform }, random) => halfOpen(toPlatform.way, random() * TIMES.lease),
]

describe('RD-60 resets', () => {
  const suite = clusterSuite()

  it.for(['gateway', 'webhook'] as const)(
    'RD-60 of connections to Redis and the platform, also in the middle of a reply, with events over the %s',
    { timeout: SECONDS * 1000 + 150_000 * SLOWER },
    async (way, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 28 })
      const { cluster } = scene
      const { random, crowd } = cluster
      cluster.changeWay(way)
      const open: Promise<void>[] = []
      const resets = async (): Promise<void> => {
        for (const begin = performance.now(); performance.now() - begin < SECONDS * 1000;) {
          await delay(random() * PAUSE)
          const at = Math.floor(random() * RESETS.length)
          const member = cluster.any()
          open.push(happen(scene, `${at} of a ${member.role}`, async () => RESETS[at]!(member, random)))
        }
        await Promise.all(open)
      }
      await meanwhile(resets(), { every: 1000 / PER_SECOND, what: () => crowd.ask(random() * 40) })
      await expectWhole(scene, `resets-${way}`)
    },
  )
})

const SIDES = ['Redis', 'the platform'] as const

/** Cuts a process off for longer than a lease. Resolves with when its lease had ended, and when it was let in again. */
const cutOff = async (
  { cluster }: Scene,
  { toRedis, toPlatform }: Member,
  [side, how]: readonly [(typeof SIDES)[number], 'closed' | 'reset'],
): Promise<readonly [number, number]> => {
  const way = side === 'Redis' ? toRedis?.way : toPlatform.way
  way?.change('silent')
  const ended = Date.now() + TIMES.lease
  await delay(TIMES.lease * (1.5 + cluster.random()))
  const back = Date.now()
  way?.change('open', how)
  return [ended, back]
}

describe('RD-66 a process that is cut off from one side', () => {
  const suite = clusterSuite()

  it.for((['worker', 'gateway'] as const).flatMap((role) => SIDES.map((side) => ({ role, side }))))(
    'RD-66 a $role from $side, for longer than its lease: nothing comes a second time',
    { timeout: (ROUNDS * 15_000 + 150_000) * SLOWER },
    async ({ role, side }, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 42 })
      const { cluster } = scene
      const { random, crowd } = cluster
      const asked: string[] = []
      const late: string[] = []
      const cuts = async (): Promise<void> => {
        for (let round = 0; round < ROUNDS; round += 1) {
          await delay(TIMES.lease)
          // Of two gateways the one that stands by notices nothing.
          for (const member of role === 'gateway' ? cluster.of(role) : [cluster.any(role)]) {
            const how = round % 2 === 0 ? 'closed' : 'reset'
            await happen(scene, `a ${role} is cut off`, async () => {
              const [ended, back] = await cutOff(scene, member, [side, how])
              if (side === 'Redis')
                late.push(
                  ...member.toPlatform.sends
                    .filter((at) => at > ended + ON_THE_WAY && at < back)
                    .map((at) => `a message was sent ${at - ended} ms after the lease`),
                )
            })
          }
        }
      }
      const talk = (): void => {
        const dice = random()
        if (dice < 0.2) asked.push(crowd.ask(LONG * random(), 'apart'))
        else asked.push(crowd.ask(dice < 0.4 ? LONG * random() : 40 * random()))
      }
      await meanwhile(cuts(), { every: 120, what: talk })
      await expectWhole(scene, `cut-off-${role}-${side.replaceAll(' ', '-')}`)
      expect(late).toEqual([])
      const lost = cluster.told.filter(({ event }) => event === 'redis.lease_lost')
      // Who keeps his lease keeps what he handles.
      const keeps = role === 'worker' && side === 'the platform'
      expect(keeps ? asked.filter((text) => cluster.begun(text) !== 1) : []).toEqual([])
      expect(lost.length > 0).toBe(role === 'worker' && side === 'Redis')
    },
  )
})
