import { getEventListeners } from 'node:events'

import { startSimulator } from '@qqkit/simulator'
import { expect, it, onTestFinished } from 'vitest'

import { bundleProgram, startProgram } from '../support/child-process.js'
import { Rig } from '../support/rig.js'
import { heapInUse } from '../support/heap-in-use.js'
import type { Holdings } from '../support/reconnecting-program.js'

const RECONNECTS = 1000
/** Until then a process holds more and more of what the compiler makes, as much as a small leak would come to. */
const WARM_UP = 500
/** 1 kB for each reconnect is far below what one leaked connection would hold. */
const ROOM = RECONNECTS * 1024

const listenersOf = (signal: AbortSignal): number =>
  getEventListeners(signal, 'abort').length +
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)

it(`${RECONNECTS} reconnects leave listeners, timers and memory where they were`, async () => {
  const rig = new Rig({ policy: { jitter: 0, quick: { count: 1000 } } })
  const { signal } = new AbortController()
  void rig.gateway.run(undefined, { signal })
  await rig.clock.settle()
  await rig.identified()
  rig.socket.serverIsReady()
  const reconnects = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      rig.socket.serverDispatches(2 + time).serverCloses(1006)
      await rig.nextSocket()
      rig.socket.serverGreets().serverResumed(2 + time)
      await rig.pass(61_000)
      rig.socket.serverPings()
      // The transport of the test keeps what the gateway let go of.
      rig.transport.sockets.splice(0, rig.transport.sockets.length - 1)
      rig.records.length = 0
      rig.seqs.length = 0
    }
  }
  await reconnects(50)
  const before = [rig.clock.pending, listenersOf(signal)]
  const heap = heapInUse()
  await reconnects(RECONNECTS)
  expect([rig.clock.pending, listenersOf(signal)]).toEqual(before)
  expect(heapInUse() - heap).toBeLessThan(ROOM)
  await rig.close()
  expect([rig.clock.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
})

it(`GW-22 ${RECONNECTS} reconnects of real sockets leave listeners, timers, sockets and memory where they were, and the process ends by itself after close()`, async () => {
  const sim = await startSimulator({ page: false, logLimit: 1 })
  onTestFinished(() => sim.close())
  let resumed = 0
  sim.subscribe((entry) => {
    if (entry.kind !== 'session' || !['created', 'resumed'].includes(entry.change)) return
    // After READY or RESUMED, which is about to be sent.
    setImmediate(() => {
      if (resumed === WARM_UP + RECONNECTS) return
      resumed += 1
      sim.faults.dropConnections()
    })
  })
  const program = startProgram(
    await bundleProgram(new URL('../support/reconnecting-program.ts', import.meta.url)),
    [sim.url, sim.tokenUrl, JSON.stringify(sim.credentials), String(WARM_UP), String(RECONNECTS)],
  )
  const next = async (): Promise<Holdings> => JSON.parse((await program.line()) ?? 'null') as Holdings
  const before = await next()
  const after = await next()
  expect(after.heap - before.heap).toBeLessThan(ROOM)
  expect(after.timers).toBeLessThanOrEqual(before.timers)
  expect(after.sockets).toBeLessThanOrEqual(before.sockets)
  expect(after.listeners).toBe(before.listeners)
  expect(await program.code).toBe(0)
}, 60_000)
