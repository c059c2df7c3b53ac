// A process is killed at its first command of Redis, at its second, and so on: before it, after it, and with its reply lost.
import { setTimeout as delay } from 'node:timers/promises'

import { describe, it } from 'vitest'

import type { Role } from '../support/process/cluster.js'
import { clusterSuite, expectWhole, fromEnv } from '../support/process/cluster-suite.js'
import type { Moment } from '../support/process/cutting-proxy.js'
import { happen, meanwhile } from '../support/process/trouble.js'

const COMMANDS = fromEnv('NIGHT_COMMANDS', 40)
/** ms in which a process gets as far as the command; a standby gets to few. */
const WITHIN = 4000

const ROLES: readonly Role[] = ['worker', 'gateway', 'front']
const MOMENTS: readonly Moment[] = ['before', 'reply lost', 'after']
const VICTIMS = ['the process', 'Redis'] as const

describe('RD-60 a kill at every command', () => {
  const suite = clusterSuite()
  const cases = ROLES.flatMap((role) =>
    MOMENTS.flatMap((moment) => VICTIMS.map((victim) => ({ role, moment, victim }))),
  )

  it.for(cases)(
    'RD-60 of a $role, $moment: $victim dies',
    { timeout: COMMANDS * 2 * WITHIN + 120_000 },
    async ({ role, moment, victim }, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 14 })
      const { cluster, server } = scene
      if (role === 'front') cluster.changeWay('webhook')
      const kill = async (at: number): Promise<void> => {
        const [member] = cluster.of(role)
        const { life, proxy } = member!
        const struck: Promise<unknown>[] = []
        const strike = (): void => {
          if (victim === 'Redis') struck.push(server.kill())
          else member!.kill()
        }
        // Counted from the start of the process: the way of the next one is cut before it begins.
        member!.kill()
        await life.ended
        proxy!.cutAt({ after: at, moment, strike })
        const until = performance.now() + WITHIN
        while (proxy!.isArmed && performance.now() < until) await delay(10)
        proxy!.cutAt(null)
        await Promise.all(struck)
        if (!server.isRunning) await server.start()
      }
      const kills = async (): Promise<void> => {
        for (let at = 0; at < COMMANDS; at += 1) await happen(scene, `command ${at}`, async () => kill(at))
      }
      await meanwhile(kills(), { every: 60, what: () => cluster.crowd.ask(cluster.random() * 30) })
      await expectWhole(scene, `every-${role}-${moment}-${victim}`.replaceAll(' ', '-'))
    },
  )
})
