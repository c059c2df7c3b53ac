import assert from 'node:assert/strict'

import type { QuotaStore } from '../../contracts/quota-store.js'
import type { ContractCase } from './contract.js'

/** An empty store under test. */
export interface QuotaStoreSubject {
  readonly store: QuotaStore
  /** A new store object on the same storage, as another process would open it. */
  readonly again: () => QuotaStore
}

const DAY = '2026-11-30'

/** The contract suite of {@link QuotaStore}. */
export const quotaStoreContract = (
  make: () => QuotaStoreSubject | Promise<QuotaStoreSubject>,
): readonly ContractCase[] => [
  {
    name: 'RS-58 is empty at first, and returns exactly the record saved last',
    run: async () => {
      const { store } = await make()
      assert.equal((await store.load('a')) ?? null, null)
      for (const messages of [1, 2, 1000, 0]) {
        await store.save('a', { day: DAY, messages })
        assert.deepEqual(await store.load('a'), { day: DAY, messages })
      }
      await store.save('a', { day: '2026-12-01', messages: 1 })
      assert.deepEqual(await store.load('a'), { day: '2026-12-01', messages: 1 })
    },
  },
  {
    name: 'RS-58 keeps keys of any form apart',
    run: async () => {
      const { store } = await make()
      const keys = ['a', 'A', 'a ', '__proto__', 'constructor', 'a:b', 'a:', 'a/b', 'é', 'x'.repeat(200)]
      for (const [messages, key] of keys.entries()) await store.save(key, { day: DAY, messages })
      for (const [messages, key] of keys.entries())
        assert.deepEqual(await store.load(key), { day: DAY, messages })
    },
  },
  {
    name: 'RS-58 keeps records for other store objects and processes',
    run: async () => {
      const { store, again } = await make()
      await store.save('a', { day: DAY, messages: 3 })
      const other = again()
      assert.deepEqual(await other.load('a'), { day: DAY, messages: 3 })
      await other.save('a', { day: DAY, messages: 4 })
      assert.deepEqual(await store.load('a'), { day: DAY, messages: 4 })
    },
  },
  {
    name: 'RS-58 takes many records at once',
    run: async () => {
      const { store } = await make()
      const keys = Array.from({ length: 50 }, (_, index) => `user-${index}`)
      await Promise.all(keys.map(async (key, messages) => store.save(key, { day: DAY, messages })))
      const records = await Promise.all(keys.map(async (key) => store.load(key)))
      assert.deepEqual(
        records.map((record) => record?.messages),
        keys.map((_key, index) => index),
      )
    },
  },
]
