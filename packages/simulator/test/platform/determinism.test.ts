import { createHash } from 'node:crypto'

import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { createMemorySimulator, type FaultSpec } from '../../src/index.js'
import { RawBot } from '../raw-bot.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const CHAOS: readonly FaultSpec[] = [
  { on: 'event', do: { kind: 'duplicate' }, chance: 0.2, times: 'forever' },
  { on: 'event', do: { kind: 'delay', ms: 40 }, chance: 0.1, times: 'forever' },
  { on: 'event', do: { kind: 'reset' }, chance: 0.2, times: 'forever' },
  { on: 'heartbeat', do: { kind: 'ignore' }, chance: 0.2, times: 'forever' },
  { on: 'resume', do: { kind: 'invalid', d: false }, chance: 0.1, times: 'forever' },
  {
    on: 'call',
    match: { route: 'send' },
    do: { kind: 'reset', when: 'after' },
    chance: 0.1,
    times: 'forever',
  },
  {
    on: 'call',
    match: { route: 'gateway' },
    do: { kind: 'answer', status: 502 },
    chance: 0.1,
    times: 'forever',
  },
]

const chaoticMinutes = async (seed: number): Promise<string> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed })
  const hash = createHash('sha256')
  sim.subscribe((entry) => hash.update(`${JSON.stringify(entry)}\n`))
  for (const fault of CHAOS) sim.faults.add(fault)
  const bot = new RawBot(sim)
  bot.start()
  for (let minute = 0; minute < 8; minute += 1) {
    sim.user('ann').say(`minute ${minute}`)
    sim.group('room').user('bob').say(`minute ${minute}`)
    await clock.advance(60_000)
  }
  bot.stop()
  await sim.close()
  return hash.digest('hex')
}

describe('reproduction', () => {
  it('SM-05 the same seed gives the same log, byte for byte, 100 times out of 100', async () => {
    const logs = new Set<string>()
    for (let run = 0; run < 100; run += 1) logs.add(await chaoticMinutes(11))
    expect(logs.size).toBe(1)
    expect(logs).not.toContain(await chaoticMinutes(12))
  }, 60_000)

  it('SM-05 a day with 10 000 events and 200 faults: nothing is lost, doubled or reordered', async () => {
    const clock = new ManualClock()
    const sim = createMemorySimulator({ clock, limits: false, ledgerLimit: 50_000, logLimit: 1_000 })
    const bot = new RawBot(sim)
    bot.start()
    await clock.advance(10_000)
    const people = ['ann', 'bob', 'cat', 'dan'].map((name) => sim.user(name))
    const actions = [
      () => sim.faults.close(4009, 'Session timed out'),
      () => sim.faults.resetConnections(),
      () => sim.faults.reconnect({ thenClose: 4009, after: 10 }),
      () => sim.faults.dropConnections(),
    ]
    let struck = 0
    for (let n = 0; n < 10_000; n += 1) {
      people[n % 4]?.say(`event ${n}`)
      if (n % 50 === 25) {
        actions[struck % actions.length]?.()
        struck += 1
      }
      await clock.advance(DAY / 10_000)
    }
    await clock.advance(60_000)
    expect(struck).toBe(200)
    expect(sim.oracle.events({ t: 'C2C_MESSAGE_CREATE' })).toHaveLength(10_000)
    expect(sim.oracle.judge(bot.handled)).toEqual({ lost: [], doubled: [], reordered: [], invented: [] })
    expect(sim.oracle.doubledReplies()).toEqual([])
    expect(sim.oracle.executed('c2c.send')).toBe(10_000)
    expect(sim.oracle.most('connect')).toBeLessThan(20)
    expect(sim.log.entries().length).toBeLessThanOrEqual(1_000)
    bot.stop()
    await sim.close()
  }, 60_000)
})
