import assert from 'node:assert/strict'

import type { MediaCache } from '../../contracts/media-cache.js'
import type { ContractCase } from './contract.js'

/** A cache under test, empty at first, on a clock that the suite can move. */
export interface MediaCacheSubject {
  readonly cache: MediaCache
  /** Lets `ms` pass. */
  readonly pass: (ms: number) => Promise<void>
}

const HOUR = 3_600_000

/** What every {@link MediaCache} must do. */
export const mediaCacheContract = (
  make: () => MediaCacheSubject | Promise<MediaCacheSubject>,
): readonly ContractCase[] => [
  {
    name: 'RS-18 has nothing at first, and gives back exactly what was kept last',
    run: async () => {
      const { cache } = await make()
      assert.equal(await cache.get('a'), null)
      for (const text of ['{"a":1}', '图片 \u{1F4F7}\n\0"\\', '', 'x'.repeat(10_000)]) {
        await cache.set('a', text, HOUR)
        assert.equal(await cache.get('a'), text)
      }
    },
  },
  {
    name: 'RS-18 keeps keys apart, whatever they look like',
    run: async () => {
      const { cache } = await make()
      const keys = ['a', 'A', 'a ', '__proto__', 'constructor', 'a:b', 'a/b', 'é', 'x'.repeat(500)]
      for (const key of keys) await cache.set(key, `text of ${key}`, HOUR)
      for (const key of keys) assert.equal(await cache.get(key), `text of ${key}`)
    },
  },
  {
    name: 'RS-18 gives nothing when the time is over, and a new time with a new text',
    run: async () => {
      const { cache, pass } = await make()
      await cache.set('a', 'one', 10_000)
      await cache.set('b', 'two', 30_000)
      await pass(9_000)
      assert.equal(await cache.get('a'), 'one')
      await pass(2_000)
      assert.equal(await cache.get('a'), null)
      assert.equal(await cache.get('b'), 'two')
      await cache.set('a', 'again', 10_000)
      await pass(9_000)
      assert.equal(await cache.get('a'), 'again')
    },
  },
  {
    name: 'RS-18 keeps for good what has no end',
    run: async () => {
      const { cache, pass } = await make()
      await cache.set('a', 'one', null)
      await pass(1000 * HOUR)
      assert.equal(await cache.get('a'), 'one')
    },
  },
]
