import type { LogRecord } from '@qqkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { Gateway, Intent } from '../../src/index.js'
import { Rig, type RigOptions } from '../support/rig.js'

const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
afterEach(() => emitWarning.mockClear())

/** A gateway that stops for good as soon as it has a socket. */
const doomed = (options: RigOptions = {}): Rig => new Rig({ log: undefined as never, ...options })

describe('run()', () => {
  it('ST-04 called by a status listener while it begins is the same run', async () => {
    const rig = new Rig()
    const results: Promise<void>[] = []
    rig.gateway.on('status', ({ state }) => {
      if (state === 'preparing') results.push(rig.gateway.run())
    })
    const first = rig.gateway.run()
    await rig.clock.settle()
    expect(rig.transport.sockets).toHaveLength(1)
    expect(results.every((result) => result === first)).toBe(true)
    await rig.close()
    await rig.clock.settle()
    expect([rig.transport.live, rig.clock.pending]).toEqual([0, 0])
  })

  it('ST-04 right after close(), without waiting for it, runs again', async () => {
    const rig = await new Rig().ready()
    const closing = rig.gateway.close({ resumable: true })
    const again = rig.gateway.run()
    expect(rig.gateway.run()).toBe(again)
    await rig.pass(100)
    rig.socket.serverCloses(4000)
    await rig.pass(100)
    await closing
    expect([rig.outcome, rig.transport.sockets.length]).toEqual(['closed', 2])
    await rig.identified()
    expect(rig.socket.sentOf(6)).toHaveLength(1)
    rig.socket.serverResumed(2)
    expect(rig.gateway.status().state).toBe('ready')
    await rig.close()
    await again
  })

  it('ST-04 called by a listener of the end of another one, as a supervisor does, runs again', async () => {
    const rig = await new Rig().ready()
    rig.gateway.on('status', ({ state }) => {
      if (state === 'stopped') void rig.gateway.run()
    })
    rig.socket.serverCloses(4915)
    await rig.pass(6000)
    expect([rig.outcome, rig.transport.live]).toMatchObject([{ code: 'gateway_closed' }, 1])
  })

  it('ST-04 that waits for the end of another one is given up by close()', async () => {
    const rig = await new Rig().ready()
    const closing = rig.gateway.close()
    const again = rig.gateway.run()
    expect(rig.gateway.close()).toBe(closing)
    await rig.pass(100)
    rig.socket.serverCloses(1000)
    await Promise.all([closing, again, rig.pass(100)])
    await rig.pass(60_000)
    expect([rig.transport.sockets.length, rig.clock.pending, rig.gateway.status().state]).toEqual([
      1,
      0,
      'stopped',
    ])
  })
})

describe('GW-11 a run that ends for good', () => {
  const endIt = async (rig: Rig): Promise<void> => {
    await rig.clock.settle()
    rig.socket.serverGreets()
    await rig.clock.settle()
    rig.socket.serverCloses(4914)
    await rig.pass(100)
  }

  it('GW-11 warns on the terminal, once, when it is not awaited and there is no log', async () => {
    const rig = doomed()
    void rig.gateway.run()
    await endIt(rig)
    expect(emitWarning.mock.calls).toEqual([
      [expect.stringMatching(/stopped for good: .*4914/), 'QqkitWarning'],
    ])
  })

  it('GW-11 reports it only to the awaiting code, or to the log', async () => {
    const awaited = doomed()
    const outcome = awaited.gateway.run().catch((error: Error) => error.name)
    await endIt(awaited)
    expect(await outcome).toBe('GatewayError')
    const records: LogRecord[] = []
    const logged = doomed({ log: (record) => records.push(record) })
    void logged.gateway.run()
    await endIt(logged)
    expect(records.some(({ event }) => event === 'gateway.stopped')).toBe(true)
    expect(emitWarning).not.toHaveBeenCalled()
  })
})

describe('GW-22 functions of the user that are async, and reject', () => {
  it('GW-22 the consumer has failed', async () => {
    const rig = new Rig()
    void rig.gateway.run(async () => Promise.reject(new Error('mine')))
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2)
    expect(rig.shard.unsettled).toBe(1)
    await rig.clock.settle()
    expect(rig.shard).toMatchObject({ unsettled: 0, committed: 2 })
    expect(rig.records.filter(({ event }) => event === 'gateway.consumer_failed')).toHaveLength(1)
  })

  it('GW-22 an async consumer that succeeds settles its delivery itself', async () => {
    const rig = new Rig()
    void rig.gateway.run(async () => {})
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2)
    await rig.clock.settle()
    expect(rig.shard.unsettled).toBe(1)
  })

  it('GW-22 the log and the listeners of what happens do no harm', async () => {
    const bad = (): unknown => Promise.reject(new Error('mine'))
    const rig = new Rig({ log: bad })
    for (const name of ['status', 'gap', 'abandoned'] as const) rig.gateway.on(name, bad)
    await rig.ready()
    rig.socket.serverCloses(4006)
    await rig.pass(1000)
    expect(rig.gaps).toHaveLength(1)
  })
})

describe('on()', () => {
  it.each([
    ['typo', () => {}, 'name'],
    ['', () => {}, 'name'],
    [7, () => {}, 'name'],
    ['gap', undefined, 'listener'],
    ['C2C_MESSAGE_CREATE', {}, 'listener'],
  ])('refuses on(%j, %j)', (name, listener, path) => {
    const { gateway } = new Rig()
    expect(() => gateway.on(name as 'gap', listener as () => void)).toThrow(
      expect.objectContaining({ code: 'invalid_options', path }) as Error,
    )
  })

  it('takes the name of an event that is not known yet', async () => {
    const rig = new Rig()
    const seen: unknown[] = []
    rig.gateway.on('BRAND_NEW_EVENT', ({ t, d }) => void seen.push([t, d]))
    await rig.ready()
    rig.socket.serverSends({ op: 0, s: 2, t: 'BRAND_NEW_EVENT', d: 1 })
    expect(seen).toEqual([['BRAND_NEW_EVENT', 1]])
  })
})

it('narrows by the name of the event, in every consumer', async () => {
  const { access, transport, clock } = new Rig()
  const gateway = new Gateway({ access, transport, clock, intents: Intent.GROUP_AND_C2C_EVENT })
  const seen: string[] = []
  // What is checked here is that it compiles: `d` has a type of its own under each name.
  void gateway.run((delivery) => {
    const { frame } = delivery
    if (frame.t === 'C2C_MESSAGE_CREATE') seen.push(frame.d.author.user_openid)
    delivery.settle('done')
  })
  gateway.on('dispatch', (event) => {
    if (event.t === 'GROUP_AT_MESSAGE_CREATE') seen.push(event.d.group_openid)
  })
  await clock.settle()
  transport.last.serverGreets()
  await clock.settle()
  transport.last.serverIsReady()
  transport.last.serverDispatches(2, { author: { user_openid: 'U' } })
  transport.last.serverSends({ op: 0, s: 3, t: 'GROUP_AT_MESSAGE_CREATE', d: { group_openid: 'G' } })
  expect(seen).toEqual(['U', 'G'])
})

it.each([undefined, null, 7, {}, '', 'QQBot token', 'with\nnewline'])(
  'GW-27 does not send %j for a token',
  async (given) => {
    const rig = new Rig()
    rig.access.token_ = () => Promise.resolve(given as string)
    await rig.start()
    expect(rig.transport.sockets).toHaveLength(0)
    expect(rig.gateway.status()).toMatchObject({
      state: 'waiting',
      reason: expect.stringMatching(/instead of a token/) as string,
    })
    rig.access.token_ = () => Promise.resolve('a-token')
    await rig.pass(5000)
    expect(rig.transport.sockets).toHaveLength(1)
  },
)
