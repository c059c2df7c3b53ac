import { OptionsError } from '@qqkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { putBounded } from '../../src/core/kernel/bounded-map.js'
import { draw, drawHex, drawUuid, seedRandom } from '../../src/core/kernel/random.js'
import { defaultSettings } from '../../src/core/kernel/settings.js'
import { createTimerHeap, drop, nextDue, plan, takeDue } from '../../src/core/kernel/timer-heap.js'
import {
  checkScenario,
  createMemorySimulator,
  faults,
  startSimulator,
  type FaultName,
  type FaultSpec,
  type SimulatorOptions,
} from '../../src/index.js'

describe('options', () => {
  it.each([
    [{ seed: Number.NaN }, 'seed'],
    [{ heartbeatInterval: 0 }, 'heartbeatInterval'],
    [{ windows: { c2c: { ms: -1 } } }, 'windows.c2c.ms'],
    [{ appId: 'abc' }, 'appId'],
    [{ errorBody: '2023' }, 'errorBody'],
    [{ typo: 1 }, 'typo'],
    [{ clock: {} }, 'clock'],
    [{ latency: -1 }, 'latency'],
  ])('a wrong one is named: %j', (options, path) => {
    const make = (): unknown => createMemorySimulator(options as SimulatorOptions)
    expect(make).toThrow(OptionsError)
    expect(make).toThrow(expect.objectContaining({ path }) as Error)
  })

  it.each([
    [{ port: 70_000 }, 'port'],
    [{ host: '' }, 'host'],
    [{ unknown: true }, 'unknown'],
  ])('a wrong one of the socket adapter is named: %j', async (options, path) => {
    await expect(startSimulator(options as SimulatorOptions)).rejects.toMatchObject({ path })
  })

  it('SM-15 no message speaks of types of the library that checks, whatever is given', async () => {
    const raw = /Invalid|Expected|never|\bObject\b/
    const garbage = [null, undefined, 0, -1, 'x', [], {}, { bots: [] }, true, () => {}]
    const messageOf = (act: () => unknown): string => {
      try {
        act()
      } catch (error) {
        return OptionsError.prototype.isPrototypeOf(error as object) ? (error as Error).message : ''
      }
      return ''
    }
    const sim = createMemorySimulator()
    const messages = garbage.flatMap((wrong) => [
      ...Object.keys(defaultSettings).map((name) =>
        messageOf(() => createMemorySimulator({ [name]: wrong })),
      ),
      ...['bot', 'clock', 'live', 'logLimit', 'bots'].map((name) =>
        messageOf(() => createMemorySimulator({ [name]: wrong })),
      ),
      ...['on', 'do', 'match', 'times', 'chance'].map((name) =>
        messageOf(() => sim.faults.add({ on: 'call', do: { kind: 'hang' }, [name]: wrong })),
      ),
      ...['name', 'story', 'source', 'steps', 'bots'].map((name) =>
        messageOf(() => checkScenario({ name: 'a', story: 'b', source: 'c', steps: [], [name]: wrong })),
      ),
      messageOf(() => checkScenario(wrong)),
      messageOf(() => checkScenario({ name: 'a', story: 'b', source: 'c', steps: [wrong] })),
      messageOf(() => sim.faults.add(wrong as unknown as FaultSpec)),
      messageOf(() => sim.changeBot(wrong as unknown as object)),
    ])
    expect(messages.filter((message) => raw.test(message))).toEqual([])
    expect(messages.filter((message) => message !== '').length).toBeGreaterThan(300)
    expect(messageOf(() => createMemorySimulator({ bots: 2 } as SimulatorOptions))).toBe(
      'createMemorySimulator option "bots": there is no such option (did you mean "bot"?); received 2',
    )
    await sim.close()
  })

  it('a chosen secret is used and never shown', async () => {
    const sim = createMemorySimulator({ appId: '42', secret: 'very-secret-indeed' })
    expect(sim.credentials).toMatchObject({ appId: '42', secret: 'very-secret-indeed' })
    expect(JSON.stringify([sim.snapshot(), sim.log.entries()])).not.toContain('very-secret')
    expect(sim.addBot({ name: 'second' }).appId).not.toBe('42')
    expect(() => sim.user('ann', '7').say('hi')).toThrow('there is no bot 7')
    await sim.close()
  })
})

describe('another bot', () => {
  it.each([
    [{ appId: 7 }, 'addBot option "appId": give the AppID as a text of digits'],
    [{ webhook: 'nonsense' }, 'addBot option "webhook": give the whole address'],
    [{ webhook: 'ftp://127.0.0.1/' }, 'addBot option "webhook": give the whole address'],
    [{ secert: 'x' }, 'did you mean "secret"?'],
  ])('SM-15 %j is refused', async (init, message) => {
    const sim = createMemorySimulator()
    expect(() => sim.addBot(init as object)).toThrow(message)
    expect(sim.snapshot().bots).toHaveLength(1)
    await sim.close()
  })

  it('SM-15 an AppID belongs to one bot, chosen or not', async () => {
    const sim = createMemorySimulator({ appId: '102000002' })
    expect(() => sim.addBot({ appId: '102000002' })).toThrow(
      'there is a bot with the AppID 102000002 already',
    )
    const others = [sim.addBot(), sim.addBot({ appId: '102000004' }), sim.addBot()]
    expect(new Set(others.map(({ appId }) => appId)).size).toBe(3)
    expect(sim.snapshot().bots).toHaveLength(4)
    await sim.close()
  })
})

describe('the catalogue of faults', () => {
  it.each(Object.keys(faults))('SM-02 %s can be armed and is plain data', async (name) => {
    const sim = createMemorySimulator()
    const fault = faults[name as FaultName]
    expect(JSON.parse(JSON.stringify(fault))).toEqual(fault)
    expect(sim.faults.add(fault)).toMatch(/^fault-/)
    expect(sim.faults.armed()).toMatchObject([{ left: 1 }])
    await sim.close()
  })
})

describe('inner parts', () => {
  it('draws are reproducible and within their bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 64 }), (seed, length) => {
        const [one, two] = [seedRandom(seed), seedRandom(seed)]
        expect(draw(one)).toBe(draw(two))
        expect(drawHex(one, length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`))
        expect(drawUuid(two)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
        const next = draw(one)
        expect(next).toBeGreaterThanOrEqual(0)
        expect(next).toBeLessThan(1)
      }),
    )
  })

  it('a timer heap returns due tasks, earliest first, in order of planning among equals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(20), (moments, now) => {
        const timers = createTimerHeap<number>()
        for (const [index, at] of moments.entries()) plan(timers, at, index)
        const due: number[] = []
        for (let task = takeDue(timers, now); task !== undefined; task = takeDue(timers, now)) due.push(task)
        const expected = moments
          .map((at, index) => ({ at, index }))
          .filter(({ at }) => at <= now)
          .toSorted((a, b) => a.at - b.at || a.index - b.index)
        expect(due).toEqual(expected.map(({ index }) => index))
        const rest = moments.filter((at) => at > now)
        expect(nextDue(timers)).toBe(rest.length === 0 ? null : Math.min(...rest))
      }),
    )
  })

  it('a cancelled task of a timer heap is never due', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), fc.nat(20), (moments, now) => {
        const timers = createTimerHeap<number>()
        for (const [index, [at, dropped]] of moments.entries()) {
          const due = plan(timers, at, index)
          if (dropped) drop(due)
        }
        const wanted = moments
          .map(([at, dropped], index) => ({ at, dropped, index }))
          .filter(({ dropped }) => !dropped)
          .toSorted((a, b) => a.at - b.at || a.index - b.index)
        const due: number[] = []
        for (let task = takeDue(timers, now); task !== undefined; task = takeDue(timers, now)) due.push(task)
        expect(due).toEqual(wanted.filter(({ at }) => at <= now).map(({ index }) => index))
        expect(nextDue(timers)).toBe(wanted.find(({ at }) => at > now)?.at ?? null)
      }),
    )
  })

  it('a bounded map never holds more than its limit, and always the newest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (keys, limit) => {
          const map = new Map<number, number>()
          for (const [index, key] of keys.entries()) {
            putBounded(map, key, index, limit)
            expect(map.size).toBeLessThanOrEqual(limit)
            expect(map.get(key)).toBe(index)
          }
        },
      ),
    )
  })
})
