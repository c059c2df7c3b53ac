import { OptionsError } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import {
  createMemorySimulator,
  liveSwitches,
  startSimulator,
  type LiveName,
  type Simulator,
  type SimulatorOptions,
} from '../../src/index.js'

const NAMES = Object.keys(liveSwitches) as LiveName[]

const DEFAULTS = Object.fromEntries(NAMES.map((name) => [name, liveSwitches[name].values[0]]))

/** A value of a switch other than its default. */
const otherOf = (name: LiveName): string | number => liveSwitches[name].values[1] ?? 7

const withSimulators = async (
  options: SimulatorOptions,
  story: (sim: Simulator) => Promise<void> | void,
): Promise<void> => {
  const clock = new ManualClock()
  for (const sim of [
    createMemorySimulator({ clock, ...options }),
    await startSimulator({ clock, page: false, ...options }),
  ]) {
    try {
      await story(sim)
    } finally {
      await sim.close()
    }
  }
}

const set = (sim: Simulator, name: string, value: unknown): void =>
  (sim.live.set as (name: string, value: unknown) => void).call(sim.live, name, value)

describe('the live switches', () => {
  it('SM-07 default to the behaviour that live bots saw, in both simulators', async () =>
    withSimulators({}, (sim) => {
      expect(sim.live.all()).toEqual(DEFAULTS)
      expect(sim.snapshot().live).toEqual(DEFAULTS)
    }))

  it.each(NAMES)('SM-07 %s can be chosen at the start and turned while the simulator runs', async (name) =>
    withSimulators({ live: { [name]: otherOf(name) } }, (sim) => {
      const [first] = liveSwitches[name].values
      expect(sim.live.all()).toEqual({ ...DEFAULTS, [name]: otherOf(name) })
      set(sim, name, first)
      expect([sim.live.get(name), sim.snapshot().live[name]]).toEqual([first, first])
      sim.live.reset()
      expect(sim.live.get(name)).toBe(otherOf(name))
      expect(sim.log.of('switch')).toMatchObject([
        { name, value: first, before: otherOf(name) },
        { name, value: otherOf(name), before: first },
      ])
    }),
  )

  it('SM-07 reset restores one switch or all, and logs only real changes', async () =>
    withSimulators({}, (sim) => {
      sim.live.set('streamBytes', 2_000)
      sim.live.set('replyLimit', 'off')
      sim.live.set('replyLimit', 'off')
      sim.live.reset('streamBytes')
      expect(sim.live.all()).toEqual({ ...DEFAULTS, replyLimit: 'off' })
      sim.live.reset()
      expect(sim.live.all()).toEqual(DEFAULTS)
      expect(sim.log.of('switch')).toHaveLength(4)
    }))

  it('SM-07 all() returns a copy', async () =>
    withSimulators({}, (sim) => {
      Object.assign(sim.live.all(), { replyLimit: 'off' })
      expect(sim.live.get('replyLimit')).toBe('code_22009')
    }))

  it.each(['typo', '__proto__', 'constructor', ''])('SM-07 no switch is named %j', async (name) =>
    withSimulators({}, (sim) => {
      for (const wrong of [
        () => set(sim, name, 'x'),
        () => sim.live.get(name as LiveName),
        () => sim.live.reset(name as LiveName),
      ]) {
        expect(wrong).toThrow(OptionsError)
        for (const known of NAMES) expect(wrong).toThrow(known)
      }
    }),
  )

  it.each([
    ...NAMES.map((name) => [name, 'typo'] as const),
    ...NAMES.map((name) => [name, undefined] as const),
    ['streamBytes', 0] as const,
    ['streamBytes', 1.5] as const,
    ['streamBytes', '2000'] as const,
    ['replyLimit', 7] as const,
  ])('SM-07 %s cannot be %j', async (name, value) =>
    withSimulators({}, (sim) => {
      const wrong = (): void => set(sim, name, value)
      expect(wrong).toThrow(OptionsError)
      expect(wrong).toThrow(expect.objectContaining({ path: name }) as Error)
      for (const known of liveSwitches[name].values) expect(wrong).toThrow(`'${known}'`)
      expect(sim.live.all()).toEqual(DEFAULTS)
    }),
  )

  it.each([
    [{ typo: 'x' }, 'live.typo', 'refusalStatus'],
    [{ streamLife: 'short' }, 'live.streamLife', "'limited' or 'endless'"],
    [{ streamBytes: -1 }, 'live.streamBytes', 'a number of bytes from 1'],
  ])('SM-07 the option %j is refused by name', (live, path, hint) => {
    const make = (): unknown => createMemorySimulator({ live } as SimulatorOptions)
    expect(make).toThrow(expect.objectContaining({ path }) as Error)
    expect(make).toThrow(hint)
  })

  it('SM-07 an undefined option keeps the default', async () =>
    withSimulators({ live: { replyLimit: undefined } } as unknown as SimulatorOptions, (sim) => {
      expect(sim.live.all()).toEqual(DEFAULTS)
    }))
})
