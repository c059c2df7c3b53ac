import assert from 'node:assert/strict'

import type { IdentifyPermits, IdentifyBudget } from '../../contracts/identify-permits.js'
import type { ContractCase } from './contract.js'

/** Unused permits under test, on a clock that the suite advances. */
export interface IdentifyPermitsSubject {
  readonly permits: IdentifyPermits
  /** Advances the clock by `ms` and runs the callbacks of settled promises. */
  readonly pass: (ms: number) => Promise<void>
}

const WINDOW = 5000
const forever = new AbortController().signal

const limit = (over: Partial<IdentifyBudget> = {}): IdentifyBudget => ({
  total: 1000,
  remaining: 1000,
  resetAfter: 3_600_000,
  maxConcurrency: 1,
  ...over,
})

const shard = (index: number): { index: number; total: number } => ({ index, total: 16 })

/** Acquires and uses a permit, and logs the shard. */
const identify = async (permits: IdentifyPermits, index: number, log: number[]): Promise<void> => {
  const permit = await permits.acquire(shard(index), forever)
  log.push(index)
  permit.release({ used: true })
}

/** The contract suite of {@link IdentifyPermits}. */
export const identifyPermitsContract = (make: () => IdentifyPermitsSubject): readonly ContractCase[] => [
  {
    name: 'GW-20 grants one per 5 s in FIFO order before the first limit is known',
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
    name: 'GW-20 keeps the slot of a permit until its release, and 5 s longer if it was used',
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
    name: 'GW-20 passes the slot of an unused permit on at once; only the first release counts',
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
    name: 'GW-20 counts down the daily budget, and waits for its reset when it is used up',
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
    name: 'GW-20 returns an unused permit to the daily budget',
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
    name: 'GW-20 applies a new limit at once, to waiting shards too',
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
    name: 'GW-30 waits the full time for a reset beyond 2^31-1 ms',
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
    name: 'ST-02 rejects an aborted waiter at once with the reason, and serves the next one',
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
