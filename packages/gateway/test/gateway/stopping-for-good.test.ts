import { closeCodes } from '@qqkit/protocol'
import { expect, it } from 'vitest'

import { GatewayError } from '../../src/index.js'
import { Rig } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

it.each([[4001], [4002], [4010], [4011], [4012], [4013], [4014], [4914], [4915]])(
  'GW-11 %i rejects run() with code and advice, and leaves nothing behind',
  async (code) => {
    const rig = await new Rig().ready()
    rig.socket.serverCloses(code, 'no')
    await rig.clock.settle()
    expect(rig.outcome).toBeInstanceOf(GatewayError)
    expect(rig.outcome).toMatchObject({
      code: 'gateway_closed',
      closeCode: code,
      shard: '0/1',
      advice: closeCodes[code]?.advice,
    })
    expect(rig.gateway.status().state).toBe('stopped')
    expect(rig.clock.pending).toBe(0)
    await rig.gateway.close()
  },
)

it('GW-11 a run() that is not awaited rejects without an unhandled rejection', async () => {
  const rig = new Rig()
  void rig.gateway.run()
  await rig.clock.settle()
  rig.socket.serverGreets().serverCloses(4915)
  await rig.clock.settle()
  expect(rig.gateway.status()).toMatchObject({
    state: 'stopped',
    reason: expect.stringContaining('banned') as string,
  })
  expect(rig.records.at(-1)).toMatchObject({ level: 'error', event: 'gateway.stopped' })
})

it('GW-09 the fifth 4004 in a row is an authentication error', async () => {
  const rig = await new Rig().ready()
  for (let time = 0; time < 5; time += 1) {
    rig.socket.serverCloses(4004)
    await rig.clock.settle()
    if (rig.outcome) break
    await rig.nextSocket()
    rig.socket.serverGreets()
  }
  expect(rig.outcome).toMatchObject({ code: 'gateway_auth_failed', closeCode: 4004 })
  expect(rig.access.tokens.slice(1).every(({ fresh }) => fresh)).toBe(true)
})

it('GW-11 one shard that cannot continue ends the run, and the others close', async () => {
  const rig = new Rig({ shards: 2 })
  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ max_concurrency: 2 }))
  await rig.start()
  expect(rig.transport.sockets).toHaveLength(2)
  rig.transport.sockets[0]?.serverGreets().serverCloses(4014)
  rig.transport.sockets[1]?.serverGreets()
  await rig.pass(3000)
  expect(rig.outcome).toMatchObject({ code: 'gateway_closed', shard: '0/2' })
  expect(rig.transport.live).toBe(0)
  expect(rig.clock.pending).toBe(0)
})

it('ST-01 wrong credentials reject at once, with advice', async () => {
  const rig = new Rig()
  rig.access.token_ = () => Promise.reject(Object.assign(new Error('wrong secret'), { access: 'fatal' }))
  await rig.start()
  expect(rig.outcome).toMatchObject({ code: 'gateway_access_denied', message: 'wrong secret' })
})

it.each([
  ['null', () => Promise.resolve(null)],
  ['{}', () => Promise.resolve({})],
  ['no url', () => Promise.resolve({ shards: 1 })],
  ['http', () => Promise.resolve({ ...(gatewayAnswer() as object), url: 'http://x' })],
  ['HTML', () => Promise.resolve('<html>')],
  ['an error', () => Promise.reject(new Error('502'))],
  ['nothing', () => new Promise<never>(() => {})],
] as const)(
  'GW-19 a gateway lookup that answers %s is asked again on the startup ladder',
  async (_what, answer) => {
    const rig = new Rig()
    rig.access.gateway_ = answer
    await rig.start()
    await rig.pass(30_000)
    expect(rig.outcome).toBeUndefined()
    expect(rig.transport.sockets).toHaveLength(0)
    rig.access.gateway_ = () => Promise.resolve(gatewayAnswer())
    await rig.pass(60_000)
    expect(rig.transport.sockets.length).toBeGreaterThan(0)
  },
)

it('GW-19 ST-01 token and lookup failures wait 5, 10, 30, 60 s', async () => {
  const rig = new Rig()
  rig.access.token_ = () => Promise.reject(new Error('no network'))
  await rig.start()
  const asked = []
  for (const wait of [5000, 10_000, 30_000, 60_000, 60_000]) {
    await rig.pass(wait - 1)
    asked.push(rig.access.tokens.length)
    await rig.pass(1)
  }
  expect(asked).toEqual([1, 2, 3, 4, 5])
  expect(rig.shard).toMatchObject({ state: 'waiting' })
})
