import { expect, it } from 'vitest'

import { Rig } from '../support/rig.js'

it('GW-27 connects, identifies with the prefixed token and becomes ready', async () => {
  const rig = await new Rig().start()
  expect(rig.transport.sockets).toHaveLength(1)
  await rig.identified()
  expect(rig.socket.sentOf(2)).toEqual([
    {
      op: 2,
      d: expect.objectContaining({ token: 'QQBot AT_1', intents: 1 << 25, shard: [0, 1] }) as unknown,
    },
  ])
  rig.socket.serverIsReady()
  expect(rig.gateway.status().state).toBe('ready')
  rig.socket.serverDispatches(2).serverDispatches(3)
  expect(rig.seqs).toEqual([2, 3])
  await rig.close()
  expect(rig.outcome).toBe('closed')
  expect(rig.clock.pending).toBe(0)
})

it('GW-03 a socket that does not open in time is a loss', async () => {
  const rig = await new Rig().start()
  await rig.pass(15_000)
  expect(rig.socket.terminated).toBe(1)
  expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 1 })
  await rig.pass(1000)
  expect(rig.transport.sockets).toHaveLength(2)
})

it.each([
  ['HELLO', (rig: Rig): unknown => rig.socket.serverOpens(), 15_000],
  ['READY', (rig: Rig): unknown => rig.socket.serverGreets(), 30_000],
] as const)('GW-03 %s that does not come in time is a loss', async (_what, play, deadline) => {
  const rig = await new Rig().start()
  play(rig)
  await rig.clock.settle()
  await rig.pass(deadline - 1)
  expect(rig.socket.terminated).toBe(0)
  await rig.pass(1)
  expect(rig.socket.terminated).toBe(1)
  expect(rig.shard.state).toBe('waiting')
})

it('GW-03 RESUMED that does not come is a loss, and each replayed event gives it more time', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverCloses(1006)
  await rig.pass(1000)
  rig.socket.serverGreets()
  await rig.pass(29_000)
  rig.socket.serverDispatches(2)
  await rig.pass(29_999)
  expect(rig.shard.state).toBe('resuming')
  await rig.pass(1)
  expect(rig.shard.state).toBe('waiting')
  expect(rig.seqs).toEqual([2])
})
