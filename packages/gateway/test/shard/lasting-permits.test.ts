import type { IdentifyPermits, SessionSlot, IdentifyBudget, SessionStore } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { identifyPermitsContract, type IdentifyPermitsSubject, ManualClock } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { localIdentifyPermits } from '../../src/shard/identify-permits.js'
import { Rig } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

const forever = new AbortController().signal
const shard = { index: 0, total: 1 }
const START = Date.UTC(2026, 0, 1)
const limit = (over: Partial<IdentifyBudget> = {}): IdentifyBudget => ({
  total: 1000,
  remaining: 1000,
  resetAfter: 3_600_000,
  maxConcurrency: 1,
  ...over,
})

/** What outlives processes. */
class Disk {
  text: string | null = null
  mode: 'works' | 'fails' | 'hangs' = 'works'

  /** As one process sees it, until it dies; a write may take some ms of a clock. */
  forLife(alive: () => boolean, takes: () => Promise<void> = async () => {}): SessionStore {
    const answer = async (): Promise<void> => {
      if (this.mode === 'fails') throw new Error('disk full')
      if (this.mode === 'hangs' || !alive()) await new Promise(() => {})
    }
    const slot: SessionSlot = {
      load: async () => null,
      save: async () => {},
      clear: async () => {},
      close: async () => {},
    }
    return {
      durable: true,
      open: async () => slot,
      common: () => ({
        load: async () => {
          await answer()
          return this.text
        },
        save: async (text) => {
          await takes()
          await answer()
          this.text = text
        },
      }),
    }
  }
}

describe('permits that a store notes', () => {
  for (const mode of ['works', 'fails'] as const) {
    const subject = (): IdentifyPermitsSubject => {
      const clock = new ManualClock()
      const disk = new Disk()
      disk.mode = mode
      const permits = localIdentifyPermits({ clock, store: disk.forLife(() => true) })
      return { permits, pass: async (ms) => clock.advance(ms) }
    }
    for (const { name, run } of identifyPermitsContract(subject)) it(`${name}: the disk ${mode}`, run)
  }
})

it.each([
  ['one shard', 1, 1],
  ['several shards', 4, 1],
  ['several shards that may begin in twos', 4, 2],
])(
  'GW-20 ten lives within 100 ms send no more identifies than one: %s',
  async (_what, shards, max_concurrency) => {
    const disk = new Disk()
    let sent = 0
    for (let life = 0; life < 10; life += 1) {
      let alive = true
      const clock = new ManualClock(START + life * 10)
      const rig = new Rig({ clock, appId: '1', shards, store: disk.forLife(() => alive) })
      rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ shards, max_concurrency }))
      await rig.start()
      for (const socket of rig.transport.sockets) socket.serverGreets()
      await rig.pass(9)
      sent += rig.transport.sockets.flatMap((socket) => socket.sentOf(2)).length
      alive = false
    }
    expect(sent).toBe(max_concurrency)
  },
)

/** How one process lives: how long, how many shards ask, how soon an Identify follows its permit, and how the clock is off. */
const lifeOf = fc.record({
  lasts: fc.constantFrom(0, 5, 50, 900, 4999, 6000, 40_000),
  asks: fc.integer({ min: 1, max: 3 }),
  identifiesAfter: fc.constantFrom(0, 1, 30, 700),
  /** It dies with the Identify, before anything of that is on the disk. */
  diesOfIt: fc.boolean(),
})

it('GW-20 property: whatever ends processes, any 5 s have max_concurrency identifies, and a spread day lasts until its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(lifeOf, { minLength: 2, maxLength: 40, size: 'max' }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(20, 1000),
      fc.constantFrom(0, 20),
      async (lives, maxConcurrency, remaining, writing) => {
        const disk = new Disk()
        const resetAfter = 1_000_000
        const identified: number[] = []
        let wall = START
        for (const { lasts, asks, identifiesAfter, diesOfIt } of lives) {
          const clock = new ManualClock(wall)
          const life = { alive: true }
          clock.setTimer(lasts, () => (life.alive = false))
          const takes = async (): Promise<void> => sleep(clock, writing)
          const permits = localIdentifyPermits({ clock, store: disk.forLife(() => life.alive, takes) })
          const left = remaining - identified.length
          if (START + resetAfter <= wall) break
          permits.update(limit({ remaining: left, resetAfter: START + resetAfter - wall, maxConcurrency }))
          const identify = async (): Promise<void> => {
            const permit = await permits.acquire(shard, forever)
            if (!life.alive) return
            clock.setTimer(identifiesAfter, () => {
              if (!life.alive) return
              identified.push(clock.wall())
              if (diesOfIt) life.alive = false
              permit.release({ used: true })
            })
          }
          for (let ask = 0; ask < asks; ask += 1) void identify()
          await clock.settle()
          while (life.alive) await clock.step()
          wall = clock.wall() + 1
        }
        identified.forEach((at, index) => {
          const within = identified.filter((other, later) => later >= index && other < at + 5000)
          expect(within.length).toBeLessThanOrEqual(maxConcurrency)
        })
        if (remaining > 500) return
        // A tenth of the rest may go at once, the others each have their part of the time.
        const took = (identified.at(-1) ?? START) - START
        expect(identified.length).toBeLessThanOrEqual(remaining * (0.1 + took / resetAfter) + 1)
      },
    ),
    { numRuns: 150 },
  )
})

const noted = async (disk: Disk, wall = START): Promise<IdentifyPermits> => {
  const clock = new ManualClock(wall)
  const permits = localIdentifyPermits({ clock, store: disk.forLife(() => true) })
  const permit = await permits.acquire(shard, forever)
  permit.release({ used: true })
  await clock.settle()
  return permits
}

/** How long the next process waits, in ms. */
const wait = async (disk: Disk, wall: number, over: Partial<IdentifyBudget> = {}): Promise<number> => {
  const clock = new ManualClock(wall)
  const permits = localIdentifyPermits({ clock, store: disk.forLife(() => true) })
  permits.update(limit(over))
  const asked = { got: false }
  void permits.acquire(shard, forever).then(() => (asked.got = true))
  await clock.settle()
  while (!asked.got && (await clock.step())) await clock.settle()
  return clock.wall() - wall
}

it.each([
  ['goes on', 1000, 4000],
  ['was set back by an hour', -3_600_000, 5000],
  ['was set ahead by an hour', 3_600_000, 0],
])('GW-20 the next process waits for the rest of the window, when the clock %s', async (_what, after, ms) => {
  const disk = new Disk()
  await noted(disk)
  expect(await wait(disk, START + after)).toBe(ms)
})

it('GW-20 a permit that was out when the process died counts as used when the next one begins', async () => {
  const disk = new Disk()
  const clock = new ManualClock(START)
  await localIdentifyPermits({ clock, store: disk.forLife(() => true) }).acquire(shard, forever)
  expect(await wait(disk, START + 60_000)).toBe(5000)
})

it('GW-20 one that was given back unused counts for nothing', async () => {
  const disk = new Disk()
  const clock = new ManualClock(START)
  const permits = localIdentifyPermits({ clock, store: disk.forLife(() => true) })
  const permit = await permits.acquire(shard, forever)
  permit.release({ used: false })
  await clock.settle()
  expect(await wait(disk, START)).toBe(0)
})

it('GW-20 no clock that was wrong makes the spread of a day last longer than one part of it', async () => {
  const disk = new Disk()
  disk.text = JSON.stringify({ usedAt: [], held: 0, notBefore: START + 365 * 86_400_000 })
  expect(await wait(disk, START, { remaining: 100, resetAfter: 1_000_000 })).toBe(10_000)
})

it.each([
  ['nonsense'],
  ['{"usedAt":["x"],"held":0,"notBefore":null}'],
  ['{"usedAt":[],"held":-1,"notBefore":null}'],
])('GW-18 what makes no sense is as if there were nothing: %s', async (text) => {
  const disk = new Disk()
  disk.text = text
  expect(await wait(disk, START)).toBe(0)
})

it('GW-18 a disk that hangs costs 5 s for reading and 5 s for writing, once', async () => {
  const disk = new Disk()
  disk.mode = 'hangs'
  const clock = new ManualClock(START)
  const permits = localIdentifyPermits({ clock, store: disk.forLife(() => true) })
  permits.update(limit({ maxConcurrency: 10 }))
  const times: number[] = []
  for (let ask = 0; ask < 3; ask += 1) {
    void permits.acquire(shard, forever).then(() => times.push(clock.wall() - START))
    await clock.advance(10_000)
  }
  expect(times).toEqual([10_000, 10_000, 20_000])
})

it('ST-02 an aborted ask is let go of at once, also while the disk hangs, and its place is free', async () => {
  const disk = new Disk()
  const clock = new ManualClock(START)
  const permits = localIdentifyPermits({ clock, store: disk.forLife(() => true) })
  disk.mode = 'hangs'
  const opening = new AbortController()
  const first = permits.acquire(shard, opening.signal)
  opening.abort('bye')
  await expect(first).rejects.toBe('bye')
  await clock.advance(5000)
  const noting = new AbortController()
  const second = permits.acquire(shard, noting.signal)
  await clock.settle()
  noting.abort('bye')
  await expect(second).rejects.toBe('bye')
  await clock.advance(5000)
  const third = permits.acquire(shard, forever)
  await clock.settle()
  await expect(third).resolves.toBeDefined()
})
