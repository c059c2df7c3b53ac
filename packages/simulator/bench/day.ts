import { ManualClock } from '@qqkit/core/testing'

import { createMemorySimulator } from '../src/index.js'
import { RawBot } from '../test/raw-bot.js'
import { ms, type Result } from './result.js'

const EVENTS = 10_000
const DAY = 86_400_000

/** A day of one bot in memory: 10 000 events, each replied to, and 200 lost connections. */
export const measureDay = async (): Promise<Result> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, limits: false, ledgerLimit: 50_000 })
  const bot = new RawBot(sim)
  const people = ['ann', 'bob', 'cat', 'dan'].map((name) => sim.user(name))
  const start = performance.now()
  const before = process.cpuUsage()
  bot.start()
  await clock.advance(10_000)
  for (let n = 0; n < EVENTS; n += 1) {
    people[n % people.length]?.say(`event ${n}`)
    if (n % 50 === 25) {
      if (n % 100 === 25) sim.faults.close(4009, 'Session timed out')
      else sim.faults.resetConnections()
    }
    await clock.advance(DAY / EVENTS)
  }
  await clock.advance(60_000)
  const took = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const { lost, doubled } = sim.oracle.judge(bot.handled)
  const replies = sim.oracle.executed('c2c.send')
  bot.stop()
  await sim.close()
  return {
    name: 'a day in memory: 10 000 events, 10 000 replies, 200 lost connections',
    lines: [
      `took ${ms(took)}, of which ${ms((user + system) / 1_000)} on the processor (promised: under 5 000)`,
      `lost ${lost.length}, doubled ${doubled.length}, replies ${replies}`,
    ],
    // Other programs on the machine are not the simulator's fault.
    kept: (user + system) / 1_000 < 5_000 && lost.length === 0,
  }
}
