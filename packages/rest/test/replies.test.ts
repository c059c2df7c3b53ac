import { systemClock } from '@qqkit/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { SeqAllocator } from '../src/send/reply-numbers.js'
import { ANCHOR, restHarness, C2C, CHANNEL, failure, GROUP, sent } from './support/rest-harness.js'
import type { Seen } from './support/scripted-dispatcher.js'

const seqs = (calls: readonly Seen[]): unknown[] =>
  calls.map(({ body }) => (body as { msg_seq?: number }).msg_seq)
const duplicate = failure(40054005, '消息被去重')

it('RS-05 counts 1, 2, 3 … per anchor in call order', async () => {
  const { rest, calls } = restHarness([sent()])
  await rest.send(C2C, 'a', { anchor: { msgId: 'x' } })
  await rest.send(C2C, 'b', { anchor: { msgId: 'x' } })
  await rest.send(C2C, 'c', { anchor: { msgId: 'y' } })
  await rest.send(C2C, 'd', { anchor: { eventId: 'x' } })
  await rest.send(C2C, 'e', { anchor: { msgId: 'x' } })
  expect(seqs(calls)).toEqual([1, 2, 1, 1, 3])
  expect(calls[3]?.body).toMatchObject({ event_id: 'x' })
})

it('RS-05 a proactive message and a guild message carry no number', async () => {
  const { rest, calls } = restHarness([sent()])
  await rest.send(GROUP, 'a')
  await rest.send(CHANNEL, 'b', { anchor: ANCHOR })
  expect(seqs(calls)).toEqual([undefined, undefined])
})

it('RS-06 a hundred concurrent replies get distinct numbers', async () => {
  const { rest, calls, settle } = restHarness([sent()])
  await settle(Promise.all(Array.from({ length: 100 }, () => rest.send(C2C, 'hi', { anchor: ANCHOR }))))
  expect(new Set(seqs(calls))).toEqual(new Set(Array.from({ length: 100 }, (_, i) => i + 1)))
})

it.each([
  'reset',
  'hang',
  failure(0, 'busy', 500),
  { status: 503 },
  { status: 503, headers: { 'retry-after': '1' } },
  { status: 502, raw: '<html>' },
  'half',
] as const)(
  'RS-05 a repeat after %j carries the same number, and its refusal as duplicate is a success',
  async (uncertain) => {
    const { rest, calls, settle } = restHarness([uncertain, duplicate])
    const result = await settle(rest.send(C2C, 'once', { anchor: ANCHOR }))
    expect(result).toMatchObject({ kind: 'duplicate', id: null, mode: 'passive' })
    expect(result.steps).toMatchObject([{ kind: 'retry', delivered: 'unknown' }])
    expect(seqs(calls)).toEqual([1, 1])
  },
)

it('RS-05 on a replayed delivery a duplicate is a success', async () => {
  const { rest, calls } = restHarness([duplicate])
  expect(await rest.send(C2C, 'again', { anchor: ANCHOR, replayed: true })).toMatchObject({
    kind: 'duplicate',
    steps: [],
  })
  expect(seqs(calls)).toEqual([1])
})

it('RS-40 otherwise the next number is taken', async () => {
  const { rest, calls } = restHarness([duplicate, sent('m2')])
  const result = await rest.send(C2C, 'mine', { anchor: ANCHOR })
  expect(result).toMatchObject({ kind: 'sent', id: 'm2', steps: [{ kind: 'next_seq', from: 1, to: 2 }] })
  expect(seqs(calls)).toEqual([1, 2])
})

it('RS-40 the next two, then random ones, five calls in all; then an error with advice', async () => {
  const { rest, calls } = restHarness([duplicate])
  await expect(rest.send(C2C, 'mine', { anchor: ANCHOR })).rejects.toMatchObject({
    code: 'duplicate',
    delivered: 'no',
    errCode: 40054005,
    steps: Array.from({ length: 4 }, () => ({ kind: 'next_seq' })),
  })
  expect(seqs(calls)).toEqual([1, 2, 3, 63_000, 63_000])
})

it('RS-05 a repeat after a known refusal of the connection keeps the number', async () => {
  const { rest, calls, settle } = restHarness(['refused', sent()])
  expect(await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))).toMatchObject({ kind: 'sent' })
  expect(seqs(calls)).toEqual([1, 1])
})

it('RS-05 a number given by the caller is kept', async () => {
  const { rest, calls } = restHarness([duplicate])
  await expect(rest.send(C2C, { content: 'hi', msg_seq: 7 }, { anchor: ANCHOR })).rejects.toMatchObject({
    code: 'duplicate',
  })
  expect(seqs(calls)).toEqual([7])
})

it('RS-05 numbers of one anchor are forgotten only when no reply to it can be accepted', () => {
  const step = fc.record({ anchor: fc.integer({ min: 0, max: 5 }), minutes: fc.integer({ min: 0, max: 40 }) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let now = 0
      const allocator = new SeqAllocator({ ...systemClock, now: () => now })
      const last = new Map<number, { seq: number; at: number }>()
      for (const { anchor, minutes } of steps) {
        now += minutes * 60_000
        const before = last.get(anchor)
        const seq = allocator.next(String(anchor))
        const remembered = before !== undefined && now - before.at < 60 * 60_000
        expect(remembered ? seq : before?.seq).toBe(remembered ? before.seq + 1 : before?.seq)
        last.set(anchor, { seq, at: now })
      }
    }),
  )
})

it('remembers a bounded number of anchors', () => {
  const allocator = new SeqAllocator(systemClock)
  for (let i = 0; i < 250_000; i += 1) allocator.next(`message ${i}`)
  expect(allocator.size).toBeLessThanOrEqual(200_000)
})

it('RS-39 a typing notice takes none of the numbers of answers', async () => {
  const { rest, calls } = restHarness([sent()])
  await rest.send(C2C, { input_notify: { input_type: 1, input_second: 10 } }, { anchor: ANCHOR })
  await rest.send(C2C, 'hi', { anchor: ANCHOR })
  expect(calls.map(({ body }) => body)).toMatchObject([
    { msg_type: 6, msg_seq: 60_000 },
    { msg_type: 0, msg_seq: 1 },
  ])
})

it.each([[failure(50055001, 'send failed, retry later')], [failure(11242, 'token check failed')]] as const)(
  'RS-05 a number that %j has taken all the same is no reason for the next one',
  async (said) => {
    const { rest, calls, settle } = restHarness([said, duplicate, sent('second')])
    const result = await settle(rest.send(C2C, 'once', { anchor: ANCHOR }))
    expect(result).toMatchObject({ kind: 'duplicate', steps: [{ kind: 'retry', delivered: 'no' }] })
    expect(seqs(calls)).toEqual([1, 1])
  },
)

it.each(['refused', { status: 429 }, failure(11244, 'token expired', 401)] as const)(
  'RS-05 after %j a collision is with someone else',
  async (said) => {
    const { rest, calls, settle } = restHarness([said, duplicate, sent('second')])
    expect(await settle(rest.send(C2C, 'mine', { anchor: ANCHOR }))).toMatchObject({ kind: 'sent' })
    expect(seqs(calls)).toEqual([1, 1, 2])
  },
)
