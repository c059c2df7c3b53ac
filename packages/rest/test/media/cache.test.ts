import type { MediaCache } from '@qqkit/core'
import { mediaCacheContract, ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { MemoryMediaCache } from '../../src/index.js'
import { contentKey } from '../../src/media/cache.js'
import { onStage, png, reasonOf } from '../support/media-stage.js'

const CAT = png(5000)

describe('the cache in memory', () => {
  const make = () => {
    const clock = new ManualClock()
    return { cache: new MemoryMediaCache({ clock }), pass: (ms: number) => clock.advance(ms) }
  }
  for (const { name, run } of mediaCacheContract(make)) it(name, run)

  it('RS-18 is bounded, and keeps what is used', async () => {
    const cache = new MemoryMediaCache({ most: 3 })
    for (const key of ['a', 'b', 'c']) await cache.set(key, key, null)
    await cache.get('a')
    await cache.set('d', 'd', null)
    expect(cache.size).toBe(3)
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)))).toEqual([
      'a',
      null,
      'c',
      'd',
    ])
  })
})

it('RS-18 BT-13 uploads that differ in any respect, including the bot, have different keys', () => {
  const place = { appId: '1', scene: 'c2c', id: 'A', type: 'file', name: 'a.txt' } as const
  const digest = { md5: 'm', sha1: 's', md5Head: 'h' }
  const keys = [
    contentKey(place, digest, 5),
    contentKey({ ...place, appId: '2' }, digest, 5),
    contentKey({ ...place, scene: 'group' }, digest, 5),
    contentKey({ ...place, id: 'B' }, digest, 5),
    contentKey({ ...place, name: 'b.txt' }, digest, 5),
    contentKey({ ...place, type: 'image' }, digest, 5),
    contentKey({ ...place, type: 'voice' }, digest, 5),
    contentKey(place, { ...digest, md5: 'n' }, 5),
    contentKey(place, { ...digest, sha1: 't' }, 5),
    contentKey(place, digest, 6),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  // People see the name of a file, and of nothing else.
  const image = { ...place, type: 'image' } as const
  expect(contentKey({ ...image, name: 'b.png' }, digest, 5)).toBe(contentKey(image, digest, 5))
})

it('RS-18 equal content to the same scene, target and type is uploaded once within its time', async () =>
  onStage(async ({ rest, ann, room, sim, clock }) => {
    const first = await rest.media.upload(ann, { data: CAT, name: 'a.png' })
    const again = await rest.media.upload(ann, { data: Buffer.from(CAT), name: 'b.png' })
    expect(again).toEqual({ ...first, cached: true })
    expect(sim.oracle.executed('c2c.files')).toBe(1)

    await rest.media.upload({ scene: 'c2c', id: sim.user('bob').id }, CAT)
    await rest.media.upload(room, CAT)
    await rest.media.upload(ann, CAT, { type: 'file' })
    await rest.media.upload(ann, png(5000))
    expect([sim.oracle.executed('c2c.files'), sim.oracle.executed('group.files')]).toEqual([4, 1])

    // 30 of the 300 seconds are kept as a margin: the message that names it has to arrive as well.
    await clock.advance(269_000)
    expect(await rest.media.upload(ann, CAT)).toMatchObject({ cached: true })
    await clock.advance(1_000)
    expect(await rest.media.upload(ann, CAT)).toMatchObject({ cached: false })
  }))

it('RS-18 a file with unlimited lifetime is kept without limit', async () =>
  onStage(
    async ({ rest, ann, clock }) => {
      expect(await rest.media.upload(ann, CAT)).toMatchObject({ ttl: 0, expiresAt: null })
      await clock.advance(10 * 86_400_000)
      expect(await rest.media.upload(ann, CAT)).toMatchObject({ cached: true, expiresAt: null })
    },
    { sim: { uploads: { ttl: 0 } } },
  ))

it.each([
  [1000, 'c2c.files'],
  [400, 'c2c.upload-prepare'],
])(
  'RS-18 equal content at the same time is uploaded once, and all hear of it (threshold %i)',
  async (chunkAbove, route) =>
    onStage(
      async ({ rest, ann, sim, settle }) => {
        const picture = png(500)
        const percents: number[][] = [[], [], []]
        const uploads = percents.map((seen) =>
          rest.media.upload(ann, Buffer.from(picture), { onProgress: ({ percent }) => seen.push(percent) }),
        )
        const media = await settle(Promise.all(uploads))
        expect(new Set(media.map(({ fileInfo }) => fileInfo)).size).toBe(1)
        expect(sim.oracle.executed(route)).toBe(1)
        expect(percents.map((seen) => seen.at(-1))).toEqual([100, 100, 100])
      },
      { rest: { media: { chunkAbove } } },
    ),
)

it('RS-18 one of several callers may leave; the upload is cancelled with the last one', async () =>
  onStage(async ({ rest, ann, sim, clock }) => {
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'delay', ms: 1000 } })
    const leaver = new AbortController()
    const gone = reasonOf(rest.media.upload(ann, CAT, { signal: leaver.signal }))
    const stays = rest.media.upload(ann, CAT)
    await clock.settle()
    leaver.abort('bye')
    expect(await gone).toBe('bye')
    await clock.advance(1000)
    expect(await stays).toMatchObject({ cached: false })

    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'hang' } })
    const last = new AbortController()
    const other = reasonOf(rest.media.upload(ann, png(100), { signal: last.signal }))
    await clock.settle()
    last.abort('all gone')
    expect(await other).toBe('all gone')
    expect(clock.pending).toBe(0)
  }))

it('RS-18 fresh: true uploads again and updates the cache; cache: false caches nothing', async () => {
  await onStage(async ({ rest, ann, sim }) => {
    const first = await rest.media.upload(ann, CAT)
    const second = await rest.media.upload(ann, CAT, { fresh: true })
    expect(second.fileInfo).not.toBe(first.fileInfo)
    expect(await rest.media.upload(ann, CAT)).toMatchObject({ fileInfo: second.fileInfo, cached: true })
    expect(sim.oracle.executed('c2c.files')).toBe(2)
  })
  await onStage(
    async ({ rest, ann, sim }) => {
      await rest.media.upload(ann, CAT)
      await rest.media.upload(ann, CAT)
      expect(sim.oracle.executed('c2c.files')).toBe(2)
    },
    { rest: { media: { cache: false } } },
  )
})

it('RS-18 an address is uploaded again each time, unless it is immutable', async () =>
  onStage(async ({ rest, ann, sim }) => {
    const url = 'https://example.test/cat.png'
    await rest.media.upload(ann, url)
    expect(await rest.media.upload(ann, { url })).toMatchObject({ cached: false })
    await rest.media.upload(ann, { url, immutable: true })
    expect(await rest.media.upload(ann, { url, immutable: true })).toMatchObject({ cached: true })
    expect(sim.oracle.executed('c2c.files')).toBe(3)
    await Promise.all([rest.media.upload(ann, `${url}?now`), rest.media.upload(ann, `${url}?now`)])
    expect(sim.oracle.executed('c2c.files')).toBe(4)
  }))

describe('RS-18 a cache that is shared', () => {
  it('serves another process, and names neither bot nor people in its keys', async () => {
    const kept = new Map<string, string>()
    const cache: MediaCache = {
      get: async (key) => kept.get(key) ?? null,
      set: async (key, text) => {
        kept.set(key, text)
      },
    }
    await onStage(
      async ({ rest, ann, sim }) => {
        await rest.media.upload(ann, CAT)
        expect([...kept.keys()].join()).not.toContain(ann.id)
        expect([...kept.keys()].join()).not.toContain(sim.credentials.appId)
        expect(await rest.media.upload(ann, CAT)).toMatchObject({ cached: true })
      },
      { rest: { media: { cache } } },
    )
    await onStage(
      async ({ rest, ann }) => expect(await rest.media.upload(ann, CAT)).toMatchObject({ cached: true }),
      { rest: { media: { cache } } },
    )
  })

  const never = new Promise<never>(() => {})
  const broken: Readonly<Record<string, () => Promise<never>>> = {
    rejects: async () => {
      throw new Error('no cache today')
    },
    throws: () => {
      throw new Error('no cache today')
    },
    'never answers': () => never,
  }
  it.each(Object.entries(broken))('that %s costs an upload and one record', async (_what, fail) =>
    onStage(
      async ({ rest, ann, sim, records, settle }) => {
        await settle(rest.media.upload(ann, CAT))
        await settle(rest.media.upload(ann, CAT))
        await settle(new Promise<void>((resolve) => setImmediate(resolve)))
        expect(sim.oracle.executed('c2c.files')).toBe(2)
        expect(records.filter(({ event }) => event === 'rest.media_cache_failed')).toHaveLength(1)
      },
      { rest: { media: { cache: { get: fail, set: fail } } } },
    ),
  )

  it.each(['', 'null', '[]', '{"v":1}', '{"v":2,"fileInfo":"x"}', '{"v":1,"fileInfo":7}', 'garbage'])(
    'with the foreign text %j in it is not believed',
    async (text) =>
      onStage(
        async ({ rest, ann }) => {
          expect(await rest.media.upload(ann, CAT)).toMatchObject({ cached: false })
        },
        { rest: { media: { cache: { get: async () => text, set: async () => {} } } } },
      ),
  )
})
