import { expect, it } from 'vitest'

import { Rig } from '../support/rig.js'

const BEAT = 1
const interval = 41_250

/** Lets one interval pass on a connection that is alive and acknowledged. */
const acknowledged = async (rig: Rig, ms: number): Promise<void> => {
  await rig.pass(ms)
  rig.socket.serverSends({ op: 11 })
}

it('GW-01 beats at the interval of HELLO, the first time earlier, with the last seq or null', async () => {
  const rig = await new Rig({ random: () => 0.25 }).start()
  await rig.identified()
  await acknowledged(rig, interval / 4)
  expect(rig.socket.sentOf(BEAT)).toEqual([{ op: BEAT, d: null }])
  rig.socket.serverIsReady().serverDispatches(9)
  await acknowledged(rig, interval - 1)
  expect(rig.socket.sentOf(BEAT)).toHaveLength(1)
  await acknowledged(rig, 1)
  expect(rig.socket.sentOf(BEAT)).toEqual([
    { op: BEAT, d: null },
    { op: BEAT, d: 9 },
  ])
  expect(rig.shard).toMatchObject({ lastAckAge: 0, latency: 0, received: 9 })
})

it.each([[{}], [0], [-1], ['41250'], [null], [Infinity], [1], [1e12], [600_000]])(
  'GW-02 an interval of %j falls back, without a flood',
  async (bad) => {
    const rig = await new Rig().start()
    rig.socket.serverGreets(bad)
    await rig.clock.settle()
    rig.socket.serverIsReady()
    await acknowledged(rig, interval / 2)
    expect(rig.socket.sentOf(BEAT)).toHaveLength(1)
    await acknowledged(rig, interval)
    expect(rig.socket.sentOf(BEAT)).toHaveLength(2)
    expect(rig.records.map(({ event }) => event)).toContain('gateway.bad_interval')
  },
)

it('GW-04 silence for one interval after a beat ends the connection at once, and the session continues', async () => {
  const rig = await new Rig().ready()
  await rig.pass(interval / 2)
  expect(rig.socket.sentOf(BEAT)).toHaveLength(1)
  await rig.pass(interval - 1)
  expect(rig.socket.terminated).toBe(0)
  await rig.pass(1)
  expect(rig.socket.terminated).toBe(1)
  expect(rig.socket.closes).toEqual([])
  await rig.pass(1000)
  rig.socket.serverGreets()
  expect(rig.socket.sentOf(6)).toHaveLength(1)
  rig.socket.serverResumed(2)
  await acknowledged(rig, interval / 2)
  await acknowledged(rig, interval)
  expect(rig.socket.sentOf(BEAT)).toHaveLength(2)
  expect(rig.shard).toMatchObject({ state: 'ready', counters: { zombies: 1, resumed: 1 } })
})

it('GW-04 a ping is a sign of life', async () => {
  const rig = await new Rig().ready()
  await rig.pass(interval / 2)
  rig.socket.serverPings()
  await rig.pass(interval)
  expect(rig.shard.state).toBe('ready')
})

it('GW-05 frames without a single ACK for three beats end the connection, and not before', async () => {
  const rig = await new Rig().ready()
  await rig.pass(interval / 2)
  for (const seq of [2, 3]) {
    rig.socket.serverDispatches(seq)
    await rig.pass(interval)
  }
  rig.socket.serverDispatches(4)
  expect(rig.shard).toMatchObject({ state: 'ready', lastAckAge: null, lastFrameAge: 0 })
  await rig.pass(interval)
  expect(rig.socket.terminated).toBe(1)
  await rig.pass(1000)
  rig.socket.serverGreets()
  expect(rig.socket.sentOf(6)).toEqual([
    { op: 6, d: { token: 'QQBot AT_2', session_id: 'session-1', seq: 4 } },
  ])
})

it('GW-05 the status shows the age of the last ACK, whatever else comes', async () => {
  const rig = await new Rig().ready()
  await acknowledged(rig, interval / 2)
  expect(rig.shard).toMatchObject({ lastAckAge: 0, latency: 0 })
  await rig.pass(1500)
  rig.socket.serverDispatches(2)
  expect(rig.shard).toMatchObject({ lastAckAge: 1500, lastFrameAge: 0 })
})

it('GW-24 a heartbeat of the server is answered at once by our own, with the last seq, and never by op 11', async () => {
  const rig = await new Rig().start()
  rig.socket.serverOpens().serverSends({ op: 1, d: 5 })
  expect(rig.socket.sent).toEqual([{ op: BEAT, d: null }])
  rig.socket.serverSends({ op: 10, d: { heartbeat_interval: interval } }).serverSends({ op: 1 })
  await rig.clock.settle()
  rig.socket.serverSends({ op: 1, d: null })
  rig.socket.serverIsReady().serverDispatches(7).serverSends({ op: 1, d: 5 })
  expect(rig.socket.sentOf(BEAT).map(({ d }) => d)).toEqual([null, null, null, 7])
  expect(rig.socket.sentOf(11)).toEqual([])
})

it('GW-24 the answer comes besides the regular beats, and its ACK is one like any other', async () => {
  const rig = await new Rig().ready()
  await acknowledged(rig, interval / 2)
  await rig.pass(20_000)
  rig.socket.serverSends({ op: 1 })
  await rig.pass(42)
  rig.socket.serverSends({ op: 11 })
  expect(rig.shard).toMatchObject({ lastAckAge: 0, latency: 0 })
  await rig.pass(interval - 20_042)
  expect(rig.socket.sentOf(BEAT)).toHaveLength(3)
  rig.socket.serverSends({ op: 1 })
  await rig.pass(30)
  rig.socket.serverSends({ op: 11 })
  await rig.pass(5)
  rig.socket.serverSends({ op: 11 })
  expect(rig.shard).toMatchObject({ state: 'ready', lastAckAge: 0, latency: 30 })
})

it('GW-24 answers without an ACK are no missing ACKs: three regular heartbeats are', async () => {
  const rig = await new Rig().ready()
  const asked = async (ms: number): Promise<void> => {
    for (let n = 0; n < 5; n += 1) rig.socket.serverSends({ op: 1 })
    await rig.pass(ms)
  }
  await asked(interval / 2)
  for (let beat = 1; beat < 3; beat += 1) {
    await asked(interval)
    expect(rig.shard.state).toBe('ready')
  }
  expect(rig.socket.sentOf(BEAT)).toHaveLength(3 + 3 * 5)
  await asked(interval)
  expect(rig.socket.terminated).toBe(1)
  expect(rig.shard.counters.disconnects).toEqual({ zombie: 1 })
})

it('GW-24 a server that answers nothing but asks is alive, and one that only asks counts as unacknowledged', async () => {
  const rig = await new Rig().ready()
  await rig.pass(interval / 2)
  rig.socket.serverSends({ op: 1 })
  await rig.pass(interval - 1)
  expect(rig.shard.state).toBe('ready')
  // Heard since the last beat, so it is no silence; the next interval is.
  await rig.pass(interval + 1)
  expect(rig.socket.terminated).toBe(1)
})

it('GW-24 a flood of heartbeats does not make us send too fast', async () => {
  const rig = await new Rig().ready()
  for (let tick = 0; tick < 600; tick += 1) {
    for (let n = 0; n < 20; n += 1) rig.socket.serverSends({ op: 1 })
    await rig.pass(100)
    if (tick % 50 === 0) rig.socket.serverSends({ op: 11 })
  }
  const { length } = rig.socket.sent
  expect(length).toBeGreaterThan(30)
  expect(length).toBeLessThan(42)
  expect(rig.shard.state).toBe('ready')
  await rig.pass(20_000)
  const before = rig.socket.sent.length
  rig.socket.serverSends({ op: 1 })
  expect(rig.socket.sent).toHaveLength(before + 1)
})

it('GW-24 after our close frame nothing is sent any more', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSends({ op: 7 })
  expect(rig.socket.closes).toHaveLength(1)
  rig.socket.serverSends({ op: 1 })
  expect(rig.socket.sentOf(BEAT)).toEqual([])
})
