import assert from 'node:assert/strict'

import type { IdentifyPermits, SessionStartLimit } from '../../contracts/identify-permits.js'
import type { ContractCase } from './contract.js'

/** Permits under test, nothing used yet, on a clock the suite can move. */
export interface IdentifyPermitsSubject {
  readonly permits: IdentifyPermits
  /** Lets `ms` pass, and all promises settle. */
  readonly pass: (ms: number) => Promise<void>
}

const WINDOW = 5000
const forever = new AbortController().signal

const limit = (over: Partial<SessionStartLimit> = {}): SessionStartLimit => ({
  total: 1000,
  remaining: 1000,
  resetAfter: 3_600_000,
  maxConcurrency: 1,
  ...over,
})

const shard = (index: number): { index: number; total: number } => ({ index, total: 16 })

/** Identifies as soon as it may, and notes that in `log`. */
const identify = async (permits: IdentifyPermits, index: number, log: number[]): Promise<void> => {
  const permit = await permits.acquire(shard(index), forever)
  log.push(index)
  permit.release({ used: true })
}

/** What every {@link IdentifyPermits} must do. */
export const identifyPermitsContract = (make: () => IdentifyPermitsSubject): readonly ContractCase[] => [
  {
    name: 'GW-20 grants one per 5 s before the platform has said anything, in the order of asking',
    run: async () => {
      const { permits, pass } = make()
      const log: number[] = []
      const all = [0, 1, 2].map(async (index) => identify(permits, index, log))
      await pass(0)
      assert.deepEqual(log, [0])
      await pass(WINDOW - 1)
      assert.deepEqual(log, [0])
      await pass(1)
      assert.deepEqual(log, [0, 1])
      await pass(WINDOW)
      assert.deepEqual(log, [0, 1, 2])
      await Promise.all(all)
      assert.equal(permits.budgetDelay(), 0)
    },
  },
  {
    name: 'GW-20 grants max_concurrency per 5 s to all shards together',
    run: async () => {
      const { permits, pass } = make()
      permits.update(limit({ maxConcurrency: 2 }))
      const log: number[] = []
      const all = [0, 1, 2, 3, 4].map(async (index) => identify(permits, index, log))
      await pass(0)
      assert.deepEqual(log, [0, 1])
      await pass(WINDOW)
      assert.deepEqual(log, [0, 1, 2, 3])
      await pass(WINDOW)
      await Promise.all(all)
    },
  },
  {
    name: 'GW-20 holds the place of a permit until it is given back, and 5 s longer when it was used',
    run: async () => {
      const { permits, pass } = make()
      const log: number[] = []
      const first = await permits.acquire(shard(0), forever)
      const second = identify(permits, 1, log)
      await pass(3 * WINDOW)
      assert.deepEqual(log, [])
      first.release({ used: true })
      await pass(WINDOW - 1)
      assert.deepEqual(log, [])
      await pass(1)
      assert.deepEqual(log, [1])
      await second
    },
  },
  {
    name: 'GW-20 gives the place of an unused permit to the next one at once; only the first release counts',
    run: async () => {
      const { permits, pass } = make()
      const log: number[] = []
      const first = await permits.acquire(shard(0), forever)
      const all = [identify(permits, 1, log), identify(permits, 2, log)]
      first.release({ used: false })
      first.release({ used: true })
      first.release({ used: false })
      await pass(0)
      assert.deepEqual(log, [1])
      await pass(WINDOW)
      await Promise.all(all)
    },
  },
  {
    name: 'GW-20 counts the day down, and waits for its reset when nothing is left',
    run: async () => {
      const { permits, pass } = make()
      permits.update(limit({ total: 2, remaining: 1, resetAfter: 60_000, maxConcurrency: 9 }))
      const log: number[] = []
      assert.equal(permits.budgetDelay(), 0)
      await identify(permits, 0, log)
      assert.equal(permits.budgetDelay(), 60_000)
      const all = [1, 2, 3].map(async (index) => identify(permits, index, log))
      await pass(59_999)
      assert.deepEqual(log, [0])
      assert.equal(permits.budgetDelay(), 1)
      await pass(1)
      assert.deepEqual(log, [0, 1, 2])
      permits.update(limit())
      await pass(WINDOW)
      await Promise.all(all)
    },
  },
  {
    name: 'GW-20 takes back an unused permit into the budget of the day',
    run: async () => {
      const { permits } = make()
      permits.update(limit({ remaining: 1 }))
      const permit = await permits.acquire(shard(0), forever)
      assert.ok(permits.budgetDelay() > 0)
      permit.release({ used: false })
      assert.equal(permits.budgetDelay(), 0)
    },
  },
  {
    name: 'GW-20 believes the platform: a new answer counts at once, for those who wait too',
    run: async () => {
      const { permits, pass } = make()
      permits.update(limit({ remaining: 0 }))
      const log: number[] = []
      const waiting = identify(permits, 0, log)
      await pass(1000)
      assert.deepEqual(log, [])
      permits.update(limit({ remaining: 5 }))
      await pass(0)
      assert.deepEqual(log, [0])
      await waiting
    },
  },
  {
    name: 'GW-30 waits for a reset beyond 2^31-1 ms until it is due, not shorter',
    run: async () => {
      const { permits, pass } = make()
      const resetAfter = 2 ** 31 + 5000
      permits.update(limit({ remaining: 0, resetAfter }))
      assert.equal(permits.budgetDelay(), resetAfter)
      const log: number[] = []
      const waiting = identify(permits, 0, log)
      await pass(resetAfter - 1)
      assert.deepEqual(log, [])
      await pass(1)
      assert.deepEqual(log, [0])
      await waiting
    },
  },
  {
    name: 'ST-02 lets a waiter go at once on abort, with the reason, and the next one takes its turn',
    run: async () => {
      const { permits, pass } = make()
      const log: number[] = []
      await identify(permits, 0, log)
      const controller = new AbortController()
      const leaver = permits.acquire(shard(1), controller.signal)
      const stayer = identify(permits, 2, log)
      controller.abort('bye')
      await assert.rejects(leaver, (reason) => reason === 'bye')
      await pass(WINDOW)
      assert.deepEqual(log, [0, 2])
      await stayer
      await assert.rejects(
        permits.acquire(shard(3), AbortSignal.abort('gone')),
        (reason) => reason === 'gone',
      )
    },
  },
]
