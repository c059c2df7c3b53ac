import assert from 'node:assert/strict'

import type { MediaCache } from '../../contracts/media-cache.js'
import type { ContractCase } from './contract.js'

/** An empty cache under test, on a clock that the suite advances. */
export interface MediaCacheSubject {
  readonly cache: MediaCache
  /** Advances the clock by `ms`. */
  readonly pass: (ms: number) => Promise<void>
}

const HOUR = 3_600_000

/** The contract suite of {@link MediaCache}. */
export const mediaCacheContract = (
  make: () => MediaCacheSubject | Promise<MediaCacheSubject>,
): readonly ContractCase[] => [
  {
    name: 'RS-18 is empty at first, and returns exactly the text set last',
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
    name: 'RS-18 keeps keys of any form apart',
    run: async () => {
      const { cache } = await make()
      const keys = ['a', 'A', 'a ', '__proto__', 'constructor', 'a:b', 'a/b', 'é', 'x'.repeat(500)]
      for (const key of keys) await cache.set(key, `text of ${key}`, HOUR)
      for (const key of keys) assert.equal(await cache.get(key), `text of ${key}`)
    },
  },
  {
    name: 'RS-18 expires a text after its lifetime, and a new text starts a new lifetime',
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
    name: 'RS-18 keeps a text without a lifetime',
    run: async () => {
      const { cache, pass } = await make()
      await cache.set('a', 'one', null)
      await pass(1000 * HOUR)
      assert.equal(await cache.get('a'), 'one')
    },
  },
]
