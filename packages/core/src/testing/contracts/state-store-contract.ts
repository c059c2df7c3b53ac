import assert from 'node:assert/strict'

import type { DeliveryLease } from '../../contracts/source.js'
import type { StateStore } from '../../contracts/state-store.js'
import type { ContractCase } from './contract.js'

/** Plain data of every form that JSON has. */
const VALUE = {
  text: '图片 \u{1F4F7}\n\0"\\',
  numbers: [0, -1.5, 1e21],
  flags: [true, false, null],
  nested: { list: [{ a: 1 }, {}], empty: [] },
}

/**
 * The contract suite of {@link StateStore}.
 *
 * @param make gives an empty store
 */
export const stateStoreContract = (
  make: () => StateStore<unknown> | Promise<StateStore<unknown>>,
): readonly ContractCase[] => [
  {
    name: 'BT-45 a store of values is empty at first, and keeps the value saved last',
    run: async () => {
      const store = await make()
      assert.equal((await store.load('a')) ?? null, null)
      for (const value of [VALUE, [], {}, ['x'.repeat(10_000)], { toJSON: 'no function' }]) {
        await store.save('a', value)
        assert.deepEqual(await store.load('a'), value)
      }
    },
  },
  {
    name: 'BT-45 a store of values keeps keys of any form apart',
    run: async () => {
      const store = await make()
      const keys = [
        'a',
        'A',
        'a ',
        '__proto__',
        'constructor',
        'a:b',
        'a/b',
        '../a',
        'é',
        '群',
        '*',
        'x'.repeat(500),
      ]
      for (const key of keys) await store.save(key, { key })
      for (const key of keys) assert.deepEqual(await store.load(key), { key })
    },
  },
  {
    name: 'BT-45 a store of values forgets a removed value alone',
    run: async () => {
      const store = await make()
      await store.save('a', { n: 1 })
      await store.save('b', { n: 2 })
      await store.remove('a')
      await store.remove('never saved')
      assert.equal((await store.load('a')) ?? null, null)
      assert.deepEqual(await store.load('b'), { n: 2 })
    },
  },
  {
    name: 'BT-45 a store of values gives copies',
    run: async () => {
      const store = await make()
      const value = { list: [1] }
      await store.save('a', value)
      value.list.push(2)
      const loaded = (await store.load('a')) as typeof value
      assert.deepEqual(loaded, { list: [1] })
      loaded.list.push(3)
      assert.deepEqual(await store.load('a'), { list: [1] })
    },
  },
  {
    name: 'BT-45 a store of values takes many saves at once',
    run: async () => {
      const store = await make()
      const keys = Array.from({ length: 50 }, (_, index) => `key ${index}`)
      await Promise.all(keys.map(async (key) => store.save(key, { key })))
      assert.deepEqual(
        await Promise.all(keys.map(async (key) => store.load(key))),
        keys.map((key) => ({ key })),
      )
    },
  },
  {
    name: 'BT-45 a store of values swaps only what is as it was, where it can swap',
    run: async () => {
      const store = await make()
      if (!store.swap) return
      assert.equal(await store.swap('a', { n: 0 }, { n: 1 }), false)
      assert.equal((await store.load('a')) ?? null, null)
      assert.equal(await store.swap('a', undefined, VALUE), true)
      assert.equal(await store.swap('a', undefined, { n: 2 }), false)
      assert.deepEqual(await store.load('a'), VALUE)
      const before = await store.load('a')
      const next = { n: 3 }
      assert.equal(await store.swap('a', before, next), true)
      next.n = 4
      assert.equal(await store.swap('a', before, { n: 5 }), false)
      assert.deepEqual(await store.load('a'), { n: 3 })
      await store.remove('a')
      assert.equal(await store.swap('a', { n: 3 }, { n: 6 }), false)
      assert.equal(await store.swap('a', undefined, { n: 6 }), true)
    },
  },
  {
    name: 'BT-45 a store of values gives one of many swaps at once the turn, where it can swap',
    run: async () => {
      const store = await make()
      if (!store.swap) return
      await store.save('a', { n: 0 })
      const before = await store.load('a')
      const all = Array.from({ length: 20 }, async (_, n) => store.swap?.('a', before, { n: n + 1 }))
      const won = await Promise.all(all)
      assert.equal(won.filter(Boolean).length, 1)
      assert.deepEqual(await store.load('a'), { n: won.indexOf(true) + 1 })
    },
  },
]

/** A store of values under test, and an event that this process owns. */
export interface LeasedStateStoreSubject {
  readonly store: StateStore<unknown>
  readonly lease: DeliveryLease
  /** The event goes to another process; this one does not know. */
  readonly lose: () => Promise<void>
  readonly dispose: () => Promise<void>
}

/** The contract suite of a {@link StateStore} that knows the owners of events, as one for several processes should. */
export const leasedStateStoreContract = (
  make: () => LeasedStateStoreSubject | Promise<LeasedStateStoreSubject>,
): readonly ContractCase[] =>
  Object.entries(leased).map(([name, test]) => ({
    name,
    run: async () => {
      const subject = await make()
      try {
        await test(subject)
      } finally {
        await subject.dispose()
      }
    },
  }))

const leased: Readonly<Record<string, (subject: LeasedStateStoreSubject) => Promise<void>>> = {
  'RD-43 a store of values saves and removes for the owner of an event': async ({ store, lease }) => {
    await store.save('a', VALUE, lease)
    await store.save('b', { n: 2 })
    await store.remove('b', lease)
    assert.deepEqual([await store.load('a'), (await store.load('b')) ?? null], [VALUE, null])
    if (!store.swap) return
    assert.equal(await store.swap('a', { n: 0 }, { n: 1 }, lease), false)
    assert.equal(await store.swap('a', VALUE, { n: 1 }, lease), true)
    assert.deepEqual(await store.load('a'), { n: 1 })
  },
  'RD-43 a store of values refuses a process that has lost the event, whatever that believes': async ({
    store,
    lease,
    lose,
  }) => {
    await store.save('a', { n: 1 }, lease)
    await lose()
    await assert.rejects(async () => store.save('a', { n: 2 }, lease))
    await assert.rejects(async () => store.save('b', { n: 2 }, lease))
    await assert.rejects(async () => store.remove('a', lease))
    if (store.swap) await assert.rejects(async () => store.swap?.('a', { n: 1 }, { n: 2 }, lease))
    assert.deepEqual([await store.load('a'), (await store.load('b')) ?? null], [{ n: 1 }, null])
    // What is saved for no event has no owner.
    await store.save('a', { n: 3 })
    assert.deepEqual(await store.load('a'), { n: 3 })
  },
}
