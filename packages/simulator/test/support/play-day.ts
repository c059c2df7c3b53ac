import { ManualClock } from '@qqkit/core/testing'

import { draw, type RandomState, seedRandom } from '../../src/core/kernel/random.js'
import { createMemorySimulator, type MemorySimulator, type SimulatorOptions } from '../../src/index.js'
import { dayFaults, type DayFault } from './day-faults.js'
import { RawBot } from './raw-bot.js'

const EVENTS = 10_000
const STRIKES = 200
const DAY = 86_400_000

/** The result of a day. */
export interface PlayedDay {
  readonly sim: MemorySimulator
  readonly bot: RawBot
  /** The faults of the day, in order. */
  readonly troubles: readonly DayFault[]
  /** Names of the armed ones that struck. */
  readonly struck: readonly string[]
}

const shuffled = <T>(random: RandomState, items: readonly T[]): readonly T[] =>
  items
    .map((item) => ({ item, key: draw(random) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)

/** All faults in shuffled rounds, until there are enough. */
const planFaults = (seed: number): readonly DayFault[] => {
  const random = seedRandom(seed)
  const rounds = Math.ceil(STRIKES / dayFaults.length)
  return Array.from({ length: rounds }, () => shuffled(random, dayFaults))
    .flat()
    .slice(0, STRIKES)
}

/** Plays a day of one bot in memory: 10 000 messages and 200 faults. */
export const playDay = async (
  seed: number,
  options: SimulatorOptions,
  story: (day: PlayedDay) => void,
): Promise<void> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed, limits: false, oracleLimit: 50_000, ...options })
  const bot = new RawBot(sim)
  const people = ['ann', 'bob', 'cat', 'dan'].map((name) => sim.user(name))
  const troubles = planFaults(seed)
  const struck: string[] = []
  sim.subscribe((entry) => {
    if (entry.kind === 'fault' && entry.change === 'struck') struck.push(entry.fault.split('#')[0] ?? '')
  })
  bot.start()
  await clock.advance(10_000)
  const pace = EVENTS / STRIKES
  for (let n = 0; n < EVENTS; n += 1) {
    people[n % people.length]?.say(`event ${n}`)
    const number = (n - pace / 2) / pace
    const trouble = troubles[number]
    trouble?.strike(sim, `${trouble.name}#${number}`)
    await clock.advance(DAY / EVENTS)
  }
  await clock.advance(300_000)
  story({ sim, bot, troubles, struck })
  bot.stop()
  await sim.close()
}
