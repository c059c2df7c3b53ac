import type { Delivery, SessionStore } from '@qqkit/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { memorySessionStore } from '../../src/index.js'
import { ModelStore } from '../model/model-store.js'
import { Rig } from '../support/rig.js'

const stores: readonly (readonly [string, () => SessionStore])[] = [
  ['in memory', memorySessionStore],
  ['durable', () => new ModelStore().forLife(() => true)],
]

/** Ends a run that handlers hold up until its patience is over. */
const close = async (rig: Rig): Promise<void> => {
  const closing = rig.gateway.close({ resumable: true })
  await rig.pass(2000)
  if (rig.socket.live) rig.socket.serverCloses(4000)
  await rig.pass(100)
  await closing
}

/** How a consumer takes events; each is finished when `finish` is called with its seq. */
type Consumer = (rig: Rig, got: number[]) => { run: () => void; finish: (seq: number) => void }

const consumers: Readonly<Record<string, Consumer>> = {
  'the consumer of run()': (rig, got) => {
    const open = new Map<number, Delivery>()
    return {
      run: () =>
        void rig.gateway.run((delivery) => {
          got.push(delivery.frame.s as number)
          open.set(delivery.frame.s as number, delivery)
        }),
      finish: (seq) => open.get(seq)?.settle('done'),
    }
  },
  'a listener': (rig, got) => {
    const open = new Map<number, () => void>()
    rig.gateway.on('C2C_MESSAGE_CREATE', async ({ s }) => {
      got.push(s as number)
      await new Promise<void>((resolve) => open.set(s as number, resolve))
    })
    return { run: () => void rig.gateway.run(), finish: (seq) => open.get(seq)?.() }
  },
  'readers of events()': (rig, got) => {
    const open = new Map<number, () => void>()
    const read = async (): Promise<void> => {
      for await (const { event } of rig.gateway.events()) {
        if (event.t !== 'C2C_MESSAGE_CREATE') continue
        got.push(event.s as number)
        await new Promise<void>((resolve) => open.set(event.s as number, resolve))
      }
    }
    return {
      run: () => {
        void read()
        void rig.gateway.run()
      },
      finish: (seq) => open.get(seq)?.(),
    }
  },
}

for (const [kind, store] of stores)
  for (const [who, consumer] of Object.entries(consumers))
    it.each(['while nothing runs', 'before it is replayed', 'after it was replayed'])(
      `GW-16 ${who} finishes late, %s (${kind}): handed out once, and its end counts`,
      async (when) => {
        const rig = new Rig({ appId: '1', store: store(), shards: 1, drainTimeout: 2000 })
        const got: number[] = []
        const { run, finish } = consumer(rig, got)
        run()
        await rig.clock.settle()
        await rig.identified()
        rig.socket.serverIsReady().serverDispatches(2)
        await rig.pass(1000)
        await close(rig)
        const late = async (moment: string): Promise<void> => {
          if (moment !== when) return
          finish(2)
          await rig.pass(100)
        }
        await late('while nothing runs')
        run()
        await rig.clock.settle()
        await rig.identified()
        await late('before it is replayed')
        expect(rig.socket.sentOf(6)).toHaveLength(1)
        rig.socket.serverDispatches(2).serverDispatches(3).serverResumed(4)
        await rig.pass(100)
        await late('after it was replayed')
        expect(got).toEqual([2, 3])
        expect(rig.shard).toMatchObject({ unsettled: 1, committed: 2 })
        finish(3)
        await rig.pass(1000)
        expect(rig.shard).toMatchObject({ unsettled: 0, committed: 4 })
        expect(rig.gaps).toEqual([])
      },
    )

it('GW-25 an event that a consumer of an earlier run keeps for ever is given up at its deadline', async () => {
  const rig = new Rig({ shards: 1, drainTimeout: 2000, deliveryDeadline: 10_000 })
  const told: unknown[] = []
  rig.gateway.on('abandoned', ({ seq }) => told.push(seq))
  for (let life = 0; life < 2; life += 1) {
    void rig.gateway.run(() => {})
    await rig.clock.settle()
    await rig.identified()
    if (life === 0) rig.socket.serverIsReady().serverDispatches(2)
    if (life === 0) await close(rig)
  }
  rig.socket.serverResumed(3)
  await rig.pass(10_000)
  expect([told, rig.shard.committed]).toEqual([[2], 3])
})

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('say' as const) },
    { weight: 3, arbitrary: fc.nat(20) },
    { weight: 1, arbitrary: fc.constantFrom('close', 'cut', 'disk fails', 'disk works') },
    { weight: 2, arbitrary: fc.constant('run' as const) },
  ),
  { minLength: 5, maxLength: 40 },
)

it('GW-15 GW-16 property: over any number of runs of one gateway every event is handed out once', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const disk = new ModelStore()
      const rig = new Rig({ appId: '1', store: disk.forLife(() => true), shards: 1, drainTimeout: 2000 })
      const got: number[] = []
      const open: Delivery[] = []
      const said: number[] = []
      let running = false
      let session = 0
      /** Of the present session, which may be younger than what was said. */
      let first = 0
      const connected = (): boolean => running && rig.shard.state === 'ready'
      const connect = async (): Promise<void> => {
        for (let tries = 0; tries < 100 && !connected(); tries += 1) {
          if (rig.transport.sockets.length > 0 && rig.socket.live && rig.socket.sent.length === 0)
            rig.socket.serverGreets()
          await rig.pass(1000)
          if (rig.transport.sockets.length === 0 || !rig.socket.live) continue
          const [resume] = rig.socket.sentOf(6)
          if (resume) {
            const { seq } = resume.d as { seq: number }
            for (const one of said.filter((at) => at > seq && at >= first)) rig.socket.serverDispatches(one)
            rig.socket.serverResumed((said.at(-1) ?? 1) + 1)
            said.push((said.at(-1) ?? 1) + 1)
          } else if (rig.socket.sentOf(2).length > 0) {
            first = (said.at(-1) ?? 0) + 1
            rig.socket.serverIsReady(`session-${(session += 1)}`, first)
            said.push(first)
          }
        }
      }
      for (const step of all) {
        if (typeof step === 'number') {
          const [one] = open.splice(open.length === 0 ? 0 : step % open.length, 1)
          one?.settle('done')
        } else if (step === 'say' && connected()) {
          said.push((said.at(-1) ?? 1) + 1)
          rig.socket.serverDispatches(said.at(-1) as number)
        } else if (step === 'run' && !running) {
          running = true
          void rig.gateway.run((delivery) => {
            got.push(delivery.frame.s as number)
            open.push(delivery)
          })
          await connect()
        } else if (step === 'close' && running) {
          await close(rig)
          running = false
        } else if (step === 'cut' && connected()) {
          rig.socket.serverCloses(1006)
          await connect()
        } else if (step === 'disk fails') disk.mode = 'fails'
        else if (step === 'disk works') disk.mode = 'works'
        await rig.pass(10)
      }
      expect(got.filter((seq, at) => got.indexOf(seq) !== at)).toEqual([])
      for (const one of open) one.settle('done')
      await rig.pass(1000)
      const end = { unsettled: 0, committed: said.at(-1) }
      expect(connected() ? rig.shard : end).toMatchObject(end)
      if (running) await close(rig)
    }),
    { numRuns: 200 },
  )
}, 60_000)
