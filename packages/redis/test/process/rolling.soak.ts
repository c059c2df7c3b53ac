// A deploy under load: workers are replaced one by one while some handlers take long.
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { SLOWER } from '../support/process/cluster.js'
import { clusterSuite, expectWhole, fromEnv } from '../support/process/cluster-suite.js'
import { figuresOf } from '../support/process/figures.js'
import { happen, meanwhile } from '../support/process/trouble.js'

const DEPLOYS = fromEnv('NIGHT_DEPLOYS', 2)
const PER_SECOND = fromEnv('NIGHT_RATE', 100)
/** ms of a long handler: shorter than the time that a worker has to finish. */
const LONG = 3000

/** Percent of long handlers, and the largest part of the events that may wait for a second because of the deploys. */
const LOADS = [
  [2, 0],
  [20, 0.05],
] as const
describe('RD-61 a rolling deploy', () => {
  const suite = clusterSuite()

  it.for(LOADS)(
    'RD-61 with %d % long handlers: at most %d more of the events wait for a second than without deploys',
    { timeout: 500_000 * SLOWER },
    async ([percent, most], { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed: percent, conversations: 3000 })
      const { cluster } = scene
      const begin = performance.now()
      const talk = (): void => {
        const due = ((performance.now() - begin) / 1000) * PER_SECOND
        while (cluster.crowd.asked < due)
          cluster.crowd.ask(cluster.random() * 100 < percent ? LONG : 5, 'one')
      }
      const deploys = async (): Promise<void> => {
        for (let deploy = 0; deploy < DEPLOYS; deploy += 1)
          for (const worker of cluster.of('worker')) {
            await happen(scene, 'deploy', async () => cluster.replace(worker))
            await delay(500)
          }
      }
      await meanwhile(deploys(), { every: 10, what: talk })
      const deployed = cluster.crowd.asked
      // As long again without a deploy: what waits then waits for the machine.
      await meanwhile(delay(performance.now() - begin), { every: 10, what: talk })
      await expectWhole(scene, `rolling-${percent}`)
      const waits = cluster.crowd.waits()
      const during = waits.filter(({ number }) => number < deployed).map(({ ms }) => ms)
      const calm = waits.filter(({ number }) => number >= deployed).map(({ ms }) => ms)
      const [deploying, still] = [figuresOf('deploys', during), figuresOf('without', calm)]
      process.stdout.write(
        `${percent} % long, this process stood still for ${cluster.stillness} ms\n${deploying.line}${still.line}`,
      )
      expect(deploying.late).toBeLessThanOrEqual(most + 2 * still.late)
    },
  )
})
