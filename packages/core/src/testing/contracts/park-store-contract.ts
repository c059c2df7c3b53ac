import assert from 'node:assert/strict'

import type { ContractCase } from './contract.js'

/** The part of a parked reply that a store looks at. */
export interface ParkedWithId {
  readonly id: string
}

/** A store of parked replies: `ParkStore` of `@qqkit/bot`. */
export interface ParkStoreUnderTest<R extends ParkedWithId> {
  put(place: string, reply: R): Promise<readonly R[]>
  take(place: string): Promise<R | null>
  close(): Promise<readonly R[]>
}

/** An empty store of parked replies under test. */
export interface ParkStoreSubject<R extends ParkedWithId = ParkedWithId> {
  /** Keeps two replies of a place and three in all. */
  readonly store: ParkStoreUnderTest<R>
  /** Opens the same replies as the next process does. Omitted if they end with the process. */
  readonly again?: () => ParkStoreUnderTest<R> | Promise<ParkStoreUnderTest<R>>
  /** Opens the same replies as another process does at the same time. Omitted if they belong to one process. */
  readonly beside?: () => ParkStoreUnderTest<R> | Promise<ParkStoreUnderTest<R>>
  /** A reply with this id. */
  readonly reply: (id: string) => R
}

/**
 * The contract suite of `ParkStore` of `@qqkit/bot`.
 *
 * @example
 *   const reply = (id: string) => ({ id, target: { scene: 'c2c', id: 'A1' }, message: id, expiresAt: 1, attempts: 0 }) as const
 *   for (const { name, run } of parkStoreContract(() => ({ store: myStore({ perPlace: 2, total: 3 }), reply }))) it(name, run)
 */
export const parkStoreContract = <R extends ParkedWithId>(
  make: () => ParkStoreSubject<R> | Promise<ParkStoreSubject<R>>,
): readonly ContractCase[] => [
  {
    name: 'RD-23 a store of parked replies gives each once, the lowest id of its place first',
    run: async () => {
      const { store, reply } = await make()
      assert.equal(await store.take('a'), null)
      for (const id of ['2', '1']) assert.deepEqual(await store.put('a', reply(id)), [])
      assert.deepEqual(await store.put('b', reply('0')), [])
      assert.deepEqual(await store.take('a'), reply('1'))
      // As a bot does with a reply that was not sent.
      assert.deepEqual(await store.put('a', reply('1')), [])
      assert.deepEqual(
        [await store.take('a'), await store.take('a'), await store.take('a')],
        [reply('1'), reply('2'), null],
      )
      assert.deepEqual([await store.take('b'), await store.take('b')], [reply('0'), null])
    },
  },
  {
    name: 'RD-23 a store of parked replies drops the oldest of a place, also if that is the new one',
    run: async () => {
      const { store, reply } = await make()
      for (const id of ['2', '3']) await store.put('a', reply(id))
      assert.deepEqual(await store.put('a', reply('4')), [reply('2')])
      assert.deepEqual(await store.put('a', reply('1')), [reply('1')])
      assert.deepEqual(
        [await store.take('a'), await store.take('a'), await store.take('a')],
        [reply('3'), reply('4'), null],
      )
    },
  },
  {
    name: 'RD-23 a store of parked replies drops the oldest of all places',
    run: async () => {
      const { store, reply } = await make()
      for (const id of ['1', '2']) await store.put('a', reply(id))
      assert.deepEqual(await store.put('b', reply('3')), [])
      assert.deepEqual(await store.put('c', reply('4')), [reply('1')])
      assert.deepEqual(
        [await store.take('a'), await store.take('a'), await store.take('b'), await store.take('c')],
        [reply('2'), null, reply('3'), reply('4')],
      )
    },
  },
  {
    name: 'RD-23 a store of parked replies keeps places of any form apart',
    run: async () => {
      for (const places of [
        ['a', 'A', 'a '],
        ['__proto__', 'constructor', 'group:a:user:b'],
        ['../a', '群', '*'],
      ]) {
        const { store, reply } = await make()
        for (const [index, place] of places.entries()) await store.put(place, reply(String(index)))
        for (const [index, place] of places.entries())
          assert.deepEqual(await store.take(place), reply(String(index)))
      }
    },
  },
  {
    name: 'RD-23 a store of parked replies gives none twice to many who take at once',
    run: async () => {
      const { store, beside, reply } = await make()
      const other = (await beside?.()) ?? store
      await Promise.all(['1', '2'].map(async (id) => store.put('a', reply(id))))
      await store.put('b', reply('3'))
      const takers = Array.from({ length: 12 }, async (_, turn) =>
        (turn % 3 === 0 ? store : other).take(turn % 4 === 3 ? 'b' : 'a'),
      )
      const taken = (await Promise.all(takers)).flatMap((one) => (one === null ? [] : [one.id]))
      assert.deepEqual(taken.toSorted(), ['1', '2', '3'])
    },
  },
  {
    name: 'RD-23 a store of parked replies tells at its close what ends with the process, and no more',
    run: async () => {
      const { store, again, reply } = await make()
      await store.put('a', reply('1'))
      assert.deepEqual(await store.close(), again ? [] : [reply('1')])
      // The next use opens it again.
      assert.deepEqual(await ((await again?.()) ?? store).take('a'), reply('1'))
    },
  },
]
