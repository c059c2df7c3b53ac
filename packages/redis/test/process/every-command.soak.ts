// A process, or Redis, is killed at every point of what the process sends: before a command, after it, and with its reply lost. Connections
// are reset in the middle of every reply.
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { type Role, SLOWER } from '../support/process/cluster.js'
import { clusterSuite, expectWhole } from '../support/process/cluster-suite.js'
import type { Moment } from '../support/process/cutting-proxy.js'
import { happen, meanwhile } from '../support/process/trouble.js'

const ROLES: readonly Role[] = ['worker', 'gateway', 'front']
const MOMENTS: readonly Moment[] = ['before', 'reply lost', 'after']
const VICTIMS = ['the process', 'Redis'] as const
/** Its way is cut in any case. */
const TORN = { moment: 'half a reply', victim: 'nothing else' } as const
/** Of a kind of command on one connection: the first, and those that follow. */
const TIMES_EACH = 2
/** After one question in so many somebody says something that he stops. */
const STOPS = 30
/** ms without a new point after which there is none to come, and the longest for all of them. */
const QUIET = 3000 + 1000 * SLOWER
const LONGEST = 400_000 * SLOWER

describe('RD-60 a kill at every command', () => {
  const suite = clusterSuite()
  const cases = ROLES.flatMap((role) => [
    ...MOMENTS.flatMap((moment) => VICTIMS.map((victim) => ({ role, moment, victim }))),
    { role, ...TORN },
  ])

  it.for(cases)(
    'RD-60 of a $role, $moment: $victim dies',
    { timeout: LONGEST + 120_000 },
    async ({ role, moment, victim }, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 14 })
      const { cluster, server } = scene
      if (role === 'front') cluster.changeWay('webhook')
      // Of two gateways either may be at work.
      const members = role === 'gateway' ? cluster.of(role) : cluster.of(role).slice(0, 1)
      const points = new Set<string>()
      let isOver = false
      let restarts = Promise.resolve()
      const restart = async (): Promise<void> => {
        await server.kill()
        await server.start()
      }
      const begin = performance.now()
      let newAt = begin
      const arm = (): void => {
        for (const member of members) {
          const point = (kind: string, count: number): string => `${kind} ${Math.min(count, TIMES_EACH)}`
          let last = ''
          member.toRedis?.cutAt({
            moment,
            at: (kind, count) =>
              !isOver && !points.has(point(kind, count)) && points.add((last = point(kind, count))) !== null,
            // The server died of another cut while this command was on its way.
            miss: () => {
              points.delete(last)
              arm()
            },
            strike: () => {
              newAt = performance.now()
              scene.happened.push(`${Date.now()} ${[...points].at(-1)}`)
              arm()
              if (victim === 'the process') member.kill()
              else if (victim === 'Redis') restarts = restarts.then(restart)
            },
          })
        }
      }
      const quiet = async (): Promise<void> => {
        // A process that begins takes its time on a busy machine, and may be killed before it is ready.
        const isLate = (): boolean => performance.now() - begin >= LONGEST
        for (const member of members)
          while (
            !isLate() &&
            !(await member.ready().then(
              () => true,
              () => false,
            ))
          )
            await delay(20)
        newAt = performance.now()
        while (performance.now() - newAt < QUIET && performance.now() - begin < LONGEST) await delay(20)
      }
      const kills = async (): Promise<void> => {
        arm()
        for (let before = -1; before < points.size && performance.now() - begin < LONGEST;) {
          before = points.size
          await quiet()
          await happen(scene, 'starts', async () => members[0]!.kill())
          await quiet()
          await happen(scene, 'ends', async () => cluster.restart(members[0]!))
          await quiet()
        }
        isOver = true
        await restarts
      }
      const talk = (): void => {
        cluster.crowd.ask(cluster.random() * 30)
        if (cluster.random() * STOPS < 1) cluster.crowd.stop(cluster.random() * 2000)
      }
      await meanwhile(kills(), { every: 60, what: talk })
      process.stdout.write(
        `${role}, ${moment}, ${victim}: ${points.size} points in ${performance.now() - begin} ms\n${[...points].join('\n')}\n`,
      )
      await expectWhole(scene, `every-${role}-${moment}-${victim}`.replaceAll(' ', '-'))
      expect(performance.now() - begin).toBeLessThan(LONGEST)
    },
  )
})
