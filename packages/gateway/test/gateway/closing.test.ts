import { getEventListeners } from 'node:events'

import { expect, it } from 'vitest'

import { Rig } from '../support/rig.js'

const never = (): Promise<never> => new Promise(() => {})

/** How to get a gateway into each state, by name. */
const ways: Readonly<Record<string, (rig: Rig) => Promise<void>>> = {
  'before the start': async () => {},
  'while the token hangs': async (rig) => {
    rig.access.token_ = never
    await rig.start()
  },
  'while the lookup hangs': async (rig) => {
    rig.access.gateway_ = never
    await rig.start()
  },
  'after a failed lookup': async (rig) => {
    rig.access.gateway_ = () => Promise.resolve(null)
    await rig.start()
  },
  opening: async (rig) => {
    await rig.start()
  },
  greeting: async (rig) => {
    await rig.start()
    rig.socket.serverOpens()
  },
  queued: async (rig) => {
    await rig.start()
    rig.socket.serverGreets()
  },
  identifying: async (rig) => {
    await rig.start()
    await rig.identified()
  },
  ready: async (rig) => {
    await rig.ready()
  },
  resuming: async (rig) => {
    await rig.ready()
    rig.socket.serverCloses(1006)
    await rig.pass(1000)
    rig.socket.serverGreets()
  },
  'closing after op 7': async (rig) => {
    await rig.ready()
    rig.socket.serverSends({ op: 7 })
  },
  'lingering after op 9': async (rig) => {
    await rig.ready()
    rig.socket.serverSends({ op: 9 })
  },
  waiting: async (rig) => {
    await rig.ready()
    rig.socket.serverCloses(1006)
  },
}

it.each(Object.entries(ways))('GW-22 close() %s ends everything once', async (_state, reach) => {
  const rig = new Rig()
  await reach(rig)
  const sockets = rig.transport.sockets.length
  const first = rig.gateway.close()
  expect(rig.gateway.close({ resumable: true })).toBe(first)
  await rig.clock.settle()
  if (rig.transport.live > 0) rig.socket.serverCloses(1000)
  await first
  await rig.clock.settle()
  expect(rig.outcome).toBe(rig.access.tokens.length > 0 ? 'closed' : undefined)
  expect(rig.transport.live).toBe(0)
  expect(rig.clock.pending).toBe(0)
  await rig.pass(3_600_000)
  expect(rig.transport.sockets).toHaveLength(sockets)
})

it.each(Object.entries(ways))('GW-22 close() %s needs no answer of the server', async (_state, reach) => {
  const rig = new Rig()
  await reach(rig)
  const closing = rig.gateway.close()
  await rig.pass(3000)
  await closing
  expect(rig.transport.live).toBe(0)
  expect(rig.clock.pending).toBe(0)
})

it('GW-22 a lookup that answers after close() changes nothing', async () => {
  const rig = new Rig()
  let answer: (value: string) => void = () => {}
  rig.access.token_ = () => new Promise((resolve) => (answer = resolve))
  await rig.start()
  await rig.close()
  answer('late')
  await rig.pass(60_000)
  expect(rig.transport.sockets).toHaveLength(0)
})

it('ST-02 an aborted signal ends a wait during the start at once, with no further request', async () => {
  const rig = new Rig()
  rig.access.token_ = () => Promise.reject(new Error('no network'))
  const controller = new AbortController()
  const run = rig.gateway.run(undefined, { signal: controller.signal })
  await rig.pass(3000)
  const asked = rig.access.tokens.length
  controller.abort()
  await run
  await rig.pass(600_000)
  expect(rig.access.tokens).toHaveLength(asked)
  expect(rig.clock.pending).toBe(0)
})

it('ST-02 a signal that is aborted already starts nothing', async () => {
  const rig = new Rig()
  await rig.gateway.run(undefined, { signal: AbortSignal.abort() })
  expect(rig.access.tokens).toEqual([])
})

it('ST-04 the signal of a call that joins the run ends it too, and is let go of', async () => {
  const rig = await new Rig().ready()
  const controller = new AbortController()
  const joined = rig.gateway.run(undefined, { signal: controller.signal })
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  controller.abort()
  await rig.clock.advance(5000)
  await joined
  expect(rig.gateway.status().state).toBe('stopped')
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

it('ST-04 run() called twice is the same run, and it can run again after close()', async () => {
  const rig = await new Rig().ready()
  expect(rig.gateway.run()).toBe(rig.gateway.run())
  await rig.close()
  // One identify per 5 s, also over two runs.
  await rig.pass(5000)
  await rig.ready('session-2')
  expect(rig.gateway.status().state).toBe('ready')
  await rig.close()
  expect(rig.clock.pending).toBe(0)
})

it.each([
  { resumable: false, gaps: [{ reason: 'the bot was stopped before 2 events were handed out' }] },
  { resumable: true, gaps: [] },
])(
  'ST-05 events that come during close() are told as a gap unless a next process gets them: %o',
  async (way) => {
    const rig = new Rig()
    let settle = (): void => {}
    void rig.gateway.run((delivery) => {
      settle = () => delivery.settle('done')
    })
    await rig.clock.settle()
    await rig.identified()
    rig.socket.serverIsReady().serverDispatches(2)
    const closing = rig.gateway.close({ resumable: way.resumable })
    await rig.pass(50)
    const first = rig.clock.wall()
    rig.socket.serverDispatches(3)
    await rig.pass(50)
    settle()
    await rig.pass(10)
    // The close frame is out, and the last events are on their way.
    expect(rig.socket.closes).toHaveLength(1)
    rig.socket.serverDispatches(4)
    rig.socket.serverCloses(rig.socket.closes[0]?.code)
    await rig.pass(10)
    await closing
    expect(rig.gaps).toMatchObject(way.gaps)
    expect(rig.gaps.map(({ since }) => since)).toEqual(way.resumable ? [] : [first])
  },
)
