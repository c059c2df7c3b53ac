import type { Delivery } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { writeEntry } from '../src/events/entry.js'
import { RedisSource } from '../src/worker/redis-source.js'
import type { EventQueue } from '../src/queue/event-queue.js'
import { ModelQueue } from './support/model-queue.js'

/** A worker on a model of the queue, with a connection that can be lost. */
const open = () => {
  const clock = new ManualClock()
  const model = new ModelQueue()
  const calls: string[] = []
  const delivered: string[] = []
  const link = { lives: 0, isOpen: false, restartedAt: -Infinity }
  /** Called before each answer. */
  const hold = { before: async (_name: string): Promise<void> => {} }
  /** As a connection does: it opens a link for whatever is sent. */
  const send = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    calls.push(name)
    if (!link.isOpen) link.lives += 1
    link.isOpen = true
    const answer = await work()
    await hold.before(name)
    return answer
  }
  const queue = model.asQueue()
  const over: EventQueue = {
    ...queue,
    join: async (...args) => send('join', async () => queue.join(...args)),
    tick: async (...args) => send('tick', async () => queue.tick(...args)),
    work: async (...args) => send('work', async () => queue.work(...args)),
  }
  const source = new RedisSource({
    connection: link,
    lanes: [{ queue: over, elsewhere: { tell: async () => {}, ask: async () => new Set() }, slots: 1 }],
    listen: async () => () => {},
    clock,
    random: () => 0,
    log: () => {},
    lease: 15_000,
    process: 'w',
    examine: async () => {},
    look: async () => null,
    orders: { leaveOut: async () => 0, owner: async () => null, tell: async () => {} },
    tellCode: () => {},
  })
  const running = source.run(({ key }) => void delivered.push(key))
  const close = async (): Promise<void> => {
    const closing = source.close()
    await clock.advance(10_000)
    await closing
    await running
  }
  return { clock, model, calls, delivered, link, hold, close }
}

describe('RD-08 a worker whose connection was lost', () => {
  it('RD-08 joins before it sends anything else over the next one', async () => {
    const { clock, calls, link, close } = open()
    await clock.settle()
    expect(calls.slice(0, 2)).toEqual(['join', 'work'])
    for (const due of [4000, 5000]) {
      calls.splice(0)
      link.isOpen = false
      await clock.advance(due)
      expect(calls[0]).toBe('join')
    }
    await close()
  })
})

describe('RD-14 a worker that is closed', () => {
  it('RD-14 hands nothing out that it takes in that moment, and leaves it to the others', async () => {
    const { clock, model, delivered, hold, close } = open()
    await clock.settle()
    const frame = { op: 0, t: 'X', id: 'x', d: {} }
    const body = writeEntry({ key: 'k', frame, shard: null, replayed: false } as unknown as Delivery, {
      digest: '',
      acknowledged: false,
    })
    model.open('s', 'p', { again: false, mark: 0 })
    model.publish('s', 'p', { first: 1, most: 9, events: [{ digest: '', conversation: 'c', body }] })
    let goOn: () => void = () => {}
    hold.before = async (name) => {
      if (name === 'work' && model.snapshot().own.size > 0)
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
    }
    await clock.advance(5000)
    expect(model.snapshot().own.size).toBe(1)
    const closing = close()
    hold.before = async () => {}
    goOn()
    await closing
    expect([delivered, model.snapshot().own.size, [...model.snapshot().ready.keys()]]).toEqual([[], 0, ['c']])
  })
})
