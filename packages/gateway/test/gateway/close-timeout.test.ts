import type { SessionSlot, SessionStore } from '@qqkit/core'
import { expect, it } from 'vitest'

import { Rig, type RigOptions } from '../support/rig.js'

const never = (): Promise<never> => new Promise(() => {})

/** A store whose calls never end once the bot has connected. */
const hungStore = (): SessionStore => {
  let saves = 0
  const save = (): Promise<void> => ((saves += 1) === 1 ? Promise.resolve() : never())
  return {
    durable: true,
    open: (): Promise<SessionSlot> =>
      Promise.resolve({ load: () => Promise.resolve(null), save, clear: never, close: never }),
  }
}

/** A bot with a handler that never ends, a store that hangs, and a server that answers no close frame. */
const stuck = async (options: RigOptions = {}): Promise<Rig> => {
  const rig = new Rig({ appId: '1', store: hungStore(), ...options })
  rig.gateway.on('C2C_MESSAGE_CREATE', never)
  await rig.ready()
  rig.socket.serverDispatches(2)
  return rig
}

/** How long close() takes, in ms. */
const timeToClose = async (rig: Rig, resumable: boolean): Promise<number> => {
  const begun = rig.clock.now()
  const closing = rig.gateway.close({ resumable }).then(() => rig.clock.now() - begun)
  for (let waited = 0; rig.outcome === undefined && waited < 300_000; waited += 100) await rig.pass(100)
  const took = await closing
  expect([rig.outcome, rig.clock.pending, rig.transport.live]).toEqual(['closed', 0, 0])
  return took
}

for (const resumable of [true, false]) {
  it(`GW-22 GW-18 close() ends within closeTimeout whatever hangs; resumable: ${resumable}`, async () => {
    expect(await timeToClose(await stuck(), resumable)).toBe(15_000)
    expect(await timeToClose(await stuck({ closeTimeout: 3000 }), resumable)).toBe(3000)
    expect(await timeToClose(await stuck({ drainTimeout: 60_000 }), resumable)).toBe(65_000)
    expect(await timeToClose(await stuck({ closeTimeout: 0 }), resumable)).toBe(0)
    expect(await timeToClose(await stuck({ closeTimeout: 2000, drainTimeout: 9000 }), resumable)).toBe(2000)
  })
}

it('GW-22 a shard that stops for good lets go within closeTimeout as well', async () => {
  const rig = await stuck({ closeTimeout: 3000 })
  rig.socket.serverCloses(4915)
  await rig.pass(2999)
  expect(rig.outcome).toBeUndefined()
  await rig.pass(1)
  expect(rig.outcome).toMatchObject({ code: 'gateway_closed' })
  expect(rig.clock.pending).toBe(0)
})

it('ST-05 a stuck handler leaves time to store what the others finished', async () => {
  const saved: string[] = []
  const store: SessionStore = {
    durable: true,
    open: (): Promise<SessionSlot> =>
      Promise.resolve({
        load: () => Promise.resolve(null),
        save: async (text) => void saved.push(text),
        clear: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
  }
  const rig = await stuck({ store, closeTimeout: 3000 })
  await rig.pass(100)
  saved.length = 0
  const closing = rig.gateway.close({ resumable: true })
  await rig.pass(2000)
  expect(rig.socket.closes).toMatchObject([{ code: 4000 }])
  rig.socket.serverCloses(4000)
  await rig.pass(100)
  await closing
  expect(saved.map((text) => JSON.parse(text) as unknown)).toMatchObject([
    // It did not end the process.
    { committed: 1, inFlight: [[2, 0]] },
  ])
})
