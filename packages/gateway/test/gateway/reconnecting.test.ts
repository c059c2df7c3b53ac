import { expect, it } from 'vitest'

import { Rig } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

const IDENTIFY = 2
const RESUME = 6

/** Which of the two the newest socket sent after HELLO. */
const greeted = async (rig: Rig): Promise<'identify' | 'resume' | 'nothing'> => {
  rig.socket.serverGreets()
  await rig.clock.settle()
  if (rig.socket.sentOf(IDENTIFY).length > 0) return 'identify'
  return rig.socket.sentOf(RESUME).length > 0 ? 'resume' : 'nothing'
}

it('GW-06 op 7 brings exactly one new connection, with RESUME for the same session and seq', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverDispatches(7).serverSends({ op: 7 })
  expect(rig.socket.closes).toEqual([{ code: 4000, reason: 'reconnecting' }])
  rig.socket.serverCloses(4000)
  await rig.pass(1000)
  expect(await greeted(rig)).toBe('resume')
  expect(rig.socket.sent).toEqual([
    { op: RESUME, d: { token: 'QQBot AT_2', session_id: 'session-1', seq: 7 } },
  ])
  rig.socket.serverResumed(8)
  await rig.pass(1000)
  expect(rig.transport.sockets).toHaveLength(2)
})

it('GW-07 op 7 and then 4009 from the server is still one new connection', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSends({ op: 7 }).serverCloses(4009)
  await rig.pass(1000)
  expect(await greeted(rig)).toBe('resume')
  rig.socket.serverResumed(2)
  await rig.pass(1000)
  expect(rig.transport.sockets).toHaveLength(2)
  expect(rig.shard.counters.disconnects).toEqual({ reconnect: 1 })
})

it('GW-07 a server that never answers the close frame is let go after the deadline', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSends({ op: 7 })
  await rig.pass(3000)
  expect(rig.socket.terminated).toBe(1)
  await rig.pass(1000)
  expect(rig.transport.sockets).toHaveLength(2)
})

it('GW-08 op 9 true waits 3 s after the moment for a close frame, and resumes', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSends({ op: 9, d: true })
  await rig.pass(1000 + 2999)
  expect(rig.transport.sockets).toHaveLength(1)
  await rig.pass(1)
  expect(await greeted(rig)).toBe('resume')
})

it.each([[{ op: 9, d: false }], [{ op: 9, d: null }], [{ op: 9 }]])(
  'GW-08 %j drops the session, refreshes the token, waits 3 s and identifies',
  async (frame) => {
    const rig = await new Rig().ready()
    rig.socket.serverSends(frame)
    await rig.pass(1000 + 3000)
    expect(rig.access.tokens).toEqual([{ fresh: false }, { fresh: true }])
    await rig.pass(5000)
    expect(await greeted(rig)).toBe('identify')
    expect(rig.gaps).toMatchObject([{ lastSeq: 1, shard: { index: 0, total: 1 } }])
  },
)

it('GW-08 a close frame within a second after op 9 decides instead', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSends({ op: 9, d: false })
  await rig.pass(900)
  rig.socket.serverCloses(4915)
  await rig.clock.settle()
  expect(rig.outcome).toMatchObject({ code: 'gateway_closed', closeCode: 4915 })
})

/** A day on which the platform counts 1000 session starts down; `end` ends each connection. */
const day = async (end: (rig: Rig) => Promise<void>): Promise<{ identifies: number; left: number }> => {
  const rig = new Rig()
  const midnight = rig.clock.now() + 86_400_000
  let identifies = 0
  rig.access.gateway_ = () =>
    Promise.resolve(
      gatewayAnswer({
        total: 1000,
        remaining: 1000 - identifies,
        reset_after: midnight - rig.clock.now(),
      }),
    )
  await rig.start()
  while (rig.clock.now() < midnight) {
    if ((await greeted(rig)) === 'identify') identifies += 1
    await end(rig)
    const before = rig.transport.sockets.length
    while (rig.transport.sockets.length === before) await rig.clock.step()
  }
  return { identifies, left: 1000 - identifies }
}

it('GW-08 a day of op 9 stays far inside the session budget', async () => {
  const { identifies } = await day(async (rig) => {
    await rig.pass(5000)
    rig.socket.serverSends({ op: 9, d: false })
  })
  expect(identifies).toBeGreaterThan(100)
  expect(identifies).toBeLessThan(400)
})

it('GW-09 a day of 4902 a minute after READY never uses up the session budget', async () => {
  const { identifies, left } = await day(async (rig) => {
    rig.socket.serverIsReady()
    await rig.pass(61_000)
    rig.socket.serverCloses(4902)
  })
  expect(identifies).toBeGreaterThan(500)
  expect(left).toBeGreaterThan(0)
})

it('GW-10 4009 is resumed; refused, it is identified, with a gap', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverDispatches(5).serverCloses(4009)
  await rig.pass(1000)
  expect(await greeted(rig)).toBe('resume')
  rig.socket.serverCloses(4006)
  await rig.nextSocket()
  expect(await greeted(rig)).toBe('identify')
  expect(rig.gaps).toMatchObject([{ lastSeq: 5 }])
})

it('GW-10 a resume after 4009 that is lost without a replayed frame is not tried again', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverCloses(4009)
  await rig.pass(1000)
  expect(await greeted(rig)).toBe('resume')
  rig.socket.serverCloses(1006)
  expect(rig.gaps).toHaveLength(1)
})

it('GW-10 an outage before HELLO costs the session nothing', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverCloses(4009)
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await rig.pass(60_000)
    rig.socket.serverCloses(1006)
  }
  await rig.pass(60_000)
  expect(await greeted(rig)).toBe('resume')
  expect(rig.gaps).toEqual([])
})

it('GW-10 the strict table identifies after 4009 at once', async () => {
  const rig = await new Rig({ closeCodes: 'strict' }).ready()
  await rig.pass(5000)
  rig.socket.serverCloses(4009)
  await rig.pass(1000)
  expect(await greeted(rig)).toBe('identify')
  expect(rig.gaps).toHaveLength(1)
})

it.each([[1000], [1001], [1006]])(
  'GW-13 a remote close with %i climbs the ladder and resumes',
  async (code) => {
    const rig = await new Rig().ready()
    await rig.pass(5000)
    rig.socket.serverCloses(code)
    expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 1 })
    await rig.pass(1000)
    expect(await greeted(rig)).toBe('resume')
  },
)

it('GW-13 our own close is followed by nothing', async () => {
  const rig = await new Rig().ready()
  await rig.close()
  expect(rig.socket.closes).toEqual([{ code: 1000, reason: 'stopping' }])
  await rig.pass(600_000)
  expect(rig.transport.sockets).toHaveLength(1)
  expect(rig.outcome).toBe('closed')
})

it('GW-14 nothing of an older socket changes anything', async () => {
  const rig = await new Rig().ready()
  const old = rig.socket
  old.serverCloses(1006)
  await rig.pass(1000)
  await greeted(rig)
  rig.socket.serverResumed(2)
  await rig.pass(1234)
  const before = rig.shard
  expect(before.lastFrameAge).toBe(1234)
  old.serverOpens().serverGreets(5).serverDispatches(99).serverSends({ op: 7 }).serverPings()
  old.serverSends({ op: 9 }).serverCloses(4915).serverSendsRaw('garbage')
  await rig.clock.settle()
  expect(rig.shard).toEqual(before)
  expect(rig.seqs).toEqual([])
  expect(rig.outcome).toBeUndefined()
})

it.each([
  [429, null, 60_000, false],
  [429, 120_000, 120_000, false],
  [503, 90_000, 90_000, false],
  [503, null, 1000, false],
  [401, null, 1000, true],
  [500, null, 1000, false],
])(
  'RP-02 an upgrade answered with %i (Retry-After: %j) waits %i ms; a new token: %j',
  async (status, retryAfter, wait, fresh) => {
    const rig = await new Rig().start()
    rig.socket.serverRefuses(status, retryAfter)
    expect(rig.shard).toMatchObject({ state: 'waiting', nextAttemptAt: rig.clock.wall() + wait })
    expect(rig.shard.reason).toContain(`HTTP ${status}`)
    await rig.nextSocket()
    expect(rig.access.tokens.at(-1)).toEqual({ fresh })
  },
)

it('RP-02 a lookup whose answer names a wait waits that long', async () => {
  const rig = new Rig()
  rig.access.gateway_ = () =>
    Promise.reject(Object.assign(new Error('HTTP 503'), { access: 'unavailable', retryAfter: 40_000 }))
  await rig.start()
  expect(rig.shard.nextAttemptAt).toBe(rig.clock.wall() + 40_000)
})

it('GW-29 an address that cannot be reached is asked for again at the first failure, though its answer is fresh', async () => {
  const rig = await new Rig().ready()
  rig.access.gateway_ = () =>
    Promise.resolve({ ...(gatewayAnswer() as object), url: 'wss://alive.invalid/websocket' })
  await rig.pass(40_000)
  rig.socket.serverSends({ op: 11 }).serverCloses(1006)
  await rig.nextSocket()
  expect([rig.access.lookups, rig.socket.url]).toEqual([1, 'wss://gateway.invalid/websocket'])
  rig.socket.serverCloses(1006, '', new Error('ECONNREFUSED'))
  await rig.nextSocket()
  expect([rig.access.lookups, rig.socket.url]).toEqual([2, 'wss://alive.invalid/websocket'])
})
