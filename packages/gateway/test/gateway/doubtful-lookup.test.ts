import { describe, expect, it } from 'vitest'

import { Rig } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

const IDENTIFY = 2
const good = gatewayAnswer() as { url: string; session_start_limit: object }

const identified = (rig: Rig): number =>
  rig.transport.sockets.filter((socket) => socket.sentOf(IDENTIFY).length === 1).length

const doubtful: Readonly<Record<string, unknown>> = {
  'no limits': { url: good.url, shards: 1 },
  'limits of null': { ...good, session_start_limit: null },
  'limits of text': { ...good, session_start_limit: { ...good.session_start_limit, remaining: '1000' } },
  'limits below 0': { ...good, session_start_limit: { ...good.session_start_limit, reset_after: -1 } },
  'no shards': { ...good, shards: undefined },
  'absurd shards': { ...good, shards: 200_000 },
  'nothing but a url': { url: good.url },
}

describe.each(Object.entries(doubtful))('a gateway answer with %s', (_name, answer) => {
  it('GW-32 climbs the HTTP ladder twice, then continues cautiously: one shard, one identify', async () => {
    const rig = new Rig()
    rig.access.gateway_ = () => Promise.resolve(answer)
    await rig.start()
    expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 1 })
    await rig.pass(5000)
    expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 2 })
    await rig.pass(9999)
    expect(rig.transport.sockets).toHaveLength(0)
    await rig.pass(1)
    expect(rig.transport.sockets).toHaveLength(1)
    await rig.identified()
    rig.socket.serverIsReady()
    expect(rig.gateway.status()).toMatchObject({ state: 'ready', shards: [{ attempt: 0 }] })
    expect(identified(rig)).toBe(1)
    expect(rig.access.lookups).toBe(3)
    const warnings = rig.records.filter(({ event }) => event === 'gateway.limits_unknown')
    expect(warnings).toMatchObject([{ level: 'warn', error: { code: 'gateway_unavailable' } }])
  })

  it('GW-32 never stops, however long it lasts', async () => {
    const rig = new Rig()
    rig.access.gateway_ = () => Promise.resolve(answer)
    await rig.start()
    await rig.pass(15_000)
    const start = rig.clock.now()
    let rounds = 0
    for (; rig.clock.now() - start < 24 * 3_600_000; rounds += 1) {
      rig.socket.serverGreets()
      await rig.clock.settle()
      rig.socket.serverIsReady(`session-${rounds}`)
      await rig.pass(61_000)
      rig.socket.serverCloses(4006)
      await rig.nextSocket()
    }
    expect(rounds).toBeGreaterThan(500)
    expect(rounds).toBeLessThan(1500)
    expect(rig.outcome).toBeUndefined()
    expect(rig.access.lookups).toBeLessThan(24 * 12 + 3)
  })
})

it('GW-32 shards that were given all run, one identify per 5 s, and a whole answer restores what the platform allows', async () => {
  const rig = new Rig({ shards: 4 })
  rig.access.gateway_ = () => Promise.resolve({ url: good.url })
  await rig.start()
  await rig.pass(15_000)
  for (const expected of [1, 2, 3, 4]) {
    expect(rig.transport.sockets).toHaveLength(expected)
    await rig.identified()
    expect(identified(rig)).toBe(expected)
    rig.socket.serverIsReady(`session-${expected}`)
    await rig.pass(4999)
    expect(identified(rig)).toBe(expected)
    await rig.pass(1)
  }
  for (let interval = 0; interval < 10; interval += 1) {
    await rig.pass(30_000)
    for (const socket of rig.transport.sockets) socket.serverSends({ op: 11 })
  }

  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ shards: 4, max_concurrency: 4 }))
  for (const socket of rig.transport.sockets.slice(0, 4)) socket.serverCloses(4006)
  await rig.pass(1000)
  for (const socket of rig.transport.sockets.slice(4)) socket.serverGreets()
  await rig.clock.settle()
  expect(rig.transport.sockets.slice(4).map((socket) => socket.sentOf(IDENTIFY).length)).toEqual([1, 1, 1, 1])
})

it('GW-19 without a good url the ladder continues as usual', async () => {
  const rig = new Rig()
  rig.access.gateway_ = () => Promise.resolve({ url: 'https://gateway.invalid', shards: 1 })
  await rig.start()
  await rig.pass(600_000)
  expect(rig.transport.sockets).toHaveLength(0)
  expect(rig.shard).toMatchObject({ state: 'waiting' })
  expect(rig.access.lookups).toBe(13)
})
