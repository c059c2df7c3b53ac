// Faults, deploys and disasters in the time of a clock by hand; with processes and a real server they are in test/process.
import process from 'node:process'

import { describe, expect, it } from 'vitest'

import { busyPlanOf, play } from './support/virtual/night.js'
import { LEASE, VirtualCluster } from './support/virtual/virtual-cluster.js'

/** More nights with `CHAOS_NIGHTS=1000`, others with `CHAOS_FIRST=100`. */
const NIGHTS = Number(process.env['CHAOS_NIGHTS'] ?? 2)
const FIRST = Number(process.env['CHAOS_FIRST'] ?? 1)
const SEEDS = Array.from({ length: NIGHTS }, (_, index) => FIRST + index)

type Random = () => number

/** Who talks: how many conversations there are, ms of their handlers, and whether these answer. */
interface Talk {
  readonly conversations: number
  readonly handlerMs: (random: Random, text: string) => number
  readonly replies?: readonly boolean[]
  /** Whether the handler of an event kills its worker in the end. */
  readonly isPoison?: (text: string) => boolean
}

/** Somebody writes. */
const talk = (cluster: VirtualCluster, { conversations, handlerMs, replies = [], isPoison }: Talk): void => {
  const { random } = cluster
  const conversation = Math.floor(random() * conversations)
  const text = cluster.next(conversation)
  cluster.say({
    conversation,
    ms: handlerMs(random, text),
    replies,
    isPoison: isPoison?.(text) ?? false,
  })
}

/** Lets people write every `pace` ms, and something happen every `every` ms. */
const during = async (
  cluster: VirtualCluster,
  {
    length,
    pace,
    every,
    ...people
  }: Talk & { readonly length: number; readonly pace: number; readonly every: number },
  happen: () => void,
): Promise<void> => {
  const { clock } = cluster
  let count = 0
  while (clock.now() < length) {
    talk(cluster, people)
    if (clock.now() >= (count + 1) * every) {
      count += 1
      happen()
    }
    await clock.advance(pace)
  }
  await cluster.end()
}

const tell = ({ told, events, again }: VirtualCluster): string => JSON.stringify({ events, again, told })

describe('RD-27 a night of faults', () => {
  it.each(SEEDS.flatMap((seed) => [0, 0.1].map((orders) => [seed, orders] as const)))(
    'RD-27 RD-40 loses nothing, keeps order and one valid owner, continues nothing that was stopped, and leaves an empty, whole queue (seed %d, orders %d)',
    async (seed, orders) => {
      const cluster = await play(busyPlanOf(seed, orders))
      expect(cluster.faults, tell(cluster)).toEqual([])
    },
  )
})

describe('RD-61 a rolling deploy', () => {
  it.each([2, 20])(
    'RD-61 with %d of 100 handlers taking long no other conversation waits for a second',
    async (percent) => {
      const handlerMs = (random: Random): number => (random() * 100 < percent ? 6000 : 5)
      const cluster = new VirtualCluster({ seed: percent, workers: 3 })
      const deploys: Promise<void>[] = []
      const people = { conversations: 3000, handlerMs }
      await during(cluster, { length: 15_000, pace: 20, every: 2000, ...people }, () => {
        // The one that has worked for longest.
        deploys.push(cluster.deploy(cluster.workers[0]!))
      })
      await Promise.all(deploys)
      expect([cluster.faults, deploys.length, cluster.again]).toEqual([[], 7, 0])
      expect(cluster.waits.length).toBeGreaterThan(600)
      expect(Math.max(...cluster.waits)).toBeLessThan(1000)
    },
  )
})

describe('RD-62 disasters', () => {
  const people: Talk = { conversations: 30, handlerMs: (random) => random() * 200, replies: [true] }

  it('RD-62 servers that are promoted without the last moments lose no event, and none is handled twice', async () => {
    const cluster = new VirtualCluster({ seed: 1, workers: 3 })
    await during(cluster, { length: 25_000, pace: 40, every: 5000, ...people }, () => cluster.restart(2000))
    expect([cluster.faults, cluster.judge.repeated]).toEqual([[], 0])
    expect(cluster.told['redis.rewound']).toBe(4)
  })

  it.each([
    ['FLUSHALL', (cluster: VirtualCluster) => cluster.flush()],
    ['a start without data', (cluster: VirtualCluster) => cluster.restart(500, { empty: true })],
  ])(
    'RD-62 %s is reported, nothing of the last minute is lost, and what had ended is not handled twice',
    async (_, happen) => {
      const cluster = new VirtualCluster({ seed: 1, workers: 3 })
      await during(cluster, { length: 20_000, pace: 40, every: 12_000, ...people }, () => happen(cluster))
      expect(cluster.faults, tell(cluster)).toEqual([])
      expect(cluster.told['redis.rewound']).toBe(1)
    },
  )
})

describe('RD-60 resets', () => {
  /** Commands after which a connection breaks, before their answers arrive. */
  const commands = {
    front: ['open', 'publish'],
    worker: ['join', 'take', 'settle', 'note', 'tick', 'stop'],
  } as const

  it('RD-60 of connections at any command: all is handled once, in order', async () => {
    const cluster = new VirtualCluster({ seed: 1, workers: 2 })
    const { clock, front, workers } = cluster
    const all = [
      ...commands.front.map((command) => ({ command, process: () => front })),
      ...commands.worker.map((command) => ({ command, process: () => workers[0]! })),
    ]
    const cuts: string[] = []
    for (const { command, process } of [...all, ...all]) {
      const before = cuts.length
      cluster.aim(process(), command, () => {
        cuts.push(command)
        cluster.cut(process())
      })
      // These are the first over a new connection.
      if (command === 'open' || command === 'join') cluster.cut(process())
      for (let count = 0; cuts.length === before || count % 10 > 0; count += 1) {
        const conversation = count % 6
        cluster.say({ conversation, ms: 20, replies: [count % 2 === 0] })
        if (command === 'stop' && count % 10 === 9) cluster.order(conversation)
        await clock.advance(250)
      }
    }
    await cluster.end()
    expect([cluster.faults, cluster.again, cuts.length], tell(cluster)).toEqual([[], 0, 2 * all.length])
  })
})

describe('RD-66 a process that is cut off from one side', () => {
  /** Cuts a process off for longer than its lease, three times, while people talk. */
  const whileCutOff = async (
    cutOff: (cluster: VirtualCluster, ms: number) => void,
  ): Promise<VirtualCluster> => {
    const cluster = new VirtualCluster({ seed: 1, workers: 2 })
    const { clock, random } = cluster
    for (let count = 0; clock.now() < 7.5 * LEASE; count += 1) {
      // Some of the handlers take longer than the lease of their process.
      const ms = count % 5 === 0 ? random() * 2 * LEASE : random() * 40
      cluster.say({ conversation: count % 42, ms, replies: [count % 7 > 0] })
      if (count % 80 === 20) cutOff(cluster, LEASE * (1.2 + random() / 2))
      await clock.advance(LEASE / 32)
    }
    await cluster.end()
    return cluster
  }

  it('RD-66 a worker from Redis: it sends nothing after its lease, others take its events, and nothing comes a second time', async () => {
    const cluster = await whileCutOff((all, ms) => all.silence(all.workers[0]!, ms))
    expect(cluster.faults, tell(cluster)).toEqual([])
    expect(cluster.told['redis.lease_lost']).toBeGreaterThan(0)
    expect(cluster.again).toBeGreaterThan(0)
  })

  it.each([
    [
      'a worker from the platform',
      (all: VirtualCluster, ms: number) => all.silencePlatform(all.workers[0]!, ms),
    ],
    ['a gateway from Redis', (all: VirtualCluster, ms: number) => all.silence(all.front, ms)],
  ])(
    'RD-66 %s: who keeps his lease keeps what he handles, and nothing comes a second time',
    async (_, cutOff) => {
      const cluster = await whileCutOff(cutOff)
      expect([cluster.faults, cluster.again], tell(cluster)).toEqual([[], 0])
      expect(cluster.told['redis.lease_lost']).toBe(undefined)
    },
  )
})

describe('RD-64 a poisonous event', () => {
  it('RD-64 is given up after three lives, deploys not counted, and its conversation continues', async () => {
    const poison = '0/1'
    const cluster = new VirtualCluster({ seed: 1, workers: 3 })
    const deploys: Promise<void>[] = []
    let deployed = 0
    const people: Talk = {
      conversations: 3,
      // A deploy finds it running, and does not wait for its end.
      handlerMs: (random, text) => (text === poison ? 15_000 : random() * 200),
      isPoison: (text) => text === poison,
    }
    await during(cluster, { length: 200_000, pace: 2000, every: 4000, ...people }, () => {
      // The first run of two is left by a deploy, and the second one dies.
      const begun = cluster.begun(poison)
      if (begun % 2 === 0 || begun === deployed) return
      deployed = begun
      for (const worker of cluster.workers.slice()) deploys.push(cluster.deploy(worker))
    })
    await Promise.all(deploys)
    const rounds = deploys.length / 3
    expect([cluster.faults, cluster.told['redis.dead']], tell(cluster)).toEqual([[], 1])
    expect([cluster.begun(poison), rounds]).toEqual([3 + rounds, 3])
    expect(cluster.begun('0/2')).toBe(1)
  })
})
