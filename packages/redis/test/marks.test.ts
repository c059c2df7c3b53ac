// What a worker hears of orders, in the time of a clock by hand.
import type { Delivery } from '@qqkit/core'
import { ManualClock, seededRandom } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { writeEntry } from '../src/events/entry.js'
import { fartherMark } from '../src/queue/stop-mark.js'
import { RedisSource } from '../src/worker/redis-source.js'
import { messageAt } from './support/hand-source.js'
import { ModelServer } from './support/model-server.js'

/** Wall ms of a second of {@link messageAt}. */
const at = (second: number): number => Date.parse(`2026-09-01T09:08:${String(second).padStart(2, '0')}+08:00`)

const textOf = ({ frame }: Delivery): string => (frame.d as { readonly content: string }).content

/** One worker, and what happens before an answer with events reaches it. */
const cluster = (beforeTaken: (server: ModelServer) => void) => {
  const clock = new ManualClock()
  const server = new ModelServer(clock, seededRandom(1))
  const link = server.link()
  const queue = link.queue('events')
  const begun: string[] = []
  const source = new RedisSource({
    connection: link,
    lanes: [
      {
        queue: {
          ...queue,
          work: async (...args) => {
            const answer = await queue.work(...args)
            if (answer.taken.length > 0) beforeTaken(server)
            return answer
          },
        },
        elsewhere: link.elsewhere,
        slots: 9,
      },
    ],
    subscribe: link.subscribe,
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
  const publish = (texts: readonly (readonly [second: number, text: string])[]): void => {
    server.execute(() => {
      server.events.open('s', 'p', { again: false, mark: 0 })
      const events = texts.map(([second, text]) => {
        const delivery = {
          key: text,
          frame: messageAt(second, text, 'ann'),
          shard: null,
          replayed: false,
        } as unknown as Delivery
        const body = writeEntry(delivery, { digest: '', acknowledged: false })
        return { digest: '', conversation: 'ann', body }
      })
      server.events.publish('s', 'p', { first: 1, most: 9, events })
    })
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
    const { clock, begun, publish, end } = cluster((server) => {
      for (const [before, said] of orders) server.say('orders', `${before} ${said} ann`)
    })
    await clock.advance(100)
    publish([[9, 'too late']])
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
