import type { IdentifyPermits } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { expect, it, onTestFinished } from 'vitest'

import { Rig } from '../support/rig.js'

it('ST-03 a transport that throws is tried again after 5 s, with a fresh socket', async () => {
  const rig = new Rig()
  rig.transport.failure = new Error('no sockets')
  await rig.start()
  expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 0 })
  expect(rig.records.find(({ event }) => event === 'gateway.fault')).toMatchObject({ level: 'error' })
  await rig.pass(4999)
  expect(rig.transport.sockets).toHaveLength(0)
  await rig.pass(1)
  expect(rig.transport.sockets).toHaveLength(1)
  await rig.pass(10_000)
  expect(rig.transport.sockets).toHaveLength(1)
})

it('ST-03 what a socket said before its opening threw counts for nothing', async () => {
  const rig = new Rig()
  const states: string[] = []
  rig.gateway.on('status', ({ state }) => void states.push(state))
  rig.transport.open = (_url, events) => {
    events.onOpen()
    throw new Error('opened, and broken all the same')
  }
  await rig.start()
  expect(states).toEqual(['preparing', 'opening', 'waiting'])
  expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 0 })
})

const permitsThat = (acquire: IdentifyPermits['acquire']): IdentifyPermits => ({
  update: () => {},
  budgetDelay: () => 0,
  acquire,
})

it.each<[string, IdentifyPermits]>([
  ['reject', permitsThat(() => Promise.reject(new Error('permits')))],
  [
    'throw',
    permitsThat(() => {
      throw new Error('permits')
    }),
  ],
  ['give nothing', permitsThat(() => Promise.resolve(undefined as never))],
])(
  'ST-03 permits that %s are asked again after 5 s, without an identify or a socket',
  async (_what, permits) => {
    const rig = await new Rig({ permits }).start()
    expect(rig.shard).toMatchObject({ state: 'waiting', nextAttemptAt: rig.clock.wall() + 5000 })
    await rig.pass(5000)
    expect(rig.shard.state).toBe('waiting')
    expect(rig.transport.sockets).toHaveLength(0)
  },
)

it('ST-03 an access that throws at once is an access that fails', async () => {
  const rig = new Rig()
  rig.access.token_ = () => {
    throw new Error('not even a promise')
  }
  await rig.start()
  expect(rig.shard.state).toBe('waiting')
  rig.access.token_ = () => Promise.resolve('AT')
  await rig.pass(5000)
  expect(rig.transport.sockets).toHaveLength(1)
})

it('ST-03 a socket that throws on sending is replaced', async () => {
  const rig = await new Rig().ready()
  const broken = rig.socket
  broken.send = () => {
    throw new Error('EPIPE')
  }
  await rig.pass(41_250)
  expect(broken.terminated).toBe(1)
  await rig.pass(5000)
  rig.socket.serverGreets()
  expect(rig.socket.sentOf(6)).toHaveLength(1)
  expect(rig.transport.live).toBe(1)
})

it('a log that throws, and a handler that closes the gateway, disturb nothing', async () => {
  const rig = new Rig({
    log: () => {
      throw new Error('log')
    },
  })
  await rig.ready()
  let closing: Promise<void> | undefined
  rig.gateway.on('C2C_MESSAGE_CREATE', () => {
    closing = rig.gateway.close()
  })
  rig.socket.serverDispatches(2).serverDispatches(3)
  expect(rig.seqs).toEqual([2])
  await rig.clock.settle()
  rig.socket.serverCloses(1000)
  await closing
  expect(rig.outcome).toBe('closed')
  expect(rig.clock.pending).toBe(0)
})

it('GW-22 an async listener of gap or status that rejects is a record, not the end of the process', async () => {
  const rig = await new Rig().ready()
  const fails = async (): Promise<void> => Promise.reject(new Error('mine'))
  rig.gateway.on('gap', fails)
  rig.gateway.on('status', fails)
  rig.socket.serverCloses(4006)
  await rig.clock.settle()
  const failures = rig.records.filter(({ event }) => event === 'gateway.listener_failed')
  expect(failures.map(({ message }) => message)).toEqual([
    'a listener of "gap" failed',
    'a listener of "status" failed',
  ])
})

it('GW-16 an event is not finished before any thenable that its listener returns has settled', async () => {
  const rig = await new Rig().ready()
  let finish = (): void => {}
  const thenable = { then: (resolve: () => void) => (finish = resolve) }
  rig.gateway.on('C2C_MESSAGE_CREATE', () => thenable as unknown as Promise<void>)
  rig.socket.serverDispatches(2)
  await rig.clock.settle()
  expect(rig.shard.unsettled).toBe(1)
  finish()
  await rig.clock.settle()
  expect(rig.shard).toMatchObject({ unsettled: 0, committed: 2 })
})

it('GW-27 a token that comes after its attempt is over is not used by the next one', async () => {
  const rig = new Rig()
  let late: (token: string) => void = () => {}
  rig.access.token_ = () =>
    rig.access.tokens.length === 1 ? new Promise((resolve) => (late = resolve)) : Promise.resolve('new')
  await rig.start()
  await rig.nextSocket()
  late('old')
  await rig.identified()
  expect(rig.socket.sentOf(2)).toMatchObject([{ d: { token: 'QQBot new' } }])
})

it('GW-19 why a lookup failed is in the record and in the status', async () => {
  const rig = new Rig()
  rig.access.gateway_ = () => Promise.resolve(null)
  await rig.start()
  expect(rig.shard.reason).toContain('GET /gateway/bot returned an unusable answer')
  expect(rig.records.find(({ event }) => event === 'gateway.disconnected')).toMatchObject({
    error: { code: 'gateway_unavailable' },
  })
})

it('GW-13 why a socket could not be opened is in the record and in the status', async () => {
  const rig = await new Rig().start()
  const error = new Error('getaddrinfo ENOTFOUND gateway.invalid')
  rig.socket.serverCloses(1006, '', error)
  expect(rig.shard.reason).toContain('ENOTFOUND')
  expect(rig.records.find(({ event }) => event === 'gateway.disconnected')).toMatchObject({ error })
})

it('ST-03 a socket whose terminate() throws holds up neither close() nor a gap', async () => {
  const rig = await new Rig().ready()
  const broken = (): void => {
    throw new Error('terminate')
  }
  rig.socket.terminate = broken
  rig.socket.serverCloses(4006)
  expect(rig.gaps).toHaveLength(1)
  await rig.nextSocket()
  rig.socket.terminate = broken
  const closing = rig.gateway.close()
  await rig.pass(10_000)
  await closing
  expect(rig.outcome).toBe('closed')
})

it('ST-03 a random() that throws or gives nonsense costs the jitter, not the connection', async () => {
  for (const random of [
    () => {
      throw new Error('no entropy')
    },
    () => NaN,
    () => 7,
    () => 'x' as never,
  ]) {
    const rig = await new Rig({ random, policy: {} }).ready()
    await rig.pass(41_250)
    expect(rig.socket.sentOf(1)).toHaveLength(1)
    rig.socket.serverCloses(1006)
    expect(rig.shard.state).toBe('waiting')
    await rig.pass(1200)
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.records.filter(({ event }) => event === 'gateway.random_failed').length).toBeGreaterThan(0)
    await rig.close()
  }
})

/** A clock that breaks on command. */
class FragileClock extends ManualClock {
  broken: 'setTimer' | 'once' | 'now' | null = null

  override now(): number {
    if (this.broken === 'now') throw new Error('no time')
    return super.now()
  }

  override setTimer(ms: number, fn: () => void): () => void {
    const { broken } = this
    if (broken === 'once') this.broken = null
    if (broken === 'setTimer' || broken === 'once') throw new Error('no timers')
    return super.setTimer(ms, fn)
  }
}

it.each(['setTimer', 'now'] as const)(
  'ST-03 a clock whose %s throws for good ends the run with advice instead of spinning',
  async (broken) => {
    const clock = new FragileClock()
    const rig = await new Rig({ clock }).ready()
    clock.broken = broken
    rig.socket.serverCloses(1006)
    await clock.settle()
    expect(rig.outcome).toMatchObject({
      code: 'gateway_internal_fault',
      cause: { message: expect.stringMatching(/^no time/) as string },
      advice: { en: expect.any(String) as string, zh: expect.any(String) as string },
    })
    expect(rig.transport.live).toBe(0)
    expect(rig.records.filter(({ event }) => event === 'gateway.fault').length).toBeLessThan(10)
    expect(rig.transport.sockets).toHaveLength(1)
    expect(clock.pending).toBe(0)
  },
)

it.each(['setTimer', 'now'] as const)(
  'ST-03 a clock whose %s throws at the start ends the run',
  async (broken) => {
    const clock = new FragileClock()
    clock.broken = broken
    const rig = await new Rig({ clock }).start()
    await clock.settle()
    expect(rig.outcome).toMatchObject({ code: 'gateway_internal_fault' })
  },
)

it('ST-03 a clock that throws once costs 5 s', async () => {
  const clock = new FragileClock()
  const rig = await new Rig({ clock }).ready()
  clock.broken = 'once'
  rig.socket.serverCloses(1006)
  expect(rig.shard.state).toBe('waiting')
  await rig.pass(5000)
  expect(rig.transport.sockets).toHaveLength(2)
})

it('ST-03 a seam that throws at every rebuild is tried every 5 s, and never in between', async () => {
  const rig = new Rig()
  const opened: number[] = []
  rig.transport.open = () => {
    opened.push(rig.clock.now())
    throw new Error('no sockets')
  }
  await rig.start()
  await rig.pass(60_000)
  expect(opened).toEqual(Array.from({ length: 13 }, (_, time) => time * 5000))
})

it('ST-03 close() ends a gateway whose clock is broken', async () => {
  const clock = new FragileClock()
  const rig = await new Rig({ clock }).ready()
  clock.broken = 'setTimer'
  await rig.gateway.close()
  expect(rig.outcome).not.toBeUndefined()
  expect(rig.transport.live).toBe(0)
})

it('ST-03 a clock whose wall time fails ends the run with advice, and no process', async () => {
  const clock = new ManualClock()
  const rig = await new Rig({ clock }).ready()
  clock.wall = () => {
    throw new Error('no time of day')
  }
  rig.socket.serverCloses(1006)
  await rig.pass(60_000)
  expect(rig.outcome).toMatchObject({ code: 'gateway_internal_fault' })
  expect(rig.transport.live).toBe(0)
  expect(clock.pending).toBe(0)
})

it('ST-03 a clock that cannot tell the time of day once costs a fresh connection', async () => {
  const clock = new ManualClock()
  const rig = await new Rig({ clock }).ready()
  const wall = clock.wall.bind(clock)
  let failures = 1
  clock.wall = () => {
    if (failures-- > 0) throw new Error('no time of day')
    return wall()
  }
  rig.socket.serverCloses(1006)
  await rig.nextSocket()
  await rig.identified()
  rig.socket.serverResumed(2)
  expect(rig.shard.state).toBe('ready')
})

it('GW-22 permits over a network may be async and reject: a log record, and the bot continues', async () => {
  const rejections: unknown[] = []
  const note = (error: unknown): void => void rejections.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const fails = async (): Promise<void> => Promise.reject(new Error('network'))
  const permits = {
    update: fails,
    budgetDelay: () => 0,
    acquire: async () => ({ release: fails }),
  } as unknown as IdentifyPermits
  const rig = await new Rig({ permits }).ready()
  await new Promise((resolve) => setImmediate(resolve))
  expect([rig.shard.state, rejections]).toEqual(['ready', []])
  expect(rig.records.filter(({ event }) => event === 'gateway.permits_failed')).toHaveLength(2)
})
