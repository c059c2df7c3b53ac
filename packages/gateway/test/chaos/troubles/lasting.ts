import { faults, type FaultName, type FaultSpec, type SocketAction } from '@qqkit/simulator'

import { oneOf, type Trouble } from './trouble.js'

const at = (name: string, on: 'identify' | 'resume' | 'event', action: SocketAction): Trouble => ({
  name,
  arm: () => [{ on, do: action }],
})

const known = (name: FaultName): Trouble => ({ name, arm: () => [faults[name]] })

/** What a RESUME is met with; the connection goes down so that there is one. */
const atResume = (name: FaultName | (string & {}), spec: FaultSpec): Trouble => ({
  name,
  arm: (draw) => [{ ...spec, times: 1 + draw(4) }],
  now: (faults) => void faults.dropConnections(),
})

/** Codes that end a session (§3.7). */
const END = [4000, 4003, 4005, 4006, 4007, 4900, 4901, 4902, 4907, 4913] as const

/** Troubles that cost events or the session: the platform will not send again what was missed, or nobody can know. */
export const lasting: readonly Trouble[] = [
  { name: 'closed for good', now: (faults, draw) => void faults.close(oneOf(END, draw)) },
  { name: 'op 9 false', now: (faults) => void faults.invalidSession(false) },
  { name: 'op 9 null', now: (faults) => void faults.invalidSession(null) },
  { name: 'op 9 and nothing else', now: (faults) => void faults.now({ kind: 'invalid' }) },
  {
    name: 'op 9 true, but the close frame says otherwise',
    now: (faults) => void faults.now({ kind: 'invalid', d: true, thenClose: 4006, after: 500 }),
  },
  {
    name: 'sessions forgotten',
    now: (faults) => {
      faults.dropConnections()
      faults.forgetSessions()
    },
  },

  // Nobody can tell these from an event that never was, or that came earlier: numbers need not be contiguous.
  known('lost-event'),
  known('late-event'),
  known('reordered-events'),
  at('something else for an event', 'event', { kind: 'frame', frame: { op: 99 } }),

  at('op 9 true instead of an event', 'event', { kind: 'invalid', d: true }),
  at('4006 instead of an event', 'event', { kind: 'close', code: 4006 }),
  at('op 9 false instead of an event', 'event', { kind: 'invalid', d: false }),

  atResume('no-resumed, again and again', faults['no-resumed']),
  atResume('resume-refused', faults['resume-refused']),
  atResume('reset-by-resume', faults['reset-by-resume']),
  atResume('RESUME dropped again and again', { on: 'resume', do: { kind: 'drop' } }),
  atResume('RESUME put off again and again', { on: 'resume', do: { kind: 'invalid', d: true } }),
  atResume('4009 for RESUME', { on: 'resume', do: { kind: 'close', code: 4009 } }),
  atResume('RESUMED, then 4902', { on: 'resume', do: { kind: 'close', code: 4902, after: 50 } }),

  known('no-ready'),
  { name: 'ready-then-kicked', arm: (draw) => [{ ...faults['ready-then-kicked'], times: 1 + draw(4) }] },
  known('identify-refused'),
  at('READY late', 'identify', { kind: 'delay', ms: 20_000 }),
  at('READY too late', 'identify', { kind: 'delay', ms: 40_000 }),
  at('READY twice', 'identify', { kind: 'duplicate' }),
  at('READY garbled', 'identify', { kind: 'garbage' }),
  at('READY without a session', 'identify', { kind: 'frame', frame: { op: 0, s: 1, t: 'READY', d: {} } }),
  at('4004 for IDENTIFY', 'identify', { kind: 'close', code: 4004 }),
  at('IDENTIFY dropped', 'identify', { kind: 'drop' }),
  at('IDENTIFY into the void', 'identify', { kind: 'half-open' }),
]
