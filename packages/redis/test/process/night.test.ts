// Six processes, a platform and a server in trouble. `NIGHT_SEEDS` and `NIGHT_FIRST` choose the nights, `NIGHT_SECONDS` their length.
import { setTimeout as delay } from 'node:timers/promises'

import { describe, it } from 'vitest'

import { TIMES } from '../support/process/cluster.js'
import { clusterSuite, expectWhole, fromEnv } from '../support/process/cluster-suite.js'
import { happen, TROUBLES } from '../support/process/trouble.js'

const SECONDS = fromEnv('NIGHT_SECONDS', 3)
const SEEDS = Array.from(
  { length: fromEnv('NIGHT_SEEDS', 1) },
  (_, index) => index + fromEnv('NIGHT_FIRST', 1),
)
/** Questions in a second; one handler in so many takes longer than a lease. */
const PACE = 30
const LONG = 60
/** After one question in so many somebody says something that he stops. */
const STOPS = 40

describe('RD-60 a night with six processes', () => {
  const suite = clusterSuite()

  it.for(SEEDS)(
    'RD-60 every message is answered once, in order, whatever dies (seed %d)',
    { timeout: SECONDS * 1000 + 150_000 },
    async (seed, { onTestFinished }) => {
      const scene = await suite.open(onTestFinished, { seed, conversations: 28 })
      const { cluster } = scene
      const { random, crowd } = cluster
      const names = Object.keys(TROUBLES)
      const begin = performance.now()
      const elapsed = (): number => (performance.now() - begin) / 1000
      const trouble = async (): Promise<void> => {
        while (elapsed() < SECONDS) {
          await delay(random() * 400)
          const name = names[Math.floor(random() * names.length)]!
          await happen(scene, name, TROUBLES[name]!)
        }
      }
      const talk = async (): Promise<void> => {
        let way: 'gateway' | 'webhook' = 'gateway'
        while (elapsed() < SECONDS) {
          const next = elapsed() < SECONDS / 2 ? 'gateway' : 'webhook'
          if (next !== way) cluster.changeWay((way = next))
          crowd.ask(random() * LONG < 1 ? TIMES.lease * 1.5 : random() * 40)
          if (random() * STOPS < 1) crowd.stop(random() * 2 * TIMES.lease)
          await delay(1000 / PACE)
        }
      }
      await Promise.all([trouble(), talk()])
      await expectWhole(scene, `night-${seed}`)
    },
  )
})
