import { faults, type FaultSpec, type FaultName, type OpenAction, type SocketAction } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { lasting } from './troubles/lasting.js'
import { recoverable } from './troubles/recoverable.js'

const troubles = [...recoverable, ...lasting]
const specs: readonly FaultSpec[] = troubles.flatMap(({ arm }) => arm?.(() => 0) ?? [])

/** There is no way back from these: they end the run, and have tests of their own (GW-11, ST-01). */
const FINAL: readonly FaultName[] = ['token-refused', 'token-wrong-form', 'ip-not-allowed']

/** Whether a fault can strike what a gateway does: its sockets, its token, its lookup. */
const concernsTheGateway = ({ on, match }: FaultSpec): boolean =>
  on !== 'push' && (on !== 'call' || ['gateway', 'token', undefined].includes(match?.route))

it('GW-15 a night has every fault of the catalogue that a gateway can meet and live on', () => {
  const names = (Object.keys(faults) as FaultName[]).filter((name) => concernsTheGateway(faults[name]))
  const met = new Set(troubles.map(({ name }) => name))
  expect(names.filter((name) => !met.has(name))).toEqual(FINAL)
})

/** All that can happen to a socket or a handshake; the compiler knows whether one is missing. */
const KINDS: Readonly<Record<SocketAction['kind'] | OpenAction['kind'], true>> = {
  ignore: true,
  delay: true,
  drop: true,
  reset: true,
  'half-open': true,
  close: true,
  reconnect: true,
  invalid: true,
  duplicate: true,
  reorder: true,
  garbage: true,
  truncate: true,
  oversize: true,
  binary: true,
  heartbeat: true,
  frame: true,
  interval: true,
  refuse: true,
  hang: true,
}

it('GW-15 a night has every kind of thing that the simulator can do to a socket, at every occasion', () => {
  const kinds = new Set<string>(specs.map((spec) => spec.do.kind))
  expect(Object.keys(KINDS).filter((kind) => !kinds.has(kind))).toEqual([])
  const occasions = new Set<string>(specs.map(({ on }) => on))
  expect([...occasions].sort()).toEqual([
    'call',
    'connect',
    'event',
    'heartbeat',
    'identify',
    'open',
    'resume',
  ])
})

it('every trouble has a name of its own', () => {
  expect(new Set(troubles.map(({ name }) => name)).size).toBe(troubles.length)
})
