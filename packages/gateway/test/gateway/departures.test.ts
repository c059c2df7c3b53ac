import type { SessionSlot, SessionStore } from '@qqkit/core'
import { expect, it, onTestFinished } from 'vitest'

import {
  Gateway,
  memorySessionStore,
  type Gap,
  type GatewayOptions,
  type ShardStatus,
} from '../../src/index.js'
import { Rig } from '../support/rig.js'

/** A store that outlives a gateway, whose writes the test can hold back. */
class HeldStore implements SessionStore {
  readonly durable = true
  text: string | null = null
  /** What a write waits for. */
  until: Promise<void> = Promise.resolve()

  async open(): Promise<SessionSlot> {
    return {
      load: async () => this.text,
      save: async (text) => {
        await this.until
        this.text = text
      },
      clear: async () => void (this.text = null),
      close: async () => {},
    }
  }
}

/** A gateway that nobody listens to yet, up to HELLO. */
const greeted = async (options: Partial<GatewayOptions> = {}) => {
  const { access, transport, clock } = new Rig()
  const common = {
    access,
    transport,
    clock,
    appId: '1',
    intents: 1,
    random: () => 0.5,
    policy: { jitter: 0 },
  }
  const gateway = new Gateway({ ...common, ...options })
  const gaps: Gap[] = []
  gateway.on('gap', (gap) => gaps.push(gap))
  const run = async (): Promise<void> => {
    gateway.run().catch(() => {})
    await clock.settle()
    transport.last.serverGreets()
    await clock.settle()
  }
  await run()
  const shard = (): ShardStatus => gateway.status().shards[0] as ShardStatus
  /** How long closing takes, in ms, with a server that answers. */
  const close = async (): Promise<number> => {
    const before = clock.now()
    const closing = gateway.close({ resumable: true }).then(() => clock.now() - before)
    for (let times = 0; times < 200 && gateway.status().state !== 'stopped'; times += 1) {
      await clock.advance(100)
      if (transport.last.live && transport.last.closes.length > 0) transport.last.serverCloses(4000)
    }
    return closing
  }
  return { gateway, transport, clock, gaps, shard, run, close }
}

/** A life after a crash, in which an event came again and waits for the store. */
const held = async (take: (gateway: Gateway) => () => void) => {
  const store = new HeldStore()
  const before = await greeted({ store })
  before.transport.last.serverIsReady()
  await before.clock.advance(100)
  const life = await greeted({ store })
  const leave = take(life.gateway)
  let land = (): void => {}
  store.until = new Promise<void>((resolve) => (land = resolve))
  life.transport.last.serverDispatches(2)
  expect(life.shard()).toMatchObject({ held: 1, unsettled: 0 })
  return { ...life, leave, land }
}

it.each([
  ['a listener', (gateway: Gateway) => gateway.on('C2C_MESSAGE_CREATE', () => {})],
  [
    'a reader',
    (gateway: Gateway) => {
      const events = gateway.events()[Symbol.asyncIterator]()
      return () => void events.return?.()
    },
  ],
])(
  'GW-17 an event for which %s is gone when its turn comes is finished, like any that nobody takes',
  async (_, take) => {
    const { leave, land, clock, shard, gateway } = await held(take)
    leave()
    land()
    await clock.advance(200)
    expect(shard()).toMatchObject({ held: 0, unsettled: 0, committed: 2 })
    void gateway.close()
  },
)

it('GW-17 what a reader left unread goes to the next process, or is a gap where that cannot get it', async () => {
  const store = new HeldStore()
  const { gateway, transport, clock, gaps, run: _, close } = await greeted({ store })
  const events = gateway.events()[Symbol.asyncIterator]()
  transport.last.serverIsReady().serverDispatches(2).serverDispatches(3)
  await events.next()
  // The session is gone: no next process gets what is unread of it.
  transport.last.serverCloses(4006)
  await clock.advance(3000)
  transport.last.serverGreets()
  await clock.advance(10_000)
  transport.last.serverIsReady('session-2', 1).serverDispatches(2, { other: true })
  await events.return?.()
  gaps.length = 0
  expect(await close()).toBeLessThan(1000)
  expect(gaps).toMatchObject([{ reason: 'the bot was stopped before an event was handed out' }])
})

it('ST-05 a reader that stops during close() leaves the rest to the next process, and holds up nothing', async () => {
  const store = new HeldStore()
  const { gateway, transport, close, clock } = await greeted({ store })
  const events = gateway.events()
  transport.last.serverIsReady()
  for (const seq of [2, 3, 4]) transport.last.serverDispatches(seq)
  const seqs: unknown[] = []
  const reading = (async () => {
    for await (const { event } of events) {
      seqs.push(event.s)
      await new Promise<void>((resolve) => void clock.setTimer(500, resolve))
      break
    }
  })()
  await clock.settle()
  const took = await close()
  expect(took).toBeGreaterThanOrEqual(500)
  expect(took).toBeLessThan(1000)
  await reading
  expect(seqs).toEqual([2])
  expect(JSON.parse(store.text ?? '')).toMatchObject({
    committed: 2,
    inFlight: [
      [3, 0],
      [4, 0],
    ],
  })
})

it('ST-05 a loop over events() that closes the gateway is not waited for, and its event is finished', async () => {
  const store = new HeldStore()
  const { gateway, transport, clock } = await greeted({ store })
  const seqs: unknown[] = []
  let took = Infinity
  const reading = (async () => {
    for await (const { event } of gateway.events()) {
      seqs.push(event.s)
      await new Promise<void>((resolve) => void setImmediate(resolve))
      const before = clock.now()
      await gateway.close({ resumable: true })
      took = clock.now() - before
      break
    }
  })()
  transport.last.serverIsReady()
  for (const seq of [2, 3, 4]) transport.last.serverDispatches(seq)
  for (let times = 0; times < 5; times += 1) {
    await new Promise<void>((resolve) => void setImmediate(resolve))
    await clock.advance(100)
  }
  transport.last.serverCloses(4000)
  await clock.advance(100)
  await reading
  expect(took).toBeLessThan(1000)
  expect(seqs).toEqual([2])
  expect(JSON.parse(store.text ?? '')).toMatchObject({
    committed: 2,
    inFlight: [
      [3, 0],
      [4, 0],
    ],
  })
})

it('ST-05 what an earlier round left running ends no later round when it closes the gateway', async () => {
  const { gateway, transport, clock, shard } = await greeted()
  let closeLater = (): void => {}
  void (async () => {
    for await (const { event } of gateway.events()) {
      if (event.s !== 2) await new Promise(() => {})
      const later = new Promise<void>((resolve) => (closeLater = resolve))
      void (async () => {
        await later
        void gateway.close({ resumable: true })
      })()
    }
  })()
  transport.last.serverIsReady().serverDispatches(2)
  await clock.settle()
  transport.last.serverDispatches(3)
  await clock.settle()
  closeLater()
  await clock.advance(1000)
  // It is waited for.
  expect(shard()).toMatchObject({ state: 'ready', unsettled: 1, committed: 2 })
})

it('GW-17 what was unread when a run failed for good is not handed out twice by the next one', async () => {
  const { gateway, transport, clock, run } = await greeted({
    store: memorySessionStore(),
    policy: { jitter: 0, maxAttempts: 1 },
  })
  const first = gateway.events()[Symbol.asyncIterator]()
  transport.last.serverIsReady().serverDispatches(2).serverDispatches(3)
  await first.return?.()
  for (let times = 0; times < 2; times += 1) {
    transport.last.serverCloses(1006)
    await clock.advance(3000)
  }
  expect(gateway.status().state).toBe('stopped')
  const seqs: unknown[] = []
  void (async () => {
    for await (const { event } of gateway.events()) seqs.push(event.s)
  })()
  await run()
  expect(transport.last.sentOf(6)).toMatchObject([{ d: { seq: 1 } }])
  transport.last.serverDispatches(2).serverDispatches(3).serverResumed(4)
  await clock.advance(100)
  expect(seqs.filter((seq) => seq === 2 || seq === 3)).toEqual([2, 3])
})

it('GW-16 GW-17 what a reader of an ended run leaves unread after all, the next run hands out', async () => {
  const { gateway, transport, clock, shard, run, close } = await greeted({
    store: memorySessionStore(),
    drainTimeout: 1000,
  })
  const events = gateway.events()[Symbol.asyncIterator]()
  transport.last.serverIsReady().serverDispatches(2).serverDispatches(3).serverDispatches(4)
  await events.next()
  await close()
  const seqs: unknown[] = []
  gateway.on('C2C_MESSAGE_CREATE', ({ s }) => void seqs.push(s))
  await run()
  transport.last.serverDispatches(2).serverDispatches(3).serverDispatches(4).serverResumed(5)
  await clock.advance(100)
  expect([seqs, shard().unsettled]).toEqual([[], 3])
  await events.return?.()
  await clock.advance(100)
  expect([seqs, shard().unsettled, shard().committed]).toEqual([[3, 4], 0, 5])
})

it('GW-22 a whenFull that is async, and rejects, ends nothing: the oldest gives way', async () => {
  const rejections: unknown[] = []
  const note = (error: unknown): void => void rejections.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const rig = new Rig({
    maxUnsettled: 1,
    whenFull: (async () => Promise.reject(new Error('no'))) as never,
  })
  const abandoned: unknown[] = []
  rig.gateway.on('abandoned', ({ seq }) => abandoned.push(seq))
  void rig.gateway.run(() => {})
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
  await new Promise((resolve) => setImmediate(resolve))
  expect([abandoned, rejections]).toEqual([[2], []])
})

it('ST-05 an event without a listener is no gap when it comes during a plain close()', async () => {
  const { gateway, transport, clock, gaps } = await greeted()
  let finish = (): void => {}
  gateway.on('GUILD_CREATE', async () => new Promise<void>((resolve) => (finish = resolve)))
  transport.last.serverIsReady().serverSends({ op: 0, s: 2, t: 'GUILD_CREATE', d: {} })
  const closing = gateway.close()
  transport.last.serverDispatches(3)
  await clock.advance(10)
  finish()
  await clock.advance(10)
  transport.last.serverCloses(1000)
  await clock.advance(10)
  await closing
  expect(gaps).toEqual([])
})

it('GW-25 an event that was given up while it waited for a reader is reported once, and never read', async () => {
  const { gateway, transport, clock } = await greeted({ deliveryDeadline: 10_000, eventBuffer: 2 })
  const told: unknown[] = []
  gateway.on('abandoned', ({ seq, reason }) => told.push([seq, reason]))
  const seqs: unknown[] = []
  let next = (): void => {}
  const events = gateway.events()
  void (async () => {
    for await (const { event } of events) {
      seqs.push(event.s)
      await new Promise<void>((resolve) => (next = resolve))
    }
  })()
  transport.last.serverIsReady()
  await clock.settle()
  for (const seq of [2, 3, 4]) transport.last.serverDispatches(seq)
  await clock.advance(10_000)
  expect(told).toEqual([
    [2, 'deadline'],
    [3, 'deadline'],
    [4, 'deadline'],
  ])
  // Two more than there is room for: those that were given up make it.
  transport.last.serverDispatches(5).serverDispatches(6)
  next()
  await clock.settle()
  next()
  await clock.settle()
  expect(seqs).toEqual([2, 5, 6])
  expect(told).toHaveLength(3)
})

it.each([
  ['at once', async () => {}],
  ['after a while', async () => new Promise<void>((resolve) => void setImmediate(resolve))],
])(
  'ST-05 a listener that goes on only now and then, and closes the gateway %s, is not waited for',
  async (how, wait) => {
    const { gateway, transport, clock, close } = await greeted()
    let took = Infinity
    const restart = async (): Promise<void> => {
      const before = clock.now()
      if (how !== 'at once') await wait()
      await gateway.close({ resumable: true })
      took = clock.now() - before
    }
    // It went on once before, so that its work is followed from then on.
    gateway.on('C2C_MESSAGE_CREATE', ({ s }) => (s === 3 ? wait() : s === 5 ? restart() : undefined))
    transport.last.serverIsReady().serverDispatches(2).serverDispatches(3).serverDispatches(4)
    await clock.settle()
    transport.last.serverDispatches(5)
    await clock.settle()
    expect(await close()).toBeLessThan(1000)
    await clock.settle()
    expect(took).toBeLessThan(1000)
  },
)
