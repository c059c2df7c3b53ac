// Much in one conversation, no workers for long, and workers that come and go, in the time of a clock by hand.
import { describe, expect, it } from 'vitest'

import { LEASE, VirtualCluster } from './support/virtual/virtual-cluster.js'

/** ms after which a worker notices that the lease of another one has ended: a lease, and a renewal. */
const NOTICED = LEASE + LEASE / 3 + 1000

describe('RD-67 a conversation with very many events', () => {
  const EVENTS = 2000

  it(`RD-67 ${EVENTS} at once are handled in order, no other conversation waits for a second, and no worker holds more`, async () => {
    const cluster = new VirtualCluster({ seed: 1, workers: 2 })
    const { clock, workers } = cluster
    const burden = (): number =>
      Math.max(
        ...workers.map(({ runs, clock: own }) => {
          for (const run of runs) if (!run.delivery.isOpen) runs.delete(run)
          return runs.size + own.pending
        }),
      )
    const talk = async (conversation: number): Promise<number> => {
      cluster.say({ conversation, ms: 5, replies: [] })
      await clock.advance(100)
      return burden()
    }
    const calm: number[] = []
    for (let count = 0; count < 40; count += 1) calm.push(await talk(count))
    for (let count = 0; count < EVENTS; count += 1) cluster.say({ conversation: 0, ms: 0, replies: [] })
    const flooded: number[] = []
    for (let count = 0; !cluster.isOver; count += 1) flooded.push(await talk(1 + (count % 300)))
    await cluster.end()
    expect(cluster.faults).toEqual([])
    expect(cluster.waits.length).toBeGreaterThan(150)
    expect(Math.max(...cluster.waits)).toBeLessThan(1000)
    // Two more are on their way.
    expect(Math.max(...flooded)).toBeLessThanOrEqual(Math.max(...calm) + 2)
  })
})

describe('RD-68 without workers', () => {
  const MINUTES = 10

  it.each([100_000, 300])(
    `RD-68 for ${MINUTES} minutes (room for %d events) that is said, and all is handled afterwards, in order`,
    async (backlog) => {
      const cluster = new VirtualCluster({ seed: 1, workers: 2, backlog })
      const { clock, front, server, workers } = cluster
      await clock.advance(1000)
      await Promise.all([
        ...workers.slice().map(async (worker) => cluster.retire(worker)),
        clock.advance(5000),
      ])
      const said = new Set<string>()
      let most = 0
      for (let second = 0; second < MINUTES * 60; second += 1) {
        cluster.say({ conversation: second % 40, ms: 20, replies: [] })
        await clock.advance(1000)
        said.add(front.publisher.status().reason)
        most = Math.max(most, server.events.size)
      }
      for (let count = 0; count < 2; count += 1) cluster.hire()
      await cluster.end()
      expect(cluster.faults).toEqual([])
      const isSmall = backlog < cluster.events
      const has = (part: string): boolean => [...said].some((reason) => reason.includes(part))
      expect([has('no worker takes the events'), has('no room')]).toEqual([true, isSmall])
      expect(cluster.told['redis.finding']).toBe(1)
      // Not at each attempt.
      expect(cluster.told['redis.publish_waits'] ?? 0).toBeLessThan(isSmall ? 5 : 1)
      expect(most).toBe(Math.min(backlog, cluster.events))
    },
  )
})

describe('RD-65 workers that come and go', () => {
  const ROUNDS = 20
  const MOST = 8

  /** Processes that the queue knows and that are not there. */
  const strangers = ({ server, workers }: VirtualCluster): readonly string[] => {
    const live = new Set(workers.map(({ name }) => name))
    return [server.events, server.clicks].flatMap((queue) => {
      const { workers: leases, own } = queue.snapshot()
      const tokens = [...leases.keys(), ...[...own.values()].map((owner) => owner.split(' ')[1] ?? '')]
      return tokens.filter((token) => !live.has(token.split('/')[0] ?? ''))
    })
  }

  it(`RD-65 one to ${MOST} and back, ${ROUNDS} times: the queue knows those that live alone, and nothing grows`, async () => {
    const cluster = new VirtualCluster({ seed: 1, workers: 1 })
    const { clock, server, workers, random } = cluster
    const staying = workers[0]!
    const left: string[] = []
    const burdens: string[] = []
    const pass = async (): Promise<void> => {
      cluster.say({ conversation: Math.floor(random() * 200), ms: random() * 40, replies: [] })
      await clock.advance(300)
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (; workers.length < MOST; await pass()) cluster.hire()
      await clock.advance(1000)
      const ends: Promise<void>[] = []
      for (; workers.length > 1; await pass())
        if (random() < 0.3) cluster.kill(workers[1]!)
        else ends.push(cluster.retire(workers[1]!))
      await clock.advance(NOTICED)
      await Promise.all(ends)
      left.push(...strangers(cluster))
      const { bodies, own, tries } = server.events.snapshot()
      burdens.push(
        JSON.stringify([
          bodies.size + own.size + tries.size,
          server.events.noted,
          server.listeners,
          staying.clock.pending,
        ]),
      )
    }
    await cluster.end()
    expect([cluster.faults, left]).toEqual([[], []])
    expect(new Set(burdens).size, burdens.join()).toBe(1)
  })
})
