import { startSimulator, type SocketSimulator } from '@qqkit/simulator'
import { expect, it, onTestFinished } from 'vitest'

import { Gateway, type GatewayOptions } from '../../src/index.js'
import { simAccess } from '../support/sim-access.js'
import { ConnectProxy } from '../support/connect-proxy.js'

/** A ladder with which a test on the real clock need not wait. */
const quick = { ladder: [10, 20, 50], jitter: 0, quick: { count: 3, within: 1, delay: 50 } } as const

const connect = async (
  options: Partial<GatewayOptions> = {},
): Promise<{
  sim: SocketSimulator
  gateway: Gateway
  next: (name: 'READY' | 'RESUMED' | 'C2C_MESSAGE_CREATE') => Promise<unknown>
}> => {
  const sim = await startSimulator({ page: false })
  const gateway = new Gateway({
    access: simAccess(sim),
    intents: ['GROUP_AND_C2C_EVENT'],
    policy: quick,
    ...options,
  })
  onTestFinished(async () => {
    await gateway.close()
    await sim.close()
  })
  const next = (name: 'READY' | 'RESUMED' | 'C2C_MESSAGE_CREATE'): Promise<unknown> =>
    new Promise((resolve) => {
      const off = gateway.on(name, (event: unknown) => {
        off()
        resolve(event)
      })
    })
  const ready = next('READY')
  void gateway.run()
  await ready
  return { sim, gateway, next }
}

it('GW-15 over real sockets: events arrive once and in order over drops, resets, op 7 and 4009', async () => {
  const { sim, gateway, next } = await connect()
  const seen: number[] = []
  gateway.on('C2C_MESSAGE_CREATE', ({ d }) => void seen.push(Number(d.content)))
  const ann = sim.user('ann')
  const troubles = [
    () => sim.faults.dropConnections(),
    () => sim.faults.resetConnections(),
    () => sim.faults.reconnect({ thenClose: 4009 }),
    () => sim.faults.close(4009),
    () => sim.faults.reconnect(),
  ]
  let said = 0
  for (const trouble of troubles) {
    for (let more = 0; more < 20; more += 1) ann.say(String(said++))
    const resumed = next('RESUMED')
    trouble()
    for (let more = 0; more < 20; more += 1) ann.say(String(said++))
    await resumed
  }
  const last = next('C2C_MESSAGE_CREATE')
  ann.say(String(said++))
  await last
  expect(seen).toEqual(Array.from({ length: said }, (_, index) => index))
  expect(gateway.status().shards[0]?.counters).toMatchObject({ identifies: 1, resumed: 5, gaps: 0 })
})

it('GW-28 the socket goes through an HTTP CONNECT proxy', async () => {
  const proxy = await ConnectProxy.start()
  onTestFinished(() => proxy.close())
  const { sim, next } = await connect({ agent: proxy.agent() })
  expect(proxy.asked).toEqual([new URL(sim.url).host])
  const event = next('C2C_MESSAGE_CREATE')
  sim.user('ann').say('through the proxy')
  expect(await event).toMatchObject({ d: { content: 'through the proxy' } })
})

it('GW-04 a line that was cut is found out, and the session goes on', async () => {
  const { sim, gateway, next } = await connect({ heartbeat: { min: 100, max: 200, fallback: 150 } })
  const resumed = next('RESUMED')
  sim.faults.halfOpen()
  sim.user('ann').say('into the void')
  const event = next('C2C_MESSAGE_CREATE')
  await resumed
  expect(await event).toMatchObject({ d: { content: 'into the void' } })
  // A machine that stands still for an interval looks like a cut line as well.
  expect(gateway.status().shards[0]?.counters.zombies).toBeGreaterThanOrEqual(1)
})
