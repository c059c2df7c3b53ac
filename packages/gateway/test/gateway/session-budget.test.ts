import { describe, expect, it } from 'vitest'

import { Rig } from '../support/rig.js'
import { gatewayAnswer } from '../support/scripted-access.js'

const IDENTIFY = 2
const MINUTE = 60_000

const identifies = (rig: Rig): number =>
  rig.transport.sockets.reduce((sum, socket) => sum + socket.sentOf(IDENTIFY).length, 0)

const spent = (resetAfter: number): (() => Promise<unknown>) => {
  return () => Promise.resolve(gatewayAnswer({ remaining: 0, reset_after: resetAfter }))
}

describe.each([
  [0, 1000],
  [1, 1000],
  [500, 1000],
  [1500, 1500],
  [4 * MINUTE, 4 * MINUTE],
  [20 * 60 * MINUTE, 20 * 60 * MINUTE],
])('nothing left, and %i ms to the reset', (told, wait) => {
  it.each([0, 0.5, 0.999])(
    'GW-33 waits as long as told, at least a second, with a second of jitter at most (%d), then identifies once',
    async (luck) => {
      const rig = new Rig({ random: () => luck, policy: {} })
      rig.access.gateway_ = spent(told)
      await rig.start()
      expect(rig.shard).toMatchObject({ state: 'waiting', attempt: 0 })
      await rig.pass(wait - 1)
      expect(rig.transport.sockets).toHaveLength(0)
      rig.access.gateway_ = () => Promise.resolve(gatewayAnswer())
      await rig.pass(1001)
      expect(rig.transport.sockets).toHaveLength(1)
      await rig.identified()
      rig.socket.serverIsReady()
      expect(rig.shard.state).toBe('ready')
      expect(identifies(rig)).toBe(1)
      expect(rig.access.lookups).toBeLessThanOrEqual(2)
    },
  )
})

it('GW-33 with an answer of 0 each time it waits again each time, and asks no more often than every five minutes', async () => {
  const rig = new Rig()
  const times: number[] = []
  rig.access.gateway_ = async () => {
    times.push(rig.clock.now())
    return spent(10 * MINUTE)()
  }
  await rig.start()
  await rig.pass(24 * 60 * MINUTE)
  expect(rig.transport.sockets).toHaveLength(0)
  expect(times.length).toBeGreaterThan(100)
  expect(times.slice(1).every((at, n) => at - (times[n] ?? 0) >= 5 * MINUTE)).toBe(true)
})

it('GW-33 a platform that always says 0, to be reset at once, gets one identify after each wait', async () => {
  const rig = new Rig()
  rig.access.gateway_ = spent(0)
  await rig.start()
  const start = rig.clock.now()
  let rounds = 0
  while (rig.clock.now() - start < 60 * MINUTE) {
    const before = rig.transport.sockets.length
    await rig.nextSocket()
    expect(rig.transport.sockets).toHaveLength(before + 1)
    await rig.identified()
    await rig.pass(5000)
    rounds += 1
    expect(identifies(rig)).toBe(rounds)
    rig.socket.serverSends({ op: 9, d: false })
  }
  expect(rounds).toBeLessThan(70)
  expect(rig.access.lookups).toBeLessThanOrEqual(12)
})
