// An event that kills each worker that handles it, with deploys in between.
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { SLOWER, TIMES } from '../support/process/cluster.js'
import { clusterSuite, expectWhole } from '../support/process/cluster-suite.js'
import { happen, meanwhile } from '../support/process/trouble.js'

/** Workers that may die with an event. */
const LIVES = 3

describe('RD-64 a poisonous event', () => {
  const suite = clusterSuite()

  it(
    'RD-64 is given up after three lives, deploys not counted, and its conversation continues',
    { timeout: 200_000 * SLOWER },
    async ({ onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: 1, conversations: 7 })
      const { cluster } = scene
      const isGivenUp = (): boolean => cluster.told.some(({ event }) => event === 'redis.dead')
      let deploys = 0
      let begun = 0
      // Longer than a worker that is told to end may finish: a deploy finds it running.
      const text = cluster.crowd.ask(TIMES.stopTimeout * 2, 'die')
      const deploy = async (): Promise<void> => {
        for (const worker of cluster.of('worker')) await cluster.replace(worker)
      }
      const follow = async (): Promise<void> => {
        while (!isGivenUp()) {
          await cluster.until(() => isGivenUp() || cluster.begun(text) > begun, 'it is not begun again')
          if (isGivenUp()) return
          begun = cluster.begun(text)
          // The first run of two is left by a deploy, and the second one dies.
          if (begun % 2 === 0) continue
          deploys += 1
          await happen(scene, 'deploy', deploy)
        }
      }
      await meanwhile(follow(), { every: 100, what: () => void cluster.crowd.ask(cluster.random() * 40) })
      await delay(TIMES.lease)
      await expectWhole(scene, 'poison')
      expect(cluster.begun(text)).toBeGreaterThanOrEqual(LIVES + deploys)
      expect(deploys).toBeGreaterThanOrEqual(2)
    },
  )
})
