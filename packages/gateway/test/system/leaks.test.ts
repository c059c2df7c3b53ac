import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { startSimulator } from '@qqkit/simulator'
import { expect, it, onTestFinished } from 'vitest'

import { startProgram } from '../support/child-process.js'
import { Rig } from '../support/rig.js'

/** Heap in use, in bytes, once everything unused is gone. */
const heap = (): number => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

it('1000 reconnects leave timers and memory where they were', async () => {
  const rig = await new Rig({ policy: { jitter: 0, quick: { count: 1000 } } }).ready()
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
  const { pending } = rig.clock
  const before = heap()
  await reconnects(1000)
  expect(rig.clock.pending).toBe(pending)
  // 1 kB for each is far below what one leaked connection would hold.
  expect(heap() - before).toBeLessThan(1024 * 1024)
  await rig.close()
  expect(rig.clock.pending).toBe(0)
})

it('GW-22 the process ends by itself after close()', async () => {
  const sim = await startSimulator({ page: false })
  onTestFinished(() => sim.close())
  const program = startProgram(new URL('leaving-program.ts', import.meta.url), [
    sim.url,
    sim.tokenUrl,
    JSON.stringify(sim.credentials),
  ])
  expect(await program.line()).toBe('closed')
  expect(await program.code).toBe(0)
}, 30_000)
