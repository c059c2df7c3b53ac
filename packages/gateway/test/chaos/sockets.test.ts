import type { Transport } from '@qqkit/core'
import { expect, it } from 'vitest'

import { Night, type Plan } from './night.js'
import { LONG } from './nights.js'
import { socketWorld } from './socket-world.js'
import { lasting } from './troubles/lasting.js'
import { recoverable } from './troubles/recoverable.js'

const SEED = Number(process.env['CHAOS_FIRST'] ?? 1)
const troubles = [...recoverable, ...lasting]
const plan: Plan = { seed: SEED, events: 1500, strikes: 160, pause: 60_000, troubles }

it(
  `GW-15 the night of seed ${SEED} over real sockets: each event once, in order, or a gap`,
  async () => {
    const { problems, ...report } = await new Night(await socketWorld(SEED), plan).play()
    expect(problems.slice(0, 10)).toEqual([])
    expect(report.kinds).toBe(troubles.length)
    // The clock waits for the sockets, so that these follow from the troubles, not from the machine.
    expect(report.gaps).toBeGreaterThan(10)
    expect(report.handled).toBeGreaterThan(report.said / 2)
  },
  LONG,
)

/** A transport on which one message never reaches the client. */
const deafTo = (inner: Transport, text: string): Transport => ({
  open: (url, events, options) =>
    inner.open(
      url,
      {
        onOpen: () => events.onOpen(),
        onMessage: (data) => {
          if (!String(data).includes(`"content":"${text}"`)) events.onMessage(data)
        },
        onActivity: () => events.onActivity(),
        onClose: (close) => events.onClose(close),
      },
      options,
    ),
})

it('GW-15 a night over real sockets finds the one event that was lost', async () => {
  const { transport, ...world } = await socketWorld(SEED)
  const quiet = { ...plan, events: 300, strikes: 0 }
  const { problems } = await new Night({ ...world, transport: deafTo(transport, '77') }, quiet).play()
  expect(problems).toEqual(['event 77 is missing, and no gap tells of it'])
})
