import type { IdentifyPermit } from '@qqkit/core'
import { expect, it } from 'vitest'

import { Rig } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

/** Brings every shard to READY, one turn to identify after the other. */
const allReady = async (rig: Rig, count: number): Promise<void> => {
  await rig.start()
  for (let index = 0; index < count; index += 1) {
    if (rig.transport.sockets.length <= index) await rig.nextSocket()
    await rig.identified()
    rig.socket.serverIsReady(`session-${index}`)
  }
}

it('GW-20 identifies share max_concurrency per 5 s, counted from the one that was sent, and no socket waits for it', async () => {
  const rig = new Rig({ shards: 3 })
  await rig.start()
  for (let shard = 1; shard <= 3; shard += 1) {
    // However slowly it opens, the next one waits for its Identify, without a socket.
    await rig.pass(7000)
    expect(rig.transport.sockets).toHaveLength(shard)
    await rig.identified()
    expect(rig.socket.sentOf(2)).toHaveLength(1)
    rig.socket.serverIsReady(`session-${shard}`)
    await rig.pass(4999)
    expect(rig.transport.sockets).toHaveLength(shard)
    await rig.pass(1)
  }
  const shards = rig.transport.sockets.flatMap((socket) => socket.sentOf(2).map(({ d }) => d))
  expect(shards).toMatchObject([{ shard: [0, 3] }, { shard: [1, 3] }, { shard: [2, 3] }])
})

it('GW-20 without a rest of the day no socket is opened before the reset', async () => {
  const rig = new Rig()
  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ remaining: 0, reset_after: 7_200_000 }))
  await rig.start()
  await rig.pass(7_199_000)
  expect(rig.transport.sockets).toHaveLength(0)
  expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 0 })
  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer())
  await rig.pass(10_000)
  expect(rig.transport.sockets).toHaveLength(1)
})

it('GW-30 a reset beyond the longest timer is waited for, not fired at once', async () => {
  const rig = new Rig()
  const month = 30 * 86_400_000
  rig.access.gateway_ = () =>
    Promise.resolve(gatewayAnswer({ remaining: 0, reset_after: Math.max(0, month - rig.clock.now()) }))
  await rig.start()
  await rig.pass(month - 1000)
  expect(rig.transport.sockets).toHaveLength(0)
  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer())
  await rig.nextSocket()
  expect(rig.clock.now()).toBeGreaterThanOrEqual(month)
})

it('GW-20 a turn that never comes ends in a new attempt, without an identify', async () => {
  const never = { update: () => {}, budgetDelay: () => 0, acquire: () => new Promise<never>(() => {}) }
  const rig = await new Rig({ permits: never }).start()
  expect(rig.shard).toMatchObject({ state: 'preparing', reason: 'waiting for an identify permit' })
  await rig.pass(59_999)
  expect(rig.shard.state).toBe('preparing')
  await rig.pass(1)
  expect(rig.shard).toMatchObject({
    state: 'waiting',
    attempt: 0,
    reason: expect.stringMatching(/no identify permit came/) as string,
    nextAttemptAt: rig.clock.wall() + 5000,
  })
  await rig.pass(5000)
  expect([rig.shard.state, rig.shard.attempt, rig.transport.sockets.length]).toEqual(['preparing', 0, 0])
})

it('GW-20 a turn that comes too late is given back unused', async () => {
  const released: boolean[] = []
  let grant: (permit: { release: (how: { used: boolean }) => void }) => void = () => {}
  const permits = {
    update: () => {},
    budgetDelay: () => 0,
    acquire: () => new Promise<{ release: (how: { used: boolean }) => void }>((resolve) => (grant = resolve)),
  }
  const rig = await new Rig({ permits }).start()
  await rig.gateway.close()
  grant({ release: ({ used }) => released.push(used) })
  await rig.clock.settle()
  expect(released).toEqual([false])
})

it('GW-14 GW-20 a turn that an older connection asked for is not taken by the next one', async () => {
  const released: string[] = []
  const grants: ((name: string) => void)[] = []
  const permits = {
    update: () => {},
    budgetDelay: () => 0,
    acquire: () =>
      new Promise<IdentifyPermit>((resolve) =>
        grants.push((name) => resolve({ release: ({ used }) => released.push(`${name} ${used}`) })),
      ),
  }
  const rig = await new Rig({ permits }).start()
  await rig.pass(65_000)
  grants[0]?.('old')
  await rig.clock.settle()
  expect([rig.transport.sockets, released]).toEqual([[], ['old false']])
  grants[1]?.('new')
  await rig.clock.settle()
  await rig.identified()
  expect(rig.socket.sentOf(2)).toHaveLength(1)
  expect(released).toEqual(['old false', 'new true'])
})

it('GW-22 a run ends only when every shard has let go of its socket', async () => {
  const rig = new Rig({ shards: 2 })
  await allReady(rig, 2)
  void rig.gateway.close()
  await rig.pass(100)
  rig.transport.sockets[0]?.serverCloses(1000)
  await rig.pass(100)
  expect(rig.outcome).toBeUndefined()
  rig.transport.sockets[1]?.serverCloses(1000)
  await rig.pass(100)
  expect(rig.outcome).toBe('closed')
})

it('GW-21 a shard that is lost neither waits for nor disturbs another', async () => {
  const rig = new Rig({ shards: 2 })
  await allReady(rig, 2)
  expect(rig.gateway.status().state).toBe('ready')
  rig.transport.sockets[0]?.serverCloses(4008)
  rig.transport.sockets[1]?.serverDispatches(2)
  expect(rig.seqs).toEqual([2])
  expect(rig.gateway.status()).toMatchObject({
    state: 'waiting',
    shards: [{ state: 'waiting', shard: { index: 0, total: 2 } }, { state: 'ready' }],
  })
  expect(rig.gateway.status().reason).toContain('1 of 2 shards')
})

it('GW-29 shards share one lookup, which serves for five minutes', async () => {
  const rig = new Rig({ shards: 4 })
  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ max_concurrency: 9 }))
  await rig.start()
  expect(rig.access.lookups).toBe(1)
  rig.transport.sockets[0]?.serverCloses(1006)
  await rig.pass(1000)
  expect(rig.access.lookups).toBe(1)
  expect(rig.transport.sockets).toHaveLength(5)
})

it('runs as many shards as the platform suggests', async () => {
  const rig = new Rig()
  rig.access.gateway_ = () => Promise.resolve(gatewayAnswer({ shards: 3, max_concurrency: 3 }))
  await rig.start()
  expect(rig.transport.sockets).toHaveLength(3)
  for (const socket of rig.transport.sockets) socket.serverGreets()
  await rig.clock.settle()
  expect(rig.transport.sockets[0]?.sentOf(2)).toMatchObject([{ d: { shard: [0, 3] } }])
})

it('runs some shards of a number, and events carry theirs', async () => {
  const rig = new Rig({ shards: { ids: [1, 3], total: 4 } })
  const shards: unknown[] = []
  rig.gateway.on('C2C_MESSAGE_CREATE', (_event, shard) => void shards.push(shard))
  await allReady(rig, 2)
  rig.transport.sockets[1]?.serverDispatches(2)
  expect(shards).toEqual([{ index: 3, total: 4 }])
})
