import type { Delivery } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { writeEntry } from '../src/events/entry.js'
import { RedisError } from '../src/port/errors.js'
import { RedisSource } from '../src/worker/redis-source.js'
import type { EventQueue } from '../src/queue/event-queue.js'
import { ModelQueue } from './support/model-queue.js'

/** A worker on models of its queues, with a connection that can be lost. */
const open = ({ random = () => 0, clicks }: { random?: () => number; clicks?: ModelQueue } = {}) => {
  const clock = new ManualClock()
  const model = new ModelQueue()
  const calls: string[] = []
  const delivered: string[] = []
  const deliveries: Delivery[] = []
  const events: string[] = []
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
  const lane = (one: ModelQueue, channel: string, prefix = '') => {
    const queue = one.asQueue()
    const over: EventQueue = {
      ...queue,
      channel,
      orders: 'orders',
      join: async (...args) => send(`${prefix}join`, async () => queue.join(...args)),
      tick: async (...args) => send(`${prefix}tick`, async () => queue.tick(...args)),
      work: async (...args) => send(`${prefix}work`, async () => queue.work(...args)),
    }
    return { queue: over, elsewhere: { tell: async () => {}, ask: async () => new Set<string>() }, slots: 1 }
  }
  /** What the channels say. */
  let say: (message: string, channel: string) => void = () => {}
  const source = new RedisSource({
    connection: link,
    lanes: [lane(model, 'events'), ...(clicks ? [lane(clicks, 'clicks', 'clicks: ')] : [])],
    subscribe: async (_channels, onMessage) => {
      say = onMessage
      return () => {}
    },
    clock,
    random,
    log: ({ event }) => void events.push(event),
    lease: 15_000,
    process: 'w',
    examine: async () => {},
    look: async () => null,
    tellCode: () => {},
  })
  const running = source.run((delivery) => {
    delivered.push(delivery.key)
    deliveries.push(delivery)
  })
  const close = async (): Promise<void> => {
    const closing = source.close()
    await clock.advance(10_000)
    await closing
    await running
  }
  return {
    clock,
    model,
    calls,
    delivered,
    deliveries,
    events,
    running,
    link,
    hold,
    close,
    say: (channel: string, message = '') => say(message, channel),
  }
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

/** Publishes a message of a person, and returns an order to stop it. */
const publishStoppable = (model: ModelQueue) => {
  const frame = { op: 0, t: 'C2C_MESSAGE_CREATE', id: 'x', d: { id: 'x' } }
  const delivery = { key: 'k', frame, shard: null, replayed: false } as unknown as Delivery
  const body = writeEntry(delivery, { digest: '', acknowledged: false })
  model.open('s', 'p', { again: false, mark: 0 })
  model.publish('s', 'p', { first: 1, most: 9, events: [{ digest: '', conversation: 'c', body }] })
  const [id] = model.snapshot().bodies.keys()
  return { conversation: 'c', before: String(Number(id) + 1), said: null, waiting: true }
}

describe('RD-40 a worker, and an order at any moment', () => {
  it('RD-40 does not begin what was on its way to it when it heard the order', async () => {
    const { clock, model, delivered, hold, say, close } = open()
    await clock.settle()
    const order = publishStoppable(model)
    model.onStop = (conversation, { before }) => say('orders', `${before}  ${conversation}`)
    hold.before = async (name) => {
      if (name === 'work' && model.snapshot().own.size > 0) model.stop(order)
    }
    say('events')
    await clock.advance(5000)
    expect([delivered, model.snapshot().bodies.size]).toEqual([[], 0])
    await close()
  })

  it('RD-40 hears of an order that came before it joined again', async () => {
    const { clock, model, deliveries, link, say, close } = open()
    await clock.settle()
    const order = publishStoppable(model)
    say('events')
    await clock.settle()
    link.isOpen = false
    model.stop(order)
    expect(deliveries.map(({ lease }) => lease?.stop?.aborted)).toEqual([false])
    await clock.advance(5000)
    expect(deliveries.map(({ lease }) => lease?.stop?.aborted)).toEqual([true])
    deliveries[0]?.settle('done')
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

describe('RD-15 a worker whose client is closed', () => {
  it('RD-15 reports what was handled and could not be settled', async () => {
    const { clock, model, deliveries, events, hold, running, say } = open()
    await clock.settle()
    publishStoppable(model)
    say('events')
    await clock.settle()
    hold.before = async () => {
      throw new RedisError('redis_closed')
    }
    const ended = expect(running).rejects.toMatchObject({ code: 'redis_closed' })
    deliveries[0]?.settle('done')
    await clock.settle()
    await ended
    expect(events).toEqual(['redis.settled_late'])
  })
})

describe('RD-46 a worker that hears of an event', () => {
  /** A worker that has nothing to do. */
  const openIdle = async (random: () => number) => {
    const worker = open({ random, clicks: new ModelQueue() })
    await worker.clock.settle()
    worker.calls.splice(0)
    return worker
  }

  it('RD-46 looks at once where it is the only one, in the lane of the event alone', async () => {
    const { clock, calls, say, close } = await openIdle(() => 0.99)
    say('events')
    await clock.settle()
    expect(calls.splice(0)).toEqual(['work'])
    say('clicks')
    await clock.settle()
    expect(calls.splice(0)).toEqual(['clicks: work'])
    say('orders')
    await clock.settle()
    expect(calls).toEqual([])
    await close()
  })

  it('RD-46 looks at once or a ms later where there are others, however often it hears', async () => {
    const chances = [0.4, 0.6]
    const { clock, model, calls, say, close } = await openIdle(() => chances.shift() ?? 0)
    model.join('other', 'other:1', { ttl: 60_000, running: [] })
    // A renewal tells how many there are.
    await clock.advance(5000)
    calls.splice(0)
    say('events')
    await clock.settle()
    expect(calls.splice(0)).toEqual(['work'])
    for (let times = 0; times < 3; times += 1) say('events')
    await clock.settle()
    expect(calls).toEqual([])
    await clock.advance(1)
    expect(calls).toEqual(['work'])
    await close()
  })
})
