import { getEventListeners } from 'node:events'

import type { SessionStore } from '@qqkit/core'
import { expect, it } from 'vitest'

import { memorySessionStore } from '../../src/index.js'
import { Rig } from '../support/rig.js'

/** More microtasks than anything here takes from one point of rest to the next. */
const TURNS = 60

/** What sets off work that goes on by itself, by name; returns without waiting for it. */
const starts: Readonly<Record<string, (rig: Rig, signal: AbortSignal) => Promise<() => void>>> = {
  'the start': async (rig, signal) => () => void rig.gateway.run(undefined, { signal }),
  'a turn to identify': async (rig, signal) => {
    void rig.gateway.run(undefined, { signal })
    await rig.clock.settle()
    return () => void rig.socket.serverGreets()
  },
  READY: async (rig, signal) => {
    void rig.gateway.run(undefined, { signal })
    await rig.clock.settle()
    await rig.identified()
    return () => void rig.socket.serverIsReady().serverDispatches(2)
  },
  'a reconnect': async (rig, signal) => {
    void rig.gateway.run(undefined, { signal })
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverCloses(1006)
    return () => void rig.clock.advance(1000)
  },
}

const durable = (): SessionStore => {
  const inner = memorySessionStore()
  return { durable: true, open: async (key) => inner.open(key) }
}

const cases = Object.keys(starts).flatMap((start) =>
  [false, true].map((resumable) => [start, resumable] as const),
)

it.each(cases)(
  'GW-22 close() at every await of %s lets go of everything; resumable: %s',
  async (start, resumable) => {
    for (let turn = 0; turn <= TURNS; turn += 1) {
      const store = durable()
      const rig = new Rig({ store, appId: '1' })
      const controller = new AbortController()
      const begin = await starts[start]?.(rig, controller.signal)
      begin?.()
      for (let waited = 0; waited < turn; waited += 1) await Promise.resolve()
      const closing = rig.gateway.close({ resumable })
      await rig.pass(60_000)
      await closing
      const slot = await store.open({ appId: '1', shard: { index: 0, total: 1 } }).catch(() => null)
      await slot?.close()
      const left = {
        free: slot !== null,
        sockets: rig.transport.live,
        timers: rig.clock.pending,
        listeners: getEventListeners(controller.signal, 'abort').length,
      }
      expect(left, `after ${turn} turns`).toEqual({ free: true, sockets: 0, timers: 0, listeners: 0 })
    }
  },
)
