import { faults, type FaultName, type FaultSpec, type SocketAction } from '@qqkit/simulator'

import { oneOf, type Trouble } from './trouble.js'

type At = 'connect' | 'heartbeat' | 'event' | 'resume'

const at = (name: string, on: At, action: SocketAction, alone = false): Trouble => ({
  name,
  arm: () => [{ on, do: action }],
  alone,
})

/** A fault of the catalogue as it stands. */
const known = (name: FaultName, alone = false): Trouble => ({ name, arm: () => [faults[name]], alone })

/** A fault of a lookup; the connection goes down so that there is one. */
const atLookup = (name: FaultName | (string & {}), spec: FaultSpec): Trouble => ({
  name,
  arm: () => [spec],
  now: (faults) => void faults.dropConnections(),
})

/** A fault of the token endpoint; the token is refused so that another one is asked for. */
const atToken = (name: FaultName | (string & {}), spec: FaultSpec): Trouble => ({
  name,
  arm: () => [spec],
  now: (faults) => {
    faults.revokeTokens()
    faults.dropConnections()
  },
  alone: true,
})

/** A RESUME that fails once: the next one has to bring everything. */
const atResume = (name: string, action: SocketAction): Trouble => ({
  name,
  arm: () => [{ on: 'resume', do: action }],
  now: (faults) => void faults.dropConnections(),
  alone: true,
})

/** Closes that say nothing against the session (§3.7, §3.10). */
const KEEP = [1000, 1001, 1011, 1012, 4008, 4009, 4999] as const
/** Before anything was said on a connection no code says anything against the session. */
const ANY = [...KEEP, 4000, 4006, 4007, 4900, 4902, 4913] as const
const INTERVALS = [0, -1, null, 'soon', 1e12, {}] as const

const call = (route: 'gateway' | 'token') => ({ on: 'call', match: { route } }) as const

/** Troubles after which the platform would send everything again: nothing may be lost, and no session dropped. */
export const recoverable: readonly Trouble[] = [
  { name: 'drop', now: (faults) => void faults.dropConnections() },
  { name: 'reset', now: (faults) => void faults.resetConnections() },
  { name: 'half-open', now: (faults) => void faults.halfOpen() },
  { name: 'close', now: (faults, draw) => void faults.close(oneOf(KEEP, draw)) },
  { name: '4009', now: (faults) => void faults.close(4009, 'Session timed out') },
  { name: 'op 7', now: (faults) => void faults.reconnect() },
  {
    name: 'op 7, then 4009',
    now: (faults, draw) => void faults.reconnect({ thenClose: 4009, after: draw(50) }),
  },
  { name: 'op 9 true', now: (faults) => void faults.invalidSession(true) },
  {
    name: 'op 9 false, but the close frame says otherwise',
    now: (faults) => void faults.now({ kind: 'invalid', d: false, thenClose: 1001, after: 500 }),
    alone: true,
  },
  { name: 'tokens revoked', now: (faults) => faults.revokeTokens(), alone: true },

  known('handshake-hangs'),
  known('handshake-reset'),
  { name: 'handshake-refused', arm: (draw) => [{ ...faults['handshake-refused'], times: 1 + draw(3) }] },

  known('no-hello'),
  {
    name: 'wrong-interval',
    arm: (draw) => [{ on: 'connect', do: { kind: 'interval', value: oneOf(INTERVALS, draw) } }],
  },
  { name: 'HELLO late', arm: (draw) => [{ on: 'connect', do: { kind: 'delay', ms: draw(20_000) } }] },
  {
    name: 'closed before HELLO',
    arm: (draw) => [{ on: 'connect', do: { kind: 'close', code: oneOf(ANY, draw) } }],
  },
  at('dropped before HELLO', 'connect', { kind: 'drop' }),
  at('reset before HELLO', 'connect', { kind: 'reset' }),
  at('half-open before HELLO', 'connect', { kind: 'half-open' }),
  at('op 7 before HELLO', 'connect', { kind: 'reconnect' }),
  at('op 9 before HELLO', 'connect', { kind: 'invalid', d: false }),
  at('HELLO twice', 'connect', { kind: 'duplicate' }),
  at('HELLO garbled', 'connect', { kind: 'garbage' }),
  at('HELLO cut', 'connect', { kind: 'truncate' }),
  at('HELLO too large', 'connect', { kind: 'oversize', bytes: 70_000 }),
  at('HELLO as bytes', 'connect', { kind: 'binary' }),
  at('something else for HELLO', 'connect', { kind: 'frame', frame: { op: 99, d: 'what?' } }),

  { name: 'no-ack', arm: (draw) => [{ ...faults['no-ack'], times: 1 + draw(4) }] },
  known('late-ack'),
  known('server-heartbeat'),
  at('ACK soon', 'heartbeat', { kind: 'delay', ms: 500 }),
  at('ACK twice', 'heartbeat', { kind: 'duplicate' }),
  at('ACK as bytes', 'heartbeat', { kind: 'binary' }),
  at('something else for an ACK', 'heartbeat', { kind: 'frame', frame: { op: 1, d: null } }),
  at('ACK garbled', 'heartbeat', { kind: 'garbage' }, true),
  at('dropped at a heartbeat', 'heartbeat', { kind: 'drop' }),
  at('reset at a heartbeat', 'heartbeat', { kind: 'reset' }),
  at('half-open at a heartbeat', 'heartbeat', { kind: 'half-open' }),
  at('4009 at a heartbeat', 'heartbeat', { kind: 'close', code: 4009 }),

  known('doubled-event'),
  known('binary-frame'),
  known('half-open-at-event'),
  known('cut-after-event'),
  known('garbage-frame', true),
  known('truncated-frame', true),
  {
    name: 'oversized-frame',
    arm: () => [{ on: 'event', do: { kind: 'oversize', bytes: 70_000 } }],
    alone: true,
  },
  at('dropped instead of an event', 'event', { kind: 'drop' }),
  at('reset instead of an event', 'event', { kind: 'reset' }),
  // Where the client waits for a close frame already, the next event would follow, and nobody could know of this one.
  at('op 7 instead of an event', 'event', { kind: 'reconnect' }, true),
  at('4009 instead of an event', 'event', { kind: 'close', code: 4009 }),
  at('1001 after an event', 'event', { kind: 'close', code: 1001, after: 0 }),

  { ...atResume('no-resumed', { kind: 'ignore' }) },
  atResume('RESUME dropped', { kind: 'drop' }),
  atResume('RESUME reset', { kind: 'reset' }),
  atResume('RESUME into the void', { kind: 'half-open' }),
  atResume('RESUME put off', { kind: 'invalid', d: true }),
  atResume('RESUME closed', { kind: 'close', code: 1001 }),
  atResume('RESUME answered late', { kind: 'delay', ms: 5000 }),
  atResume('RESUME answered too late', { kind: 'delay', ms: 40_000 }),
  atResume('RESUME answered by op 7', { kind: 'reconnect' }),
  atResume('RESUME answered by noise', { kind: 'garbage' }),
  atResume('cut after RESUMED', { kind: 'reset', after: 0 }),

  atLookup('gateway-null', faults['gateway-null']),
  atLookup('gateway-empty', faults['gateway-empty']),
  atLookup('gateway-wrong-types', faults['gateway-wrong-types']),
  atLookup('gateway-html', faults['gateway-html']),
  atLookup('gateway-500', faults['gateway-500']),
  atLookup('gateway-hangs', faults['gateway-hangs']),
  atLookup('gateway limited', { ...call('gateway'), do: { kind: 'answer', status: 429, body: {} } }),
  atLookup('gateway reset', { ...call('gateway'), do: { kind: 'reset', when: 'during' } }),
  atLookup('gateway slow', { ...call('gateway'), do: { kind: 'delay', ms: 10_000 } }),
  atToken('token-limited', faults['token-limited']),
  atToken('token-too-often', faults['token-too-often']),
  atToken('token-500', faults['token-500']),
  atToken('token-hangs', faults['token-hangs']),
  atToken('token limited by status', { ...call('token'), do: { kind: 'answer', status: 429, body: {} } }),
  atToken('token reset', { ...call('token'), do: { kind: 'reset', when: 'after' } }),
  atToken('token slow', { ...call('token'), do: { kind: 'delay', ms: 10_000 } }),
]
