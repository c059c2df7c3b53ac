import type { Socket, Transport } from '@qqkit/core'
import type { Rule } from '@qqkit/reconnect-policy'
import { expect, it } from 'vitest'

import type { GatewayOptions } from '../../src/index.js'
import { resolveOptions } from '../../src/options.js'
import { ScriptedAccess } from '../support/scripted-access.js'
import { memoryWorld } from './memory-world.js'
import { Night, type Plan, type Report } from './night.js'
import { lasting } from './troubles/lasting.js'
import { recoverable } from './troubles/recoverable.js'

const SEED = 1

/** A short night of a client with something wrong. */
const play = async (
  mutant: Partial<Plan>,
  altered: (transport: Transport) => Transport = (transport) => transport,
): Promise<Report> => {
  const world = memoryWorld(SEED)
  const plan = { seed: SEED, events: 1500, strikes: 100, pause: 120_000, troubles: recoverable, ...mutant }
  return new Night({ ...world, transport: altered(world.transport) }, plan).play()
}

/** A transport that changes what passes through it. */
const between = (
  inner: Transport,
  change: {
    readonly send?: (text: string) => string
    /** `false`: it does not arrive. */
    readonly arrives?: (data: string) => boolean
    readonly terminate?: (socket: Socket) => void
  },
): Transport => ({
  open: (url, events, options) => {
    const socket = inner.open(
      url,
      {
        onOpen: () => events.onOpen(),
        onMessage: (data) => {
          if (typeof data !== 'string' || (change.arrives?.(data) ?? true)) events.onMessage(data)
        },
        onActivity: () => events.onActivity(),
        onClose: (close) => events.onClose(close),
      },
      options,
    )
    return {
      send: (text) => socket.send(change.send?.(text) ?? text),
      close: (code, reason) => socket.close(code, reason),
      terminate: () => (change.terminate ? change.terminate(socket) : socket.terminate()),
    }
  },
})

/** RESUME claims one event more than was received. */
const skipping = (text: string): string => {
  const frame = JSON.parse(text) as { op: number; d: { seq: number } }
  return frame.op === 6 ? JSON.stringify({ ...frame, d: { ...frame.d, seq: frame.d.seq + 1 } }) : text
}

/** Every loss drops the session. */
const neverResumes = (): Pick<GatewayOptions, 'policy'> => {
  const { policy } = resolveOptions({ access: new ScriptedAccess(), intents: 1 })
  const drop: Partial<Rule> = { session: 'drop' }
  return { policy: { rules: Object.fromEntries(Object.keys(policy.rules).map((cause) => [cause, drop])) } }
}

it('GW-15 chaos passes a client with nothing wrong', async () => {
  expect(await play({})).toMatchObject({ problems: [], gaps: 0, identifies: 1 })
})

it('GW-15 chaos finds a client that identifies where it could resume', async () => {
  const report = await play({ options: neverResumes() })
  expect(report.problems).toContainEqual(expect.stringContaining('could be resumed'))
  expect(report.gaps).toBeGreaterThan(10)
  const mixed = await play({ options: neverResumes(), troubles: [...recoverable, ...lasting] })
  expect(mixed.problems).toContainEqual(expect.stringContaining('could be resumed'))
})

it('GW-10 GW-15 chaos finds the gaps that the strict table tears', async () => {
  const { problems, gaps } = await play({ options: { closeCodes: 'strict' } })
  expect(problems).toContainEqual(expect.stringContaining('could be resumed'))
  expect(gaps).toBeGreaterThan(0)
})

it('GW-15 chaos finds a client that resumes one event too late, on its way or not', async () => {
  const told = await play({ wrap: (transport) => between(transport, { send: skipping }) })
  expect(told.problems).toContainEqual(expect.stringMatching(/^resumed from \d+, but got as far as/))
  const untold = await play({}, (transport) => between(transport, { send: skipping }))
  expect(untold.problems).toContainEqual('a gap without need: the replay left out a number')
})

it('GW-15 chaos finds a client that does not hand out all that it gets', async () => {
  const deaf = { arrives: (data: string) => !data.includes('"content":"77"') }
  const { problems } = await play({ wrap: (transport) => between(transport, deaf) })
  expect(problems).toContainEqual(expect.stringContaining('not each event once and in order'))
})

it('GW-15 chaos finds a client that does not let go of its sockets', async () => {
  const { problems } = await play({ wrap: (transport) => between(transport, { terminate: () => {} }) })
  expect(problems).toContainEqual(expect.stringContaining('live sockets at once'))
})
