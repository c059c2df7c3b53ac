import { SessionBusyError, type Delivery, type SessionSlot, type SessionStore } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { memorySessionStore } from '../../src/index.js'
import { Rig, type RigOptions } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

const memorySlot: SessionSlot = {
  load: () => Promise.resolve(null),
  save: () => Promise.resolve(),
  clear: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

/** A store that outlives a gateway, as a file does, in the memory of the test. */
const durable = (): SessionStore & { text: string | null; taken: boolean } => {
  const store = {
    durable: true,
    text: null as string | null,
    taken: false,
    open: (): Promise<SessionSlot> =>
      Promise.resolve({
        load: () => Promise.resolve(store.text),
        save: (text) => {
          store.text = text
          return Promise.resolve()
        },
        clear: () => {
          store.text = null
          return Promise.resolve()
        },
        close: () => Promise.resolve(),
      }),
  }
  return store
}

/** A life of the bot on that store, up to HELLO. */
const live = async (options: RigOptions): Promise<{ rig: Rig; got: Delivery[] }> => {
  const rig = new Rig({ appId: '1', ...options })
  const got: Delivery[] = []
  void rig.gateway.run((delivery) => got.push(delivery)).catch((error: Error) => (rig.outcome = error))
  await rig.clock.settle()
  if (rig.transport.sockets.length > 0) await rig.identified()
  return { rig, got }
}

it('GW-17 the next process gets what was not finished, and nothing that was', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3).serverDispatches(4)
  first.got[0]?.settle('done')
  first.got[2]?.settle('done')
  // Then it dies: what counts is what the store has by now.
  await first.rig.pass(100)
  const second = await live({ store })
  expect(second.rig.socket.sentOf(6)).toMatchObject([{ d: { session_id: 'session-1', seq: 2 } }])
  second.rig.socket.serverDispatches(3).serverDispatches(4).serverResumed(5).serverDispatches(6)
  await second.rig.pass(100)
  expect(second.got.map(({ frame, replayed }) => [frame.s, replayed])).toEqual([
    [3, true],
    [6, false],
  ])
})

it('GW-17 what an earlier process finished is not repeated, even if it comes again after RESUMED', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
  first.got[1]?.settle('done')
  await first.rig.pass(100)
  const second = await live({ store })
  second.rig.socket.serverResumed(4).serverDispatches(2).serverDispatches(3)
  await second.rig.pass(100)
  expect(second.got.map(({ frame }) => frame.s)).toEqual([2])
})

it('GW-17 close({ resumable: true }) keeps the session, close() ends it', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady().serverDispatches(2)
  first.got[0]?.settle('done')
  await first.rig.close({ resumable: true })
  expect(first.rig.socket.closes).toEqual([{ code: 4000, reason: 'stopping' }])
  const second = await live({ store })
  expect(second.rig.socket.sentOf(6)).toMatchObject([{ d: { session_id: 'session-1', seq: 2 } }])
  second.rig.socket.serverResumed(3)
  await second.rig.close()
  expect(store.text).toBeNull()
  const third = await live({ store })
  expect(third.rig.socket.sentOf(6)).toEqual([])
})

it('GW-17 a session that cannot be resumed after a restart is a gap since it was stored', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady()
  await first.rig.pass(100)
  const second = await live({ store })
  second.rig.socket.serverCloses(4006)
  expect(second.rig.gaps).toMatchObject([{ lastSeq: 1 }])
  await second.rig.nextSocket()
  await second.rig.identified()
  expect(second.rig.socket.sentOf(2)).toHaveLength(1)
})

it('GW-34 a process that dies before its session is stored leaves a gap, since it began, to the next one', async () => {
  const store = durable()
  const begun = Date.UTC(2026, 0, 1)
  // Dies while it waits for READY.
  await live({ store, clock: new ManualClock(begun) })
  const second = await live({ store, clock: new ManualClock(begun + 5000) })
  expect(second.rig.gaps).toMatchObject([
    { since: begun, lastSeq: null, reason: expect.stringContaining('before its session was stored') },
  ])
  // It dies in the same way: what is missing is missing since the first one.
  const third = await live({ store, clock: new ManualClock(begun + 10_000) })
  expect(third.rig.gaps).toMatchObject([{ since: begun }])
  third.rig.socket.serverIsReady()
  await third.rig.pass(100)
  const fourth = await live({ store, clock: new ManualClock(begun + 20_000) })
  expect(fourth.rig.gaps).toEqual([])
  expect(fourth.rig.socket.sentOf(6)).toHaveLength(1)
})

it('GW-34 a process that dies between two sessions leaves a gap since the first one ended', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady()
  await first.rig.pass(1000)
  const dropped = first.rig.clock.wall()
  first.rig.socket.serverCloses(4006)
  await first.rig.pass(500)
  expect(first.rig.gaps).toHaveLength(1)
  const second = await live({ store, clock: new ManualClock(dropped + 5000) })
  expect(second.rig.socket.sentOf(6)).toEqual([])
  expect(second.rig.gaps).toMatchObject([{ since: dropped }])
})

it('GW-34 a store that hangs holds up the first connection for five seconds at most', async () => {
  const hanging: SessionStore = {
    durable: true,
    open: async () => ({ ...memorySlot, save: () => new Promise<void>(() => {}) }),
  }
  const { rig } = await live({ store: hanging })
  expect(rig.transport.sockets).toHaveLength(0)
  await rig.pass(5000)
  expect(rig.transport.sockets).toHaveLength(1)
})

it('GW-34 a first start, and an orderly stop before there was a session, leave nothing', async () => {
  const store = durable()
  const first = await live({ store })
  expect(first.rig.gaps).toEqual([])
  await first.rig.close({ resumable: true })
  expect(store.text).toBeNull()
  const second = await live({ store })
  expect(second.rig.gaps).toEqual([])
})

it('GW-17 a store that another process has is waited for, and then refused with advice, before any connection', async () => {
  const store = memorySessionStore()
  await live({ store })
  const { rig } = await live({ store })
  const seen: unknown[] = []
  rig.gateway.on('status', ({ state }) => seen.push(state))
  expect(rig.gateway.status()).toMatchObject({
    state: 'waiting',
    reason: expect.stringMatching(/in use by another gateway of this process; waiting up to 60 s/) as string,
  })
  expect(rig.shard.nextAttemptAt).toBe(rig.clock.wall() + 1000)
  await rig.pass(59_999)
  expect([rig.outcome, rig.shard.state]).toEqual([undefined, 'waiting'])
  await rig.pass(1)
  expect(seen).toEqual(['preparing', 'stopped'])
  expect(rig.outcome).toMatchObject({
    code: 'gateway_session_busy',
    advice: { en: expect.stringContaining('Stop the other bot') as string },
  })
  expect(rig.transport.sockets).toHaveLength(0)
  expect(rig.clock.pending).toBe(0)
})

it('GW-17 a process that waits for the session continues as soon as the one before releases it', async () => {
  const store = memorySessionStore()
  const first = await live({ store })
  first.rig.socket.serverIsReady()
  const second = await live({ store, lockTimeout: 40_000 })
  await second.rig.pass(35_000)
  await first.rig.close({ resumable: true })
  await second.rig.pass(1000)
  await second.rig.identified()
  expect(second.rig.socket.sentOf(6)).toMatchObject([{ d: { session_id: 'session-1', seq: 1 } }])
  expect(second.rig.shard.state).toBe('resuming')
})

it('GW-17 lockTimeout 0 refuses at once, and close() ends the wait at once', async () => {
  const store = memorySessionStore()
  await live({ store })
  const { rig } = await live({ store, lockTimeout: 0 })
  expect(rig.outcome).toMatchObject({ code: 'gateway_session_busy' })
  const waiting = (await live({ store })).rig
  await waiting.gateway.close()
  expect([waiting.outcome, waiting.clock.pending]).toEqual([undefined, 0])
})

it('GW-17 a process whose session another one has taken over stops with advice', async () => {
  let take: (error: SessionBusyError) => void = () => {}
  const taken = new Promise<SessionBusyError>((resolve) => (take = resolve))
  const disk = durable()
  const store: SessionStore = { durable: true, open: async (key) => ({ ...(await disk.open(key)), taken }) }
  const { rig } = await live({ store })
  rig.socket.serverIsReady()
  take(
    new SessionBusyError({
      key: { appId: '1', shard: { index: 0, total: 1 } },
      holder: 'process 7',
      place: 'a file',
    }),
  )
  await rig.pass(10_000)
  expect(rig.outcome).toMatchObject({ code: 'gateway_session_busy' })
})

/** What a life has stored that was told an event at this wall time and never heard again. */
const leftBehind = async (): Promise<{ text: string; lastHeard: number; now: number }> => {
  const store = durable()
  const { rig } = await live({ store })
  rig.socket.serverIsReady().serverDispatches(2)
  const lastHeard = rig.clock.wall()
  await rig.pass(30_000)
  return { text: store.text ?? '', lastHeard, now: rig.clock.wall() }
}

const unusable: readonly (readonly [string, (text: string) => string | Error, RigOptions])[] = [
  ['of another host', (text) => text.replace('gateway.invalid', 'sandbox.invalid'), {}],
  ['of other intents', (text) => text, { intents: 1 << 30 }],
  ['of another bot', (text) => text, { appId: '2' }],
  ['of another shard', (text) => text, { shards: { ids: [1], total: 2 } }],
  ['that is cut off', (text) => text.slice(0, -10), {}],
]
it.each(unusable)(
  'GW-17 a stored session %s is a gap since it was in touch',
  async (_what, change, options) => {
    const { text, lastHeard } = await leftBehind()
    const store = durable()
    store.text = change(text) as string
    const { rig } = await live({ store, clock: new ManualClock(lastHeard + 3_600_000), ...options })
    expect(rig.gaps).toMatchObject([{ since: lastHeard, reason: expect.stringMatching(/ignored/) as string }])
    expect(rig.shard.counters.gaps).toBe(1)
    expect(rig.socket.sentOf(2)).toHaveLength(1)
  },
)

it.each([
  ['opened', { open: () => Promise.reject(new Error('disk')) }],
  [
    'loaded',
    {
      open: () => Promise.resolve({ ...memorySlot, load: () => Promise.reject(new Error('I/O error')) }),
    },
  ],
])('GW-17 a store that cannot be %s is a gap, since nobody knows when', async (_what, { open }) => {
  const { rig } = await live({ store: { durable: true, open } })
  expect(rig.gaps).toMatchObject([
    { since: null, lastSeq: null, reason: expect.stringMatching(/store/) as string },
  ])
  expect(rig.shard.storeProblem).toMatch(/disk|I\/O error/)
})

it('GW-17 a session that was kept under another number of shards is a gap, once', async () => {
  const { text, lastHeard } = await leftBehind()
  let left = [text]
  const store: SessionStore = { ...durable(), leftOver: async () => left.splice(0) }
  const { rig } = await live({ store, clock: new ManualClock(lastHeard + 1000), shards: 2 })
  expect(rig.gaps).toMatchObject([
    { since: lastHeard, lastSeq: 1, reason: expect.stringMatching(/another shard/) as string },
  ])
})

it('GW-17 an event in flight that the platform does not send again is a gap since it came', async () => {
  const { text, lastHeard } = await leftBehind()
  const store = durable()
  store.text = text
  const { rig, got } = await live({ store, clock: new ManualClock(lastHeard + 60_000) })
  rig.socket.serverResumed(3)
  expect([got, rig.gaps]).toMatchObject([
    [],
    [{ since: lastHeard, reason: expect.stringMatching(/did not come again/) as string }],
  ])
  expect(rig.shard).toMatchObject({ committed: 3, counters: { gaps: 1 } })
})

it('GW-17 a life that never connected moves nothing', async () => {
  const { text, lastHeard } = await leftBehind()
  const store = durable()
  store.text = text
  const second = await live({ store, clock: new ManualClock(lastHeard + 60_000) })
  await second.rig.close({ resumable: true })
  const third = await live({ store, clock: new ManualClock(lastHeard + 3_600_000) })
  third.rig.socket.serverCloses(4006)
  expect(third.rig.gaps).toMatchObject([{ since: lastHeard }])
})

it('GW-17 a session is stored under the host that it is on now', async () => {
  const store = durable()
  const { rig } = await live({ store })
  rig.socket.serverIsReady('on-a')
  rig.access.gateway_ = () =>
    Promise.resolve({ ...(gatewayAnswer() as object), url: 'wss://other.invalid/websocket' })
  await rig.pass(310_000)
  rig.socket.serverCloses(4006)
  await rig.nextSocket()
  await rig.identified()
  await rig.pass(5000)
  rig.socket.serverIsReady('on-b')
  await rig.pass(1000)
  expect(JSON.parse(store.text ?? '')).toMatchObject({ host: 'other.invalid', sessionId: 'on-b' })
})

it('GW-18 a foreign or corrupt session is ignored with one record', async () => {
  const store = durable()
  store.text = 'corrupt'
  const { rig } = await live({ store })
  expect(rig.socket.sentOf(2)).toHaveLength(1)
  expect(rig.records.filter(({ event }) => event === 'gateway.session_ignored')).toHaveLength(1)
})

it.each([
  ['hangs', (): Promise<never> => new Promise(() => {})],
  ['fails', (): Promise<never> => Promise.reject(new Error('disk'))],
])('GW-18 a store that %s costs the resume after a restart, and nothing else', async (_what, open) => {
  const rig = new Rig({ appId: '1', store: { durable: true, open } })
  const got: Delivery[] = []
  void rig.gateway.run((delivery) => got.push(delivery))
  await rig.nextSocket()
  await rig.identified()
  rig.socket.serverIsReady().serverDispatches(2).serverDispatches(3)
  expect(got.map(({ frame }) => frame.s)).toEqual([2, 3])
  await rig.pass(41_250 / 2)
  expect(rig.socket.sentOf(1)).toHaveLength(1)
  expect(rig.records.filter(({ event }) => event === 'gateway.store_failed')).toHaveLength(1)
  for (const delivery of got) delivery.settle('done')
  await rig.close()
  expect(rig.clock.pending).toBe(0)
})

it('ST-05 close() lets what is being handled finish, leaves new events to the next process, and then closes', async () => {
  const store = durable()
  const { rig, got } = await live({ store })
  rig.socket.serverIsReady().serverDispatches(2)
  const closing = rig.gateway.close({ resumable: true })
  rig.socket.serverDispatches(3)
  await rig.pass(5000)
  expect(got).toHaveLength(1)
  expect(rig.socket.closes).toEqual([])
  expect(rig.shard.state).toBe('ready')
  got[0]?.settle('done')
  await rig.pass(100)
  expect(rig.socket.closes).toHaveLength(1)
  rig.socket.serverCloses(4000)
  await closing
  expect(JSON.parse(store.text ?? '')).toMatchObject({ sessionId: 'session-1', committed: 2, inFlight: [] })
})

it('ST-05 what was finished last is stored before the connection is closed', async () => {
  const kept = durable()
  let stored = (): void => {}
  const open = async (...key: Parameters<SessionStore['open']>): Promise<SessionSlot> => {
    const slot = await kept.open(...key)
    const save = async (text: string): Promise<void> => {
      await new Promise<void>((resolve) => (stored = resolve))
      await slot.save(text)
    }
    return { ...slot, save }
  }
  const store: SessionStore = { durable: true, open }
  const { rig, got } = await live({ store })
  // That there is no session yet.
  stored()
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady().serverDispatches(2)
  const closing = rig.gateway.close({ resumable: true })
  got[0]?.settle('done')
  await rig.pass(1000)
  expect(rig.socket.closes).toEqual([])
  for (let write = 1; write <= 2; write += 1) {
    stored()
    await rig.pass(100)
  }
  expect(JSON.parse(kept.text ?? '')).toMatchObject({ committed: 2, inFlight: [] })
  expect(rig.socket.closes).toHaveLength(1)
  rig.socket.serverCloses(4000)
  await rig.pass(100)
  stored()
  await closing
})

it('ST-05 what an earlier process had in flight and is left to the next one keeps its crashes', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady().serverDispatches(2)
  await first.rig.pass(100)
  const { rig, got } = await live({ store })
  const closing = rig.gateway.close({ resumable: true })
  rig.socket.serverDispatches(2).serverResumed(3)
  await rig.pass(100)
  rig.socket.serverCloses(4000)
  await closing
  expect(got).toEqual([])
  expect(JSON.parse(store.text ?? '')).toMatchObject({ committed: 1, inFlight: [[2, 1]] })
})

it('ST-05 close() waits no longer than its deadline for a handler', async () => {
  const { rig } = await live({ drainTimeout: 2000 })
  rig.socket.serverIsReady().serverDispatches(2)
  const closing = rig.gateway.close()
  await rig.pass(1999)
  expect(rig.socket.closes).toEqual([])
  await rig.pass(1)
  rig.socket.serverCloses(1000)
  await closing
  expect(rig.clock.pending).toBe(0)
})

it('GW-17 a bot whose attempts are used up leaves its session to the next process', async () => {
  const store = durable()
  const { rig } = await live({ store, policy: { jitter: 0, maxAttempts: 1 } })
  rig.socket.serverIsReady().serverCloses(1006)
  await rig.nextSocket()
  rig.socket.serverCloses(1006)
  await rig.pass(100)
  expect(rig.outcome).toMatchObject({ code: 'gateway_gave_up' })
  expect(rig.gaps).toEqual([])
  const next = await live({ store })
  expect(next.rig.socket.sentOf(6)).toMatchObject([{ d: { session_id: 'session-1', seq: 1 } }])
})

it('GW-09 GW-17 a bot whose token stays wrong leaves its session to the next process', async () => {
  const store = durable()
  const { rig } = await live({ store })
  rig.socket.serverIsReady().serverCloses(4004)
  for (let time = 2; time <= 5; time += 1) {
    await rig.nextSocket()
    rig.socket.serverGreets().serverCloses(4004)
  }
  await rig.pass(100)
  expect(rig.outcome).toMatchObject({ code: 'gateway_auth_failed', closeCode: 4004 })
  expect(rig.gaps).toEqual([])
  const next = await live({ store })
  expect(next.rig.socket.sentOf(6)).toMatchObject([{ d: { session_id: 'session-1', seq: 1 } }])
})

it('ST-05 a connection lost while handlers finish is resumed for the next process, and nothing is taken', async () => {
  const store = durable()
  const { rig, got } = await live({ store, drainTimeout: 120_000 })
  rig.socket.serverIsReady().serverDispatches(2)
  const closing = rig.gateway.close({ resumable: true })
  await rig.pass(1000)
  rig.socket.serverCloses(4009)
  await rig.nextSocket()
  rig.socket.serverGreets().serverDispatches(3).serverResumed(4)
  await rig.pass(31_000)
  expect(rig.shard).toMatchObject({ state: 'ready', received: 2 })
  expect(rig.gaps).toEqual([])
  got[0]?.settle('done')
  await rig.pass(100)
  rig.socket.serverCloses(4000)
  await closing
  expect(JSON.parse(store.text ?? '')).toMatchObject({ sessionId: 'session-1', committed: 2, inFlight: [] })
})

it('GW-17 an event that three processes in a row died on is reported, counted and committed', async () => {
  const store = durable()
  const first = await live({ store })
  first.rig.socket.serverIsReady().serverDispatches(2, { content: 'poison' })
  await first.rig.pass(100)
  for (let life = 2; life <= 3; life += 1) {
    const { rig, got } = await live({ store })
    rig.socket.serverDispatches(2, { content: 'poison' })
    await rig.pass(100)
    expect(got).toHaveLength(1)
  }
  const { rig, got } = await live({ store })
  const quarantined: unknown[] = []
  rig.gateway.on('quarantined', (told) => quarantined.push(told))
  rig.socket.serverDispatches(2, { content: 'poison' }).serverResumed(3)
  await rig.pass(100)
  expect(got).toEqual([])
  expect(quarantined).toMatchObject([
    { shard: { index: 0, total: 1 }, event: { s: 2, t: 'C2C_MESSAGE_CREATE', d: { content: 'poison' } } },
  ])
  expect(rig.shard).toMatchObject({ committed: 3, unsettled: 0, counters: { quarantined: 1, skipped: 0 } })
  expect(JSON.parse(store.text ?? '')).toMatchObject({ committed: 3, inFlight: [] })
})

it('GW-17 a session is as old after a restart as it was before, and is replaced in time', async () => {
  const { text, lastHeard } = await leftBehind()
  const store = durable()
  store.text = text
  const clock = new ManualClock(lastHeard + 3_600_000)
  const { rig } = await live({ store, clock, maxSessionAge: 7_200_000 })
  rig.socket.serverDispatches(2).serverResumed(3)
  expect(rig.shard.sessionAge).toBe(3_600_000)
  for (let minutes = 0; minutes < 61; minutes += 0.5) {
    await rig.pass(30_000)
    if (rig.shard.state === 'ready') rig.socket.serverSends({ op: 11 })
  }
  expect(rig.gaps).toMatchObject([{ reason: expect.stringMatching(/older than maxSessionAge/) as string }])
})
