import type { SimulatorOptions } from '@qqkit/simulator'
import { describe, expect, it } from 'vitest'

import type { UploadProgress } from '../../src/index.js'
import {
  md5,
  onStage,
  png,
  reasonOf,
  type MediaStage,
  type MediaStageOptions,
} from '../support/media-stage.js'

const BLOCK = 100_000
const FILE = png(350_000)
const PARTS = [
  FILE.subarray(0, BLOCK),
  FILE.subarray(BLOCK, 2 * BLOCK),
  FILE.subarray(2 * BLOCK, 3 * BLOCK),
  FILE.subarray(3 * BLOCK),
]

const inParts = (
  story: (stage: MediaStage) => Promise<void>,
  sim: SimulatorOptions = {},
  rest: MediaStageOptions['rest'] = {},
): Promise<void> =>
  onStage(story, {
    sim: { uploadBlockSize: BLOCK, ...sim },
    rest: { ...rest, media: { chunkAbove: 1000, ...rest.media } },
  })

const puts = ({ sim }: MediaStage): readonly string[] =>
  sim.log
    .of('call')
    .flatMap(({ route, path }) =>
      route === 'storage.put' ? [new URL(path, sim.url).pathname.split('/').at(-1) ?? ''] : [],
    )

describe.each([0, 1] as const)('with parts that count from %i', (firstPartIndex) => {
  it.each(['nested', 'flat'] as const)(
    'RS-17 a large file goes in parts: prepared, put, finished, merged (%s configuration)',
    async (config) =>
      inParts(
        async (stage) => {
          const { rest, ann, bodies, sim, settle } = stage
          const media = await settle(rest.media.upload(ann, { data: FILE, name: 'a.png' }))
          expect(bodies('c2c.upload-prepare')).toEqual([
            {
              file_type: 1,
              file_name: 'a.png',
              file_size: '350000',
              md5: md5(FILE),
              sha1: expect.stringMatching(/^[0-9a-f]{40}$/),
              md5_10m: md5(FILE),
            },
          ])
          expect(puts(stage)).toEqual(PARTS.map((_part, index) => String(index + firstPartIndex)))
          expect(bodies('c2c.upload-part-finish')).toEqual(
            PARTS.map((part, index) => ({
              upload_id: expect.any(String),
              part_index: index + firstPartIndex,
              block_size: part.length,
              md5: md5(part),
            })),
          )
          expect(bodies('c2c.files')).toEqual([
            { upload_id: expect.any(String), file_type: 1, srv_send_msg: false, file_name: 'a.png' },
          ])
          expect(sim.oracle.executed('c2c.files')).toBe(1)
          expect(media.rawUrl).toContain('_cos')
          expect(await rest.send(ann, { media: { file_info: media.fileInfo } })).toMatchObject({
            kind: 'sent',
          })
        },
        { firstPartIndex, uploads: { config, sizes: config === 'nested' ? 'text' : 'number' } },
      ),
  )

  it('RS-17 a part that fails is repeated alone', async () =>
    inParts(
      async (stage) => {
        const { rest, room, sim, settle } = stage
        sim.faults.add({
          on: 'call',
          match: { route: 'storage.put' },
          do: { kind: 'answer', status: 500 },
          skip: 1,
        })
        sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'reset' }, skip: 2 })
        const media = await settle(rest.media.upload(room, FILE))
        const [a, b, c, d] = [0, 1, 2, 3].map((index) => String(index + firstPartIndex))
        expect(puts(stage)).toEqual([a, b, b, c, c, d])
        expect(media.steps).toMatchObject([{ kind: 'retry' }, { kind: 'retry' }])
        expect(sim.oracle.executed('group.files')).toBe(1)
      },
      { firstPartIndex },
    ))
})

it('RS-17 40093001 is repeated every retry_delay, and nothing else meanwhile', async () =>
  inParts(
    async (stage) => {
      const { rest, ann, bodies, sim, clock, settle } = stage
      const later = { do: { kind: 'error', code: 40093001 }, on: 'call' } as const
      sim.faults.add({ ...later, match: { route: 'upload-part-finish' }, times: 3 })
      sim.faults.add({ ...later, match: { route: 'files' }, times: 2 })
      const before = clock.now()
      await settle(rest.media.upload(ann, FILE))
      expect(clock.now() - before).toBe(5 * 2000)
      expect(puts(stage)).toHaveLength(4)
      expect(bodies('c2c.upload-part-finish')).toHaveLength(7)
      expect(bodies('c2c.files')).toHaveLength(3)
    },
    { uploads: { retryDelay: 2 } },
  ))

it.each([
  [30, 30_000],
  [100_000, 600_000],
])('RS-17 40093001 ends after retry_timeout, at most ten minutes (%i s)', async (retryTimeout, ms) =>
  inParts(
    async ({ rest, ann, sim, clock, settle }) => {
      const pending = { kind: 'error', code: 40093001 } as const
      sim.faults.add({ on: 'call', match: { route: 'upload-part-finish' }, do: pending, times: 'forever' })
      const before = clock.now()
      const upload = rest.media.upload(ann, FILE)
      expect(await settle(reasonOf(upload))).toMatchObject({ errCode: 40093001, code: 'platform_fault' })
      expect(clock.now() - before).toBe(ms)
    },
    { uploads: { retryTimeout, retryDelay: 10 } },
  ),
)

it('RS-17 no token goes to the object storage, and no interceptor sees its addresses', async () =>
  inParts(async ({ rest, ann, sim, settle, records }) => {
    const seen: unknown[] = []
    rest.use((call, next) => {
      seen.push(call.path)
      return next(call)
    })
    sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'answer', status: 403 } })
    // With an Authorization header the storage would refuse every part.
    const error = await settle(reasonOf(rest.media.upload(ann, FILE)))
    expect(error).toMatchObject({ code: 'refused', httpStatus: 403, retry: 'never' })
    expect(JSON.stringify([seen, records, error, String(error)])).not.toMatch(/sign=|_cos/)
    await settle(rest.media.upload(ann, FILE))
  }))

it.each([
  [3, 4, 3],
  [30, 2, 2],
])('RS-17 parts at once: %i allowed, %i wanted, %i under way', async (allowed, wanted, most) =>
  inParts(
    async ({ rest, ann, sim, clock }) => {
      sim.faults.add({
        on: 'call',
        match: { route: 'storage.put' },
        do: { kind: 'hang' },
        times: 'forever',
      })
      const controller = new AbortController()
      const upload = reasonOf(rest.media.upload(ann, FILE, { signal: controller.signal }))
      await clock.settle()
      expect(sim.log.of('fault').filter(({ change }) => change === 'struck')).toHaveLength(most)
      controller.abort('enough')
      expect(await upload).toBe('enough')
    },
    { uploads: { concurrency: allowed } },
    { media: { concurrency: wanted } },
  ),
)

it('RS-17 progress only grows, counts a repeated part once, and ends at 100 % when the file can be sent', async () =>
  inParts(async ({ rest, ann, sim, settle }) => {
    sim.faults.add({
      on: 'call',
      match: { route: 'storage.put' },
      do: { kind: 'reset', when: 'after' },
      skip: 2,
    })
    const seen: UploadProgress[] = []
    await settle(
      rest.media.upload(ann, FILE, {
        onProgress: (progress) => {
          seen.push(progress)
          throw new Error('a broken progress bar')
        },
      }),
    )
    const percents = seen.map(({ percent }) => percent)
    expect(percents).toEqual([...new Set(percents)].toSorted((a, b) => a - b))
    expect(seen.every(({ sent, total }) => sent <= FILE.length && total === FILE.length)).toBe(true)
    expect(percents[0]).toBe(0)
    expect(percents.filter((percent) => percent === 100)).toHaveLength(1)
    expect(seen.at(-1)).toEqual({ sent: FILE.length, total: FILE.length, percent: 100 })
    expect(percents.length).toBeGreaterThan(3)
  }))

it('RS-17 100 % comes with the answer to the merge, not when all bytes are sent', async () =>
  inParts(async ({ rest, ann, settle, clock, sim }) => {
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'delay', ms: 5000 } })
    const percents: number[] = []
    const upload = rest.media.upload(ann, FILE, { onProgress: ({ percent }) => percents.push(percent) })
    await clock.advance(4000)
    expect(percents.at(-1)).toBe(99)
    await settle(Promise.resolve(upload))
    expect(percents.at(-1)).toBe(100)
  }))

it('RS-17 an upload can be iterated for its progress and awaited for its file', async () =>
  inParts(async ({ rest, ann, settle, sim }) => {
    const upload = rest.media.upload(ann, FILE)
    const collected = (async () => {
      const percents: number[] = []
      for await (const { percent } of upload) percents.push(percent)
      return percents
    })()
    const percents = await settle(collected)
    expect(percents.at(-1)).toBe(100)
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    expect(await upload).toMatchObject({ scene: 'c2c' })
    // Who comes late sees the end.
    const late: number[] = []
    for await (const { percent } of upload) late.push(percent)
    expect(late).toEqual([100])

    sim.faults.add({ on: 'call', match: { route: 'upload-prepare' }, do: { kind: 'error', code: 40093002 } })
    const failing = rest.media.upload(ann, png(2000))
    const error = await settle(
      reasonOf(
        (async () => {
          for await (const _progress of failing) continue
        })(),
      ),
    )
    expect(error).toMatchObject({ errCode: 40093002, code: 'quota_used_up' })
  }))

describe('an interrupted upload', () => {
  it('RS-17 resumes when the same content is uploaded again', async () =>
    inParts(async (stage) => {
      const { rest, ann, bodies, sim, clock, settle } = stage
      sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'hang' }, skip: 2 })
      const controller = new AbortController()
      const first = reasonOf(rest.media.upload(ann, FILE, { signal: controller.signal }))
      await clock.settle()
      controller.abort('interrupted')
      expect(await first).toBe('interrupted')
      expect(puts(stage)).toEqual(['0', '1', '2'])

      const percents: number[] = []
      const again = rest.media.upload(ann, Buffer.from(FILE), {
        onProgress: ({ percent }) => percents.push(percent),
      })
      const media = await settle(again)
      expect(puts(stage)).toEqual(['0', '1', '2', '2', '3'])
      expect(bodies('c2c.upload-prepare')).toHaveLength(1)
      expect(percents.slice(0, 2)).toEqual([0, 28])
      expect(await rest.send(ann, { media: { file_info: media.fileInfo } })).toMatchObject({ kind: 'sent' })
    }))

  it('RS-17 starts again when the platform has forgotten it, or when it is too old', async () =>
    inParts(async (stage) => {
      const { rest, ann, bodies, sim, clock, settle } = stage
      const interrupt = async (): Promise<void> => {
        sim.faults.add({ on: 'call', match: { route: 'upload-part-finish' }, do: { kind: 'hang' }, skip: 2 })
        const controller = new AbortController()
        const first = reasonOf(rest.media.upload(ann, FILE, { signal: controller.signal }))
        await clock.settle()
        controller.abort('interrupted')
        await first
      }
      await interrupt()
      sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'answer', status: 403 } })
      await settle(rest.media.upload(ann, FILE))
      expect(bodies('c2c.upload-prepare')).toHaveLength(2)

      await clock.advance(400_000)
      await interrupt()
      await clock.advance(700_000)
      await settle(rest.media.upload(ann, FILE))
      expect(bodies('c2c.upload-prepare')).toHaveLength(4)
    }))
})

it('RS-17 the merge may take the platform longer than a usual call', async () =>
  inParts(async ({ rest, ann, sim, settle, bodies }) => {
    sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'delay', ms: 40_000 } })
    expect(await settle(rest.media.upload(ann, FILE))).toMatchObject({ steps: [] })
    expect(bodies('c2c.files')).toHaveLength(1)
  }))

it('RS-17 one failed part cancels the others, and the upload', async () =>
  inParts(
    async (stage) => {
      const { rest, ann, sim, settle, clock } = stage
      sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'hang' } })
      sim.faults.add({ on: 'call', match: { route: 'storage.put' }, do: { kind: 'answer', status: 404 } })
      const before = clock.now()
      expect(await settle(reasonOf(rest.media.upload(ann, FILE)))).toMatchObject({ httpStatus: 404 })
      expect(clock.now()).toBe(before)
      expect(clock.pending).toBe(0)
    },
    { uploads: { concurrency: 2 } },
  ))

it('closing the client ends an upload that is waiting', async () =>
  inParts(async ({ rest, ann, sim, clock, settle }) => {
    const pending = { kind: 'error', code: 40093001 } as const
    sim.faults.add({ on: 'call', match: { route: 'upload-part-finish' }, do: pending, times: 'forever' })
    const upload = reasonOf(rest.media.upload(ann, FILE))
    await clock.settle()
    await settle(rest.close({ timeout: 10 }))
    expect(await upload).toMatchObject({ code: 'closed' })
    expect(clock.pending).toBe(0)
  }))
