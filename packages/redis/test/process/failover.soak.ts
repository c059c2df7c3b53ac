// The primary of three servers is killed again and again, and sentinels promote another one.
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { Cluster, SLOWER } from '../support/process/cluster.js'
import { clusterSuite, expectWhole, fromEnv } from '../support/process/cluster-suite.js'
import { happen, meanwhile } from '../support/process/trouble.js'
import { Sentinels } from '../support/process/sentinels.js'

const FAILOVERS = fromEnv('NIGHT_FAILOVERS', 5)
const PER_SECOND = 20
/** After one question in so many somebody says something that he stops. */
const STOPS = 40

describe('RD-62 failovers', () => {
  const suite = clusterSuite()

  it.for([0, 1])(
    'RD-62 lose no message and answer none twice, where %d replicas must have an event',
    { timeout: (FAILOVERS * 60_000 + 120_000) * SLOWER },
    async (replicas, { onTestFinished }) => {
      const sentinels = await Sentinels.start()
      onTestFinished(async () => sentinels.dispose())
      const { command, address } = sentinels
      const cluster = await Cluster.open({
        seed: 1,
        start: suite.start,
        command,
        redis: address,
        conversations: 28,
        ...(replicas > 0 && { durability: { replicas } }),
      })
      onTestFinished(async () => cluster.dispose())
      const scene = { cluster, command, happened: [] }
      const failovers = async (): Promise<void> => {
        for (let count = 0; count < FAILOVERS; count += 1) {
          await delay(2000)
          await happen(scene, 'failover', async () => sentinels.failover())
          await happen(scene, 'replicas connect', async () => sentinels.settled())
        }
      }
      await meanwhile(failovers(), {
        every: 1000 / PER_SECOND,
        what: () => {
          cluster.crowd.ask(cluster.random() * 40)
          if (cluster.random() * STOPS < 1) cluster.crowd.stop(cluster.random() * 2000)
        },
      })
      await expectWhole(scene, `failover-${replicas}`)
      const rewinds = cluster.told.filter(
        ({ event }) => event === 'redis.rewound' || event === 'redis.emptied',
      )
      // What a replica has is not lost with its primary.
      expect(replicas > 0 ? rewinds : []).toEqual([])
    },
  )
})
