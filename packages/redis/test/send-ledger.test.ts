import type { Delivery, SendLedger } from '@qqkit/core'
import { systemClock } from '@qqkit/core'
import { leasedStateStoreContract, sendLedgerContract, type SendLedgerSubject } from '@qqkit/core/testing'
import { afterAll, describe, expect, it } from 'vitest'

import { EventFence, EventLedger } from '../src/worker/fence.js'
import type { EventQueue } from '../src/queue/event-queue.js'
import { HandSource, message } from './support/hand-source.js'
import { ModelQueue } from './support/model-queue.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisStage } from './support/redis-stage.js'

/** One event in a queue, whose owners change. */
const subjectOn = async (queue: EventQueue, pass: () => void): Promise<SendLedgerSubject> => {
  await queue.open('s', 'p', { again: false, mark: 0 })
  const event = { digest: '', conversation: 'c', body: 'b' }
  await queue.publish('s', 'p', { first: 1, most: 9, events: [event] })
  let owner = 0
  let end = (): Promise<unknown> => Promise.resolve()
  const next = async (): Promise<SendLedger> => {
    owner += 1
    const token = `w${owner}:1`
    pass()
    await queue.join(`w${owner}`, token, { ttl: 60_000, running: [] })
    // The one before is gone.
    await queue.join(`w${owner - 1}`, `w${owner - 1}:2`, { ttl: 60_000, running: [] })
    const [taken] = (await queue.work(token, 1, [])).taken
    const lost = new AbortController()
    const open = { is: true }
    end = () => {
      open.is = false
      return queue.work(token, 0, [{ ...taken!, outcome: 'done' }])
    }
    const fence = new EventFence({
      event: taken!,
      ownKey: queue.ownKey,
      token: () => token,
      isOpen: () => open.is && !lost.signal.aborted,
      lost: lost.signal,
      onDoubt: () => lost.abort(),
      clock: systemClock,
    })
    return new EventLedger(fence, `run${owner}`, async (_, note) => queue.note(token, note))
  }
  const ledger = await next()
  return { ledger, next, settle: async () => void (await end()) }
}

describe('RD-41 the ledger of sends', () => {
  const { server } = redisOfTests()

  describe('in the model', () => {
    const make = async (): Promise<SendLedgerSubject> => {
      const model = new ModelQueue()
      return subjectOn(model.asQueue(), () => {
        model.now += 1
      })
    }
    for (const { name, run } of sendLedgerContract(make)) it(name, run)
  })

  describe('on a server', () => {
    const stages: RedisStage[] = []
    afterAll(async () => Promise.all(stages.map(async (stage) => stage.dispose())))
    const make = async (): Promise<SendLedgerSubject> => {
      const stage = new RedisStage(server)
      stages.push(stage)
      return subjectOn(stage.queue(), () => {})
    }
    for (const { name, run } of sendLedgerContract(make)) it(name, run)
  })

  /** A worker with one event, whose handler is the test. */
  const open = async () => {
    const stage = new RedisStage(server)
    const hand = new HandSource()
    const publisher = stage.process().publish(hand)
    const publishing = publisher.run()
    const taken: Delivery[] = []
    const redis = stage.process({ lease: 900 })
    const source = redis.source()
    const running = source.run((delivery) => void taken.push(delivery))
    hand.push(message('hi', 'ann'))
    await stage.until(() => taken.length === 1, 'nothing is taken')
    const close = async (): Promise<void> => {
      await source.close()
      await running
      await publisher.close()
      await publishing
      await stage.dispose()
    }
    const rows = async (): Promise<unknown> =>
      stage.command(['KEYS', `qqkit:{${stage.appId}}:out:*`]).then((keys) => (keys as unknown[]).length)
    return { stage, delivery: taken[0]!, redis, close, rows }
  }

  it('RD-41 keeps notes over a lost connection, and forgets them with the event', async () => {
    const { stage, delivery, close, rows } = await open()
    const { sends } = delivery.lease!
    expect(await sends!.open('answer/1', 'a')).toEqual({ kind: 'kept' })
    await stage.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']).catch(() => {})
    expect(await sends!.put('answer/1', 'b')).toEqual({ kind: 'kept' })
    expect(await rows()).toBe(1)
    delivery.settle('done')
    await stage.until(async () => (await stage.queue().snapshot()).bodies.size === 0, 'it is not settled')
    expect([await rows(), await sends!.put('answer/1', 'late')]).toEqual([0, { kind: 'lost' }])
    await close()
  })

  it('RD-41 asks who owns the event before it believes that it is lost', async () => {
    const { stage, delivery, close } = await open()
    const { sends, signal } = delivery.lease!
    const { own } = await stage.queue().snapshot()
    const [[conversation, owner] = ['', '']] = own
    // As after a rewind: the event is ready, and nobody else has taken it.
    const [id = ''] = owner.split(' ')
    const prefix = `qqkit:{${stage.appId}}:`
    await stage.command(['HDEL', `${prefix}own`, conversation])
    await stage.command(['ZADD', `${prefix}ready`, id, conversation])
    expect(await sends!.open('answer/1', 'a')).toEqual({ kind: 'kept' })
    // And as if another one had it.
    await stage.command(['HSET', `${prefix}own`, conversation, `${id} other:1`])
    await stage.command(['ZADD', `${prefix}workers`, '9999999999999', 'other:1'])
    expect(await sends!.put('answer/1', 'b')).toEqual({ kind: 'lost' })
    expect(signal.aborted).toBe(true)
    await close()
  })

  /** As after a rewind: another worker has the event. */
  const giveAway = async (stage: RedisStage): Promise<void> => {
    const [[conversation, owner] = ['', '']] = (await stage.queue().snapshot()).own
    const prefix = `qqkit:{${stage.appId}}:`
    await stage.command(['HSET', `${prefix}own`, conversation, `${owner.split(' ')[0]} other:1`])
    await stage.command(['ZADD', `${prefix}workers`, '9999999999999', 'other:1'])
  }

  for (const { name, run } of leasedStateStoreContract(async () => {
    const { stage, delivery, redis, close } = await open()
    return {
      store: redis.states(),
      lease: delivery.lease!,
      lose: async () => giveAway(stage),
      dispose: close,
    }
  }))
    it(name, run)

  it('RD-43 saves for a while or for good, and fails in words when the event is lost', async () => {
    const { stage, delivery, redis, close } = await open()
    const lease = delivery.lease!
    const states = redis.states<{ n: number }>()
    await states.save('a', { n: 1 }, lease)
    await redis.states({ ttl: 60_000 }).save('b', { n: 2 }, lease)
    const prefix = `qqkit:{${stage.appId}}:`
    expect(await stage.command(['PTTL', `${prefix}state:a`])).toBe(-1)
    expect(Number(await stage.command(['PTTL', `${prefix}state:b`]))).toBeGreaterThan(0)
    await giveAway(stage)
    await expect(states.save('a', { n: 4 }, lease)).rejects.toMatchObject({ code: 'redis_lost' })
    await expect(states.remove('a', lease)).rejects.toMatchObject({ code: 'redis_lost' })
    await close()
  })
})
