import { expect, it } from 'vitest'

import { CrashWorld, isDone } from './crash-world.js'

const LIVES = Number(process.env['CRASH_LIVES'] ?? 4)
const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_123)

/** A life takes seconds, since it is a process of its own. */
const LONG = 60_000 + LIVES * 15_000

/** Numbers that look drawn, the same every time. */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

it(
  `GW-17 chaos: kill -9 between and during handlers, ${LIVES} lives, seed ${SEED}: no event lost or repeated`,
  async () => {
    const world = await CrashWorld.open(SEED)
    const below = numbers(SEED)
    /** Seqs that the file called finished when a process died: nobody may see them again. */
    const finished = new Set<number>()
    for (let count = 1; count <= LIVES; count += 1) {
      const hangFrom = count === LIVES ? Infinity : world.said.length + 8 + below(8)
      const left = world.unfinished()
      const life = world.start(hangFrom)
      if (count === 1) await world.stored()
      // Some are said while nobody listens, some while others are being handled.
      else world.say(below(8))
      // What earlier lives left is finished first: in a third one it would be taken for the cause of the crashes.
      const begun = (): readonly number[] => life.begun.map(({ number }) => number)
      const caughtUp = (): boolean =>
        [...left, ...begun()].every((number) => number >= hangFrom || life.ended.includes(number))
      expect(await life.until(caughtUp)).toBe(true)
      await world.noted(life)
      world.say(12 + below(8))
      if (count === LIVES) break
      const enough = life.begun.length + 1 + below(10)
      expect(await life.until(() => life.begun.length >= enough)).toBe(true)
      await life.kill()
      expect(life.begun.filter(({ seq }) => finished.has(seq))).toEqual([])
      const stored = await world.checkpoint()
      for (const { seq } of life.begun) if (isDone(stored, seq)) finished.add(seq)
    }
    const last = world.lives.at(-1)
    expect(await last?.until(() => world.unfinished().length === 0)).toBe(true)
    expect(last?.begun.filter(({ seq }) => finished.has(seq))).toEqual([])

    expect(world.answers()).toEqual(world.said.map(() => 1))
    expect(world.sim.oracle.doubledReplies()).toEqual([])
    expect(world.sim.oracle.count('identify')).toBe(1)
    const seen = new Set<number>()
    for (const { begun, other } of world.lives) {
      expect(other).toEqual([])
      const seqs = begun.map(({ seq }) => seq)
      expect(new Set(seqs).size).toBe(seqs.length)
      const inOrder = begun.filter(({ suspect }) => !suspect).map(({ seq }) => seq)
      expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b))
      // What an earlier life had begun comes with a mark.
      expect(begun.filter(({ seq, replayed }) => seen.has(seq) && !replayed)).toEqual([])
      for (const seq of seqs) seen.add(seq)
    }
    expect(finished.size).toBeGreaterThan(0)
  },
  LONG,
)

it(
  'GW-17 an event that kills the process at once is quarantined in the end, and takes no other with it',
  async () => {
    const world = await CrashWorld.open(SEED)
    const first = world.start()
    await world.stored()
    world.say(3)
    world.say(1, 'poison')
    world.say(3)
    // The first death can come before the store has noted anything; three more are counted.
    let deaths = 0
    let life = first
    while (!(await life.until(() => world.unfinished().length === 1))) {
      deaths += 1
      expect(deaths).toBeLessThan(8)
      life = world.start()
    }
    expect(deaths).toBeGreaterThanOrEqual(3)
    expect(world.unfinished()).toEqual([3])
    expect(world.lives.flatMap(({ other }) => other)).toEqual([
      'record gateway.quarantined',
      expect.stringMatching(/^quarantined \d+/),
    ])
    expect(world.answers()).toEqual([1, 1, 1, 0, 1, 1, 1])
  },
  LONG,
)

it(
  'GW-20 a process that dies of its Identify each time, and is started again at once, sends one in five seconds',
  async () => {
    const world = await CrashWorld.open(SEED)
    const first = world.start(0, { diesIdentifying: true })
    await first.until(() => false)
    for (let count = 0; count < 2; count += 1) {
      const life = world.start(0, { diesIdentifying: true })
      expect(await life.until(() => life.other.includes('queued'))).toBe(true)
      await life.kill()
    }
    expect(world.sim.oracle.count('identify')).toBeLessThanOrEqual(1)
  },
  LONG,
)
