import { expect, it } from 'vitest'

import { CrashWorld } from './crash-world.js'

const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_123)

/** A life takes seconds, since it is a process of its own. */
const LONG = 120_000

it(
  'GW-17 ST-05 a second process waits and is refused, and the next one goes on where a stopped one ended',
  async () => {
    const world = await CrashWorld.open(SEED)
    const first = world.start()
    await world.stored()
    world.say(2)
    expect(await first.until(() => world.unfinished().length === 0)).toBe(true)
    const second = world.start(Infinity, { lockTimeout: 300 })
    await second.until(() => false)
    expect(second.other.filter((line) => !line.startsWith('record'))).toEqual([
      expect.stringMatching(/^waiting .* is in use by process \d+ .*; waiting up to/),
      expect.stringMatching(/^stopped gateway_session_busy .* is in use by process \d+/),
    ])
    // A rolling deploy: the next one waits while this one drains.
    const third = world.start()
    expect(await third.until(() => third.other.length > 0)).toBe(true)
    first.program.process.kill('SIGTERM')
    await first.until(() => false)
    expect([first.other, await first.program.code]).toEqual([['closed'], 0])
    world.say(2)
    expect(await third.until(() => world.unfinished().length === 0)).toBe(true)
    expect(third.begun.map(({ number }) => number)).toEqual([2, 3])
    expect(world.sim.oracle.count('identify')).toBe(1)
  },
  LONG,
)

it(
  'GW-17 ST-05 a queue of 100 over three deploys: handled once each, new ones without waiting, and nobody is blamed',
  async () => {
    const world = await CrashWorld.open(SEED)
    const QUEUE = 100
    // Whatever has a number of the queue hangs, as a handler does that waits for a model, until the last life.
    let life = world.start(0)
    await world.stored()
    world.say(QUEUE)
    for (let deploy = 1; deploy <= 3; deploy += 1) {
      expect(await life.until(() => life.begun.length >= QUEUE)).toBe(true)
      life.program.process.kill('SIGTERM')
      await life.until(() => false)
      expect([life.other.at(-1), await life.program.code]).toEqual(['closed', 0])
      life = world.start(deploy === 3 ? Infinity : 0)
    }
    world.say(1)
    expect(await life.until(() => life.begun.some(({ number }) => number === QUEUE))).toBe(true)
    // What is blamed for a crash is handled by itself, and all others wait for it.
    expect(life.begun.filter(({ suspect }) => suspect)).toEqual([])
    expect(await life.until(() => world.unfinished().length === 0)).toBe(true)
    expect(world.answers()).toEqual(world.said.map(() => 1))
    expect(world.sim.oracle.doubledReplies()).toEqual([])
    expect(world.sim.oracle.count('identify')).toBe(1)
    const told = world.lives.flatMap(({ other }) => other)
    expect(told.filter((line) => /^(gap|abandoned|quarantined|stopped)/.test(line))).toEqual([])
    for (const { begun } of world.lives) {
      const numbers = begun.map(({ number }) => number)
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    }
  },
  LONG,
)
