import type { FaultSpec, MemorySimulator } from '@qqkit/simulator'

type Draw = (below: number) => number

/** One thing that can go wrong, and how it is brought about. */
export interface Trouble {
  readonly name: string
  readonly strike: (sim: MemorySimulator, draw: Draw) => void
}

const arm =
  (make: (draw: Draw) => FaultSpec) =>
  (sim: MemorySimulator, draw: Draw): void => {
    sim.faults.add(make(draw))
  }

const REMOTE_CODES = [1000, 1001, 4000, 4006, 4007, 4008, 4009, 4900, 4902, 4913, 4999] as const
const codeOf = (draw: Draw): number => REMOTE_CODES[draw(REMOTE_CODES.length)] ?? 1001

/**
 * Every kind of trouble that the platform can make and a client can notice. Left out is what nobody could tell from an
 * event that never was: one that is not sent at all, or so late that others overtake it, or a session that is forgotten
 * while its connection goes on.
 */
export const troubles: readonly Trouble[] = [
  { name: 'drop', strike: (sim) => void sim.faults.dropConnections() },
  { name: 'reset', strike: (sim) => void sim.faults.resetConnections() },
  { name: 'half-open', strike: (sim) => void sim.faults.halfOpen() },
  { name: 'close', strike: (sim, draw) => void sim.faults.close(codeOf(draw)) },
  { name: '4009', strike: (sim) => void sim.faults.close(4009, 'Session timed out') },
  { name: 'op 7', strike: (sim) => void sim.faults.reconnect() },
  {
    name: 'op 7 then 4009',
    strike: (sim, draw) => void sim.faults.reconnect({ thenClose: 4009, after: draw(50) }),
  },
  { name: 'op 9 true', strike: (sim) => void sim.faults.invalidSession(true) },
  { name: 'op 9 false', strike: (sim) => void sim.faults.invalidSession(false) },
  { name: 'op 9 null', strike: (sim) => void sim.faults.invalidSession(null) },
  { name: 'tokens revoked', strike: (sim) => sim.faults.revokeTokens() },
  {
    name: 'sessions forgotten',
    strike: (sim) => {
      sim.faults.dropConnections()
      sim.faults.forgetSessions()
    },
  },
  { name: 'event dropped', strike: arm(() => ({ on: 'event', do: { kind: 'drop' } })) },
  { name: 'event doubled', strike: arm(() => ({ on: 'event', do: { kind: 'duplicate' } })) },
  { name: 'event garbled', strike: arm(() => ({ on: 'event', do: { kind: 'garbage' } })) },
  { name: 'event cut', strike: arm(() => ({ on: 'event', do: { kind: 'truncate' } })) },
  { name: 'event too large', strike: arm(() => ({ on: 'event', do: { kind: 'oversize' } })) },
  { name: 'event as bytes', strike: arm(() => ({ on: 'event', do: { kind: 'binary' } })) },
  { name: 'event into the void', strike: arm(() => ({ on: 'event', do: { kind: 'half-open' } })) },
  {
    name: 'ACK missing',
    strike: arm((draw) => ({ on: 'heartbeat', do: { kind: 'ignore' }, times: 1 + draw(4) })),
  },
  { name: 'ACK late', strike: arm(() => ({ on: 'heartbeat', do: { kind: 'delay', ms: 500 } })) },
  { name: 'no HELLO', strike: arm(() => ({ on: 'connect', do: { kind: 'ignore' } })) },
  { name: 'HELLO late', strike: arm((draw) => ({ on: 'connect', do: { kind: 'delay', ms: draw(20_000) } })) },
  { name: 'wrong interval', strike: arm(() => ({ on: 'connect', do: { kind: 'interval', value: 0 } })) },
  {
    name: 'closed at HELLO',
    strike: arm((draw) => ({ on: 'connect', do: { kind: 'close', code: codeOf(draw) } })),
  },
  {
    name: 'socket refused',
    strike: arm((draw) => ({ on: 'open', do: { kind: 'refuse', status: 502 }, times: 1 + draw(3) })),
  },
  { name: 'socket hangs', strike: arm(() => ({ on: 'open', do: { kind: 'hang' } })) },
  { name: 'socket reset', strike: arm(() => ({ on: 'open', do: { kind: 'reset' } })) },
  { name: 'no READY', strike: arm(() => ({ on: 'identify', do: { kind: 'ignore' } })) },
  { name: 'op 9 for IDENTIFY', strike: arm(() => ({ on: 'identify', do: { kind: 'invalid', d: false } })) },
  {
    name: 'RESUME unanswered',
    strike: arm((draw) => ({ on: 'resume', do: { kind: 'ignore' }, times: 1 + draw(4) })),
  },
  { name: 'RESUME refused', strike: arm(() => ({ on: 'resume', do: { kind: 'invalid', d: false } })) },
  {
    name: 'RESUME put off',
    strike: arm((draw) => ({ on: 'resume', do: { kind: 'invalid', d: true }, times: 1 + draw(4) })),
  },
  {
    name: '4902 for RESUME',
    strike: arm(() => ({ on: 'resume', do: { kind: 'close', code: 4902, reason: 'reset by resume' } })),
  },
  {
    name: 'RESUME dropped',
    strike: arm((draw) => ({ on: 'resume', do: { kind: 'drop' }, times: 1 + draw(3) })),
  },
  {
    name: 'gateway null',
    strike: arm(() => ({
      on: 'call',
      match: { route: 'gateway' },
      do: { kind: 'answer', status: 200, raw: 'null', type: 'application/json' },
    })),
  },
  {
    name: 'gateway HTML',
    strike: arm(() => ({
      on: 'call',
      match: { route: 'gateway' },
      do: { kind: 'answer', status: 502, raw: '<html>', type: 'text/html' },
    })),
  },
  {
    name: 'gateway hangs',
    strike: arm(() => ({ on: 'call', match: { route: 'gateway' }, do: { kind: 'hang' } })),
  },
  {
    name: 'token fails',
    strike: arm(() => ({
      on: 'call',
      match: { route: 'token' },
      do: { kind: 'answer', status: 500, body: {} },
    })),
  },
  {
    name: 'token hangs',
    strike: arm(() => ({ on: 'call', match: { route: 'token' }, do: { kind: 'hang' } })),
  },
  {
    name: 'token limited',
    strike: arm(() => ({
      on: 'call',
      match: { route: 'token' },
      do: { kind: 'answer', status: 429, body: {} },
    })),
  },
]
