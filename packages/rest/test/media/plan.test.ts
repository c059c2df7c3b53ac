import fc from 'fast-check'
import { expect, it } from 'vitest'

import { readPlan } from '../../src/media/upload/multipart.js'
import { reasonOf } from '../support/media-stage.js'

const url = 'https://cos.example.test/p?sign=1'
const part = (index: number, size?: unknown): object => ({
  index,
  presigned_url: url,
  ...(size !== undefined && { block_size: size }),
})
const plan = (body: unknown, size = 25, most = 4) => readPlan(body, size, most)

it.each([
  [[0, 1, 2], '10', undefined],
  [[1, 2, 3], 10, undefined],
  [[2, 0, 1], '10', '10'],
  [[1, 2, 3], undefined, 10],
] as const)('RS-17 parts %j of block %j and own size %j cover the file in order', (indexes, block, own) => {
  const { parts } = plan({
    upload_id: 'u',
    block_size: block,
    parts: indexes.map((index) => part(index, own)),
  })
  expect(parts.map(({ from, length }) => [from, length])).toEqual([
    [0, 10],
    [10, 10],
    [20, 5],
  ])
  expect(parts.map(({ index }) => index)).toEqual([...indexes].toSorted((a, b) => a - b))
})

it('RS-17 a plan in a wrapper is a plan', () => {
  const data = {
    upload_id: 'u',
    block_size: '20',
    parts: [part(1), part(2)],
    upload_config: { concurrency: 2 },
  }
  expect(plan({ code: 0, message: '', data })).toEqual(plan(data))
  expect(plan({ ...data, data: { upload_id: 'another' } }).uploadId).toBe('u')
})

it('RS-17 parts may have sizes of their own', () => {
  const { parts } = plan({ upload_id: 'u', block_size: 10, parts: [part(0, 3), part(1, '20'), part(2, 2)] })
  expect(parts.map(({ from, length }) => [from, length])).toEqual([
    [0, 3],
    [3, 20],
    [23, 2],
  ])
})

it.each([
  [{ upload_config: { concurrency: 2, retry_timeout: '60', retry_delay: 2 } }, 2, 60_000, 2000],
  [{ concurrency: '3', retry_timeout: 60, retry_delay: '2' }, 3, 60_000, 2000],
  [{ concurrency: 1, upload_config: { concurrency: 2 } }, 2, 300_000, 1000],
  [{}, 1, 300_000, 1000],
  [{ upload_config: { concurrency: 99, retry_timeout: 99_999, retry_delay: 0 } }, 4, 600_000, 100],
  [{ upload_config: { concurrency: 0, retry_timeout: -1, retry_delay: 'x' } }, 1, 300_000, 1000],
  [{ upload_config: 'none', concurrency: 1.5 }, 1, 300_000, 1000],
])('RS-17 the configuration %j is read wherever it stands, and bounded', (config, lanes, timeout, delay) => {
  const body = { upload_id: 'u', block_size: 25, parts: [part(0)], ...config }
  expect(plan(body)).toMatchObject({ concurrency: lanes, retryTimeout: timeout, retryDelay: delay })
})

it.each([
  [null, 'upload_id'],
  [{}, 'upload_id'],
  [{ upload_id: '' }, 'upload_id'],
  [{ upload_id: 'u' }, 'parts'],
  [{ upload_id: 'u', parts: [] }, 'parts'],
  [{ upload_id: 'u', block_size: 10, parts: [part(0)] }, 'parts'],
  [{ upload_id: 'u', block_size: 10, parts: [0, 1, 2, 3].map((index) => part(index)) }, 'parts[3]'],
  [{ upload_id: 'u', block_size: 10, parts: [part(0), part(1), part(3)] }, 'parts[2].index'],
  [{ upload_id: 'u', block_size: 10, parts: [part(0), part(0), part(1)] }, 'parts[1].index'],
  [{ upload_id: 'u', block_size: 25, parts: ['x'] }, 'parts[0].index'],
  [{ upload_id: 'u', block_size: 25, parts: [{ index: 0 }] }, 'parts[0].presigned_url'],
  [
    { upload_id: 'u', block_size: 25, parts: [{ index: 0, presigned_url: 'file:///etc' }] },
    'parts[0].presigned_url',
  ],
])('RS-17 %j is no preparation', async (body, path) => {
  const error = await reasonOf((async () => plan(body))())
  expect(error).toMatchObject({ code: 'media_answer', path })
  expect(String(error)).not.toContain('sign=')
})

it('RS-17 property: whatever the block, the parts cover every byte once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.nat(1),
      (size, block, base) => {
        const count = Math.ceil(size / block)
        const listed = Array.from({ length: count }, (_, number) => part(number + base))
        const { parts } = readPlan({ upload_id: 'u', block_size: String(block), parts: listed }, size, 4)
        let next = 0
        for (const { from, length } of parts) {
          expect(from).toBe(next)
          expect(length).toBeGreaterThan(0)
          next += length
        }
        expect(next).toBe(size)
      },
    ),
  )
})
