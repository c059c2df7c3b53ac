import type { Delivery, SessionSlot, SessionStore } from '@qqkit/core'
import { expect, it } from 'vitest'

import { memorySessionStore } from '../../src/index.js'
import { Rig, type RigOptions } from '../support/rig.js'

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

it('GW-17 a store that another process has is refused with advice, before any connection', async () => {
  const store = memorySessionStore()
  await live({ store })
  const { rig } = await live({ store })
  expect(rig.outcome).toMatchObject({
    code: 'gateway_session_busy',
    advice: { en: expect.stringContaining('Stop the other bot') as string },
  })
  expect(rig.transport.sockets).toHaveLength(0)
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

it('ST-05 what an earlier process had in flight and is left to the next one keeps its lives', async () => {
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

it('GW-17 an event that three processes in a row died on is told to the user, counted and committed', async () => {
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
