// What a worker hears of orders, in the time of a clock by hand.
import type { Delivery } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { writeEntry } from '../src/events/entry.js'
import { fartherMark } from '../src/queue/stop-mark.js'
import { RedisSource } from '../src/worker/redis-source.js'
import { messageAt, textOf } from './support/hand-source.js'
import { ModelQueue } from './support/model-queue.js'

/** Wall ms of a second of {@link messageAt}. */
const at = (second: number): number => Date.parse(`2026-09-01T09:08:${String(second).padStart(2, '0')}+08:00`)

type Say = (message: string, channel: string) => void

/** One worker, and what its channels say before an answer with events reaches it. */
const cluster = (beforeTaken: (say: Say) => void) => {
  const clock = new ManualClock()
  const model = new ModelQueue()
  const queue = model.asQueue()
  let say: Say = () => {}
  const begun: string[] = []
  const source = new RedisSource({
    connection: { lives: 1, isOpen: true, restartedAt: -Infinity },
    lanes: [
      {
        queue: {
          ...queue,
          channel: 'events',
          orders: 'orders',
          work: async (...args) => {
            const answer = await queue.work(...args)
            if (answer.taken.length > 0) beforeTaken(say)
            return answer
          },
        },
        elsewhere: { tell: async () => {}, ask: async () => new Set<string>() },
        slots: 9,
      },
    ],
    subscribe: async (_channels, onMessage) => {
      say = onMessage
      return () => {}
    },
    clock,
    random: () => 0,
    log: () => {},
    lease: 15_000,
    process: 'w',
    examine: async () => {},
    look: async () => null,
    tellCode: () => {},
  })
  const running = source.run((delivery) => {
    begun.push(textOf(delivery))
    delivery.settle('done')
  })
  const publish = (second: number, text: string): void => {
    const frame = messageAt(second, text, 'ann')
    const delivery = { key: text, frame, shard: null, replayed: false } as unknown as Delivery
    const body = writeEntry(delivery, { digest: '', acknowledged: false })
    model.open('s', 'p', { again: false, mark: 0 })
    model.publish('s', 'p', { first: 1, most: 9, events: [{ digest: '', conversation: 'ann', body }] })
  }
  const end = async (): Promise<void> => {
    const closing = source.close()
    await clock.advance(10_000)
    await Promise.all([closing, running])
  }
  return { clock, begun, publish, end }
}

describe('RD-40 orders that are heard while events are on their way', () => {
  it.each([
    [
      'by their place',
      [
        ['9999999999999999', ''],
        ['1', ''],
      ],
    ],
    [
      'by their time',
      [
        ['1', String(at(30) * 1000)],
        ['2', String(at(1) * 1000)],
      ],
    ],
    [
      'one by place, one by time',
      [
        ['1', String(at(30) * 1000)],
        ['2', ''],
      ],
    ],
  ] as const)('RD-40 hold together, whichever comes last: %s', async (_, orders) => {
    const { clock, begun, publish, end } = cluster((say) => {
      for (const [before, said] of orders) say(`${before} ${said} ann`, 'orders')
    })
    await clock.advance(100)
    publish(9, 'too late')
    await clock.advance(5000)
    expect(begun).toEqual([])
    await end()
  })

  it('RD-40 a mark is as far as the farther one of both, in each part', () => {
    const mark = (before: string, said: number | null) => ({ before, said })
    expect(fartherMark(undefined, mark('5', null))).toEqual(mark('5', null))
    expect(fartherMark(mark('10', null), mark('9', 7))).toEqual(mark('10', 7))
    expect(fartherMark(mark('9', 7), mark('10', 3))).toEqual(mark('10', 7))
    expect(fartherMark(mark('9', 7), mark('10', null))).toEqual(mark('10', 7))
  })
})
