import { getEventListeners } from 'node:events'

import type { Delivery } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { Gateway, type Abandoned, type ShardEvent, type ShardStatus } from '../../src/index.js'
import { Rig, type RigOptions } from '../support/rig.js'

/** A gateway whose consumer keeps what it gets. */
const consuming = async (options: RigOptions = {}): Promise<{ rig: Rig; got: Delivery[] }> => {
  const rig = new Rig(options)
  const got: Delivery[] = []
  void rig.gateway.run((delivery) => got.push(delivery)).catch(() => {})
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady()
  return { rig, got }
}

it('GW-16 the consumer settles, and the checkpoint follows the lowest that is unsettled', async () => {
  const { rig, got } = await consuming()
  rig.socket.serverDispatches(4).serverDispatches(7).serverDispatches(9)
  expect(got.map(({ frame }) => frame.s)).toEqual([4, 7, 9])
  expect(rig.shard).toMatchObject({ received: 9, committed: 3, unsettled: 3 })
  got[1]?.settle('done')
  expect(rig.shard).toMatchObject({ committed: 3, unsettled: 2 })
  got[0]?.settle('failed')
  got[0]?.settle('done')
  expect(rig.shard).toMatchObject({ committed: 8, unsettled: 1 })
  got[2]?.settle('done')
  expect(rig.shard).toMatchObject({ committed: 9, unsettled: 0 })
})

it('BT-20 is left to the next process as well from the moment a drain begins', async () => {
  const { rig, got } = await consuming()
  rig.socket.serverDispatches(2)
  expect(got.map(({ shared }) => shared)).toEqual([false])
  const closing = rig.gateway.close({ resumable: true })
  await rig.clock.settle()
  expect(got.map(({ shared }) => shared)).toEqual([true])
  got[0]?.settle('done')
  await rig.pass(20_000)
  await closing
})

it('GW-16 what is done or in flight is skipped when it comes again', async () => {
  const { rig, got } = await consuming()
  rig.socket.serverDispatches(2).serverDispatches(3)
  got[0]?.settle('done')
  rig.socket.serverCloses(1006)
  await rig.pass(1000)
  rig.socket.serverGreets().serverDispatches(2).serverDispatches(3).serverDispatches(4).serverResumed(5)
  expect(got.map(({ frame }) => frame.s)).toEqual([2, 3, 4])
  expect(rig.shard).toMatchObject({ committed: 2, received: 5, counters: { skipped: 2 } })
})

it('BT-12 hands out both events of one message, and several messages of one id: folding them is not its business', async () => {
  const { rig, got } = await consuming()
  const d = { id: 'ROBOT1.0_x', group_openid: 'G' }
  rig.socket.serverSends({ op: 0, s: 2, t: 'GROUP_AT_MESSAGE_CREATE', id: 'GROUP_AT_MESSAGE_CREATE:x', d })
  rig.socket.serverSends({ op: 0, s: 3, t: 'GROUP_MESSAGE_CREATE', id: 'GROUP_MESSAGE_CREATE:x', d })
  rig.socket.serverSends({ op: 0, s: 4, t: 'GROUP_MESSAGE_CREATE', id: 'GROUP_MESSAGE_CREATE:x', d })
  expect(got.map(({ key }) => key)).toEqual([
    'event:GROUP_AT_MESSAGE_CREATE:x',
    'event:GROUP_MESSAGE_CREATE:x',
  ])
})

it('GW-16 a settlement that comes late touches no newer session', async () => {
  const { rig, got } = await consuming()
  rig.socket.serverDispatches(2).serverCloses(4006)
  await rig.nextSocket()
  await rig.identified()
  rig.socket.serverIsReady('session-2').serverDispatches(2, { other: true })
  rig.socket.serverSends({ op: 0, s: 3, t: 'FRIEND_ADD', id: 'x', d: {} })
  got[0]?.settle('done')
  expect(rig.shard).toMatchObject({ committed: 1 + 1, unsettled: 1 })
})

it('GW-16 frames without a consumer never hold the checkpoint', async () => {
  const rig = new Rig()
  void rig.gateway.run()
  const off = rig.gateway.on('GROUP_AT_MESSAGE_CREATE', () => new Promise(() => {}))
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady()
  rig.socket.serverSends({ op: 0, s: 5, t: 'NO_SUCH_EVENT', d: {} })
  expect(rig.shard.committed).toBe(5)
  rig.socket.serverSends({ op: 0, s: 6, t: 'GROUP_AT_MESSAGE_CREATE', id: 'g', d: {} })
  expect(rig.shard.committed).toBe(5)
  off()
  rig.socket.serverSends({ op: 0, s: 7, t: 'GROUP_AT_MESSAGE_CREATE', id: 'h', d: {} })
  expect(rig.shard).toMatchObject({ committed: 5, unsettled: 1 })
})

it('GW-16 an event without a listener, READY included, is finished on receipt', async () => {
  const { access, transport, clock } = new Rig()
  const gateway = new Gateway({ access, transport, clock, intents: 1, random: () => 0.5 })
  void gateway.run()
  await clock.settle()
  transport.last.serverGreets()
  await clock.settle()
  transport.last.serverIsReady()
  const committed = (): unknown => gateway.status().shards[0]?.committed
  expect(committed()).toBe(1)
  transport.last.serverDispatches(2).serverSends({ op: 0, s: 5, t: 'GUILD_CREATE', d: {} })
  expect(committed()).toBe(5)
})

it('GW-25 an event that is never settled is given up after its deadline, and reported', async () => {
  const { rig, got } = await consuming({ deliveryDeadline: 60_000 })
  const abandoned: Abandoned[] = []
  rig.gateway.on('abandoned', (what) => abandoned.push(what))
  rig.socket.serverDispatches(2)
  await rig.pass(60_000)
  expect(abandoned).toMatchObject([
    { shard: { index: 0, total: 1 }, seq: 2, reason: 'deadline', event: { t: 'C2C_MESSAGE_CREATE', s: 2 } },
  ])
  expect(rig.shard).toMatchObject({ committed: 2, unsettled: 0, counters: { abandoned: 1 } })
  got[0]?.settle('done')
  expect(rig.shard.committed).toBe(2)
})

it('GW-25 beyond the bound the oldest is given up, and the socket stays open', async () => {
  const { rig, got } = await consuming({ maxUnsettled: 10 })
  for (let seq = 2; seq < 102; seq += 1) rig.socket.serverDispatches(seq)
  expect(got).toHaveLength(100)
  expect(rig.shard).toMatchObject({ unsettled: 10, committed: 91, state: 'ready' })
})

it('GW-25 a consumer that only passes events on keeps them beyond bound and deadline of handlers', async () => {
  const rig = new Rig({ maxUnsettled: 10, deliveryDeadline: 60_000 })
  const got: Delivery[] = []
  void rig.gateway.run((delivery) => got.push(delivery), { relays: true })
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady()
  for (let seq = 2; seq < 102; seq += 1) rig.socket.serverDispatches(seq)
  await rig.pass(120_000)
  expect([got.length, rig.shard.unsettled]).toEqual([100, 100])
})

it('a listener settles when its promise does; one that throws is logged, and the others still run', async () => {
  const rig = await new Rig().ready()
  let finish: () => void = () => {}
  rig.gateway.on('C2C_MESSAGE_CREATE', () => new Promise<void>((resolve) => (finish = resolve)))
  rig.gateway.on('C2C_MESSAGE_CREATE', () => {
    throw new Error('mine')
  })
  rig.gateway.on('C2C_MESSAGE_CREATE', () => Promise.reject(new Error('mine too')))
  rig.socket.serverDispatches(2)
  await rig.clock.settle()
  expect(rig.shard.unsettled).toBe(1)
  finish()
  await rig.clock.settle()
  expect(rig.shard).toMatchObject({ unsettled: 0, committed: 2 })
  expect(rig.records.filter(({ event }) => event === 'gateway.listener_failed')).toHaveLength(2)
})

it('GW-25 the newest is given up when the hook says so: reported, counted and committed like the oldest', async () => {
  const { rig, got } = await consuming({ maxUnsettled: 1, whenFull: () => 'newest' })
  const abandoned: Abandoned[] = []
  rig.gateway.on('abandoned', (told) => abandoned.push(told))
  rig.socket.serverDispatches(2).serverDispatches(3)
  expect(got.map(({ frame }) => frame.s)).toEqual([2])
  expect(abandoned).toMatchObject([{ seq: 3, reason: 'overflow' }])
  expect(rig.shard).toMatchObject({ unsettled: 1, counters: { abandoned: 1, skipped: 0 } })
  got[0]?.settle('done')
  expect(rig.shard.committed).toBe(3)
})

it('a consumer that throws has failed, and the gateway continues', async () => {
  const rig = new Rig()
  void rig.gateway.run(() => {
    throw new Error('mine')
  })
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady().serverDispatches(2)
  expect(rig.shard).toMatchObject({ state: 'ready', unsettled: 0, committed: 2 })
})

/** One reader of a gateway's events. */
const readerOf = (gateway: Gateway, signal?: AbortSignal): AsyncIterator<ShardEvent> =>
  gateway.events(signal && { signal })[Symbol.asyncIterator]()

it('a second run() with another consumer is refused with advice', async () => {
  const { rig } = await consuming()
  await expect(rig.gateway.run(() => {})).rejects.toMatchObject({ code: 'gateway_running' })
})

it('events() gives events in order; one is finished when the next is asked for', async () => {
  const rig = new Rig()
  const events = readerOf(rig.gateway)
  void rig.gateway.run()
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
  expect((await events.next()).value).toMatchObject({ event: { s: 2 }, shard: { index: 0, total: 1 } })
  expect(rig.shard.committed).toBe(1)
  const third = events.next().then(() => events.next())
  expect(rig.shard.committed).toBe(2)
  await rig.clock.settle()
  rig.socket.serverDispatches(4)
  expect(await third).toMatchObject({ value: { event: { s: 4 } } })
  const end = events.next()
  await rig.close()
  expect(await end).toEqual({ done: true, value: undefined })
})

it('events() ends with its signal, and what it had not read is there for the next one', async () => {
  const rig = new Rig()
  const controller = new AbortController()
  const events = readerOf(rig.gateway, controller.signal)
  void rig.gateway.run()
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady().serverDispatches(2)
  controller.abort()
  expect(await events.next()).toEqual({ done: true, value: undefined })
  rig.socket.serverDispatches(3)
  expect(rig.shard).toMatchObject({ unsettled: 1, committed: 1 })
  const next = readerOf(rig.gateway)
  expect((await next.next()).value).toMatchObject({ event: { s: 2 } })
  void next.next()
  expect(rig.shard).toMatchObject({ unsettled: 0, committed: 3 })
  expect(await readerOf(rig.gateway, AbortSignal.abort()).next()).toMatchObject({ done: true })
})

it('GW-22 events() that its reader leaves lets go of the signal', async () => {
  const { signal } = new AbortController()
  const events = readerOf(new Rig().gateway, signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await events.return?.()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('GW-36 an iterator that two wait for at once says that each worker needs its own', async () => {
  const rig = new Rig()
  const events = readerOf(rig.gateway)
  await rig.ready()
  const first = events.next()
  await expect(events.next()).rejects.toMatchObject({
    code: 'reader_shared',
    advice: { en: expect.stringContaining('per worker') },
  })
  rig.socket.serverDispatches(2).serverDispatches(3)
  expect((await first).value).toMatchObject({ event: { s: 2 } })
  expect([rig.shard.committed, rig.shard.unsettled]).toEqual([1, 2])
})

it('events() that is read too slowly gives up the oldest, and says so', async () => {
  const rig = new Rig({ eventBuffer: 2 })
  const events = readerOf(rig.gateway)
  await rig.ready()
  for (const seq of [2, 3, 4, 5]) rig.socket.serverDispatches(seq)
  expect((await events.next()).value).toMatchObject({ event: { s: 4 } })
  expect(rig.records.filter(({ event }) => event === 'gateway.stream_overflow')).toHaveLength(2)
})

it('GW-16 an event out of order is delivered, and a copy is not', async () => {
  const { rig, got } = await consuming()
  rig.socket.serverDispatches(4)
  got[0]?.settle('done')
  rig.socket.serverDispatches(3).serverDispatches(3).serverDispatches(4)
  expect(got.map(({ frame }) => frame.s)).toEqual([4, 3])
})

describe('GW-16 events() with several readers, or none', () => {
  /** A gateway that nobody but readers listens to. */
  const reading = async (options: RigOptions = {}) => {
    const rig = new Rig(options)
    const { access, transport, clock, records } = rig
    const gateway = new Gateway({
      access,
      transport,
      clock,
      intents: 1,
      random: () => 0.5,
      log: (record) => records.push(record),
      ...(options as object),
    })
    void gateway.run()
    await clock.settle()
    transport.last.serverGreets()
    await clock.settle()
    const shard = (): ShardStatus => gateway.status().shards[0] as ShardStatus
    const seqs: unknown[] = []
    return { rig, gateway, transport, clock, shard, seqs, socket: transport.last }
  }

  it('GW-16 what a reader left unread goes to the next one: nothing is lost, nothing is committed', async () => {
    const { gateway, socket, shard, seqs, clock } = await reading()
    const first = gateway.events()
    socket.serverIsReady()
    for (const seq of [2, 3, 4, 5, 6]) socket.serverDispatches(seq)
    for await (const { event } of first) {
      seqs.push(event.s)
      break
    }
    expect(shard()).toMatchObject({ committed: 2, unsettled: 4 })
    const worker = (async () => {
      for await (const { event } of gateway.events()) if (seqs.push(event.s) === 6) break
    })()
    await clock.settle()
    socket.serverDispatches(7)
    await worker
    expect([seqs, shard().committed]).toEqual([[2, 3, 4, 5, 6, 7], 7])
  })

  it('GW-16 workers with a loop each share one events(): what one still handles is not committed', async () => {
    const { gateway, socket, shard, seqs, clock } = await reading()
    const events = gateway.events()
    const finish: (() => void)[] = []
    const worker = async (): Promise<void> => {
      for await (const { event } of events) {
        seqs.push(event.s)
        await new Promise<void>((resolve) => finish.push(resolve))
      }
    }
    for (let count = 0; count < 4; count += 1) void worker()
    socket.serverIsReady()
    for (const seq of [2, 3, 4, 5, 6, 7]) socket.serverDispatches(seq)
    await clock.settle()
    expect([seqs, shard().committed]).toEqual([[2, 3, 4, 5], 1])
    finish[1]?.()
    await clock.settle()
    expect([seqs, shard().committed, shard().unsettled]).toEqual([[2, 3, 4, 5, 6], 1, 5])
    finish[0]?.()
    await clock.settle()
    expect([seqs.length, shard().committed]).toEqual([6, 3])
  })

  it('GW-25 reports the events that slow or absent readers lose', async () => {
    const { gateway, socket } = await reading({ eventBuffer: 2 })
    const told: unknown[] = []
    gateway.on('abandoned', ({ seq, reason, key }) => told.push([seq, reason, key]))
    const events = readerOf(gateway)
    socket.serverIsReady()
    for (const seq of [2, 3, 4]) socket.serverDispatches(seq)
    expect(told).toEqual([[2, 'overflow', 'event:C2C_MESSAGE_CREATE:2']])
    await events.return?.()
    const again = readerOf(gateway)
    socket.serverDispatches(5)
    expect(told).toHaveLength(2)
    await again.return?.()
  })

  it('ST-05 a forgotten reader does not hold up close(), and no event that it finished comes again', async () => {
    const { gateway, socket, clock, seqs, shard } = await reading({ drainTimeout: 10_000 })
    gateway.events()
    gateway.on('C2C_MESSAGE_CREATE', ({ s }) => void seqs.push(s))
    socket.serverIsReady()
    for (let seq = 2; seq <= 302; seq += 1) socket.serverDispatches(seq)
    socket.serverSends({ op: 0, s: 303, t: 'FRIEND_ADD', d: {} })
    expect(shard()).toMatchObject({ unsettled: 302, committed: 1 })
    const closing = gateway.close({ resumable: true })
    await clock.advance(100)
    socket.serverCloses(4000)
    await closing
    // Only what nobody else had is left to the next process.
    expect(shard()).toMatchObject({ unsettled: 0, committed: 302 })
  })
})

describe('ST-05 close() from within', () => {
  it.each([
    ['at once', async (): Promise<void> => {}],
    ['after a while', async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))],
  ])(
    'ST-05 a listener that closes the gateway %s is not waited for, and its event is finished',
    async (_when, first) => {
      const rig = new Rig()
      let closed = false
      rig.gateway.on('C2C_MESSAGE_CREATE', async () => {
        await first()
        await rig.gateway.close({ resumable: true })
        closed = true
      })
      await rig.ready()
      rig.socket.serverDispatches(2)
      await rig.pass(100)
      expect(rig.socket.closes).toMatchObject([{ code: 4000 }])
      rig.socket.serverCloses(4000)
      await rig.pass(100)
      expect([closed, rig.outcome, rig.gateway.status().shards[0]?.committed]).toEqual([true, 'closed', 2])
    },
  )

  /** Waits, then closes, through some layers. */
  const closeLater = async (rig: Rig): Promise<void> => {
    const deeper = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve))
      await rig.gateway.close({ resumable: true })
    }
    await Promise.resolve().then(async () => deeper())
  }
  type Consume = (rig: Rig, take: (delivery: Delivery) => void) => (delivery: Delivery) => unknown

  it.each<[string, Consume]>([
    [
      'an async consumer of run()',
      (rig, take) => async (delivery) => {
        take(delivery)
        if (delivery.frame.s === 3) await rig.gateway.close({ resumable: true })
      },
    ],
    [
      'a plain one that returns what goes on',
      (rig, take) => (delivery) => {
        take(delivery)
        return delivery.frame.s === 3 ? closeLater(rig) : Promise.resolve()
      },
    ],
    [
      'a plain one that returned nothing before, and closes at once',
      (rig, take) => (delivery) => {
        take(delivery)
        return delivery.frame.s === 3 ? rig.gateway.close({ resumable: true }) : undefined
      },
    ],
  ])('ST-05 so is %s; the others are waited for', async (_, consume) => {
    const rig = new Rig()
    const got: Delivery[] = []
    void rig.gateway.run(consume(rig, (delivery) => got.push(delivery)))
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
    await new Promise((resolve) => setImmediate(resolve))
    await rig.pass(5000)
    expect([rig.socket.closes, rig.shard.unsettled]).toEqual([[], 1])
    got[0]?.settle('done')
    await rig.pass(100)
    expect(rig.socket.closes).toHaveLength(1)
  })

  it('ST-05 a plain consumer is not waited for either when its first event closes the gateway', async () => {
    const rig = new Rig()
    void rig.gateway.run(() => closeLater(rig))
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2)
    await new Promise((resolve) => setImmediate(resolve))
    await rig.pass(100)
    expect(rig.socket.closes).toHaveLength(1)
  })

  it('ST-05 a close that is told not to drain ends at once, and leaves what nobody settled to the next process', async () => {
    const rig = new Rig()
    void rig.gateway.run((delivery) => {
      if (delivery.frame.s === 2) delivery.settle('done')
    })
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
    void rig.gateway.close({ resumable: true, drain: false })
    await rig.pass(0)
    expect(rig.socket.closes).toHaveLength(1)
    expect(rig.gateway.status().shards[0]).toMatchObject({ committed: 2, unsettled: 1 })
    expect(rig.records.filter(({ event }) => event === 'gateway.drain_timeout')).toEqual([])
  })

  it('ST-05 work that the gateway cannot know of is waited for until the drain ends, which says what to do', async () => {
    const rig = new Rig()
    void rig.gateway.run((delivery) => {
      if (delivery.frame.s === 2) return delivery.settle('done')
      void (async () => {
        await closeLater(rig)
        delivery.settle('done')
      })()
    })
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
    await new Promise((resolve) => setImmediate(resolve))
    await rig.pass(9000)
    expect(rig.socket.closes).toHaveLength(0)
    await rig.pass(2000)
    expect(rig.socket.closes).toHaveLength(1)
    expect(rig.records).toContainEqual(
      expect.objectContaining({
        event: 'gateway.drain_timeout',
        message: expect.stringContaining('return its promise') as string,
      }),
    )
  })

  it.each(['at once', 'after one that returned at once'])(
    'ST-05 a listener that closes the gateway before it first waits is not waited for, %s',
    async (when) => {
      const rig = new Rig()
      rig.gateway.on('C2C_MESSAGE_CREATE', ({ s }) =>
        s === 3 || when === 'at once' ? rig.gateway.close({ resumable: true }) : undefined,
      )
      await rig.ready()
      rig.socket.serverDispatches(2).serverDispatches(3)
      await rig.pass(100)
      expect(rig.socket.closes).toHaveLength(1)
    },
  )

  it('ST-05 a listener that closes another gateway is waited for', async () => {
    const other = new Rig()
    const rig = new Rig()
    rig.gateway.on('C2C_MESSAGE_CREATE', async () => {
      await other.gateway.close()
      await new Promise(() => {})
    })
    await rig.ready()
    rig.socket.serverDispatches(2)
    await rig.clock.settle()
    expect(rig.shard.unsettled).toBe(1)
  })
})
