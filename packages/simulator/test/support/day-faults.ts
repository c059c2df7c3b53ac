import { type FaultName, faults, type MemorySimulator } from '../../src/index.js'

/** A fault of the day. `id` names one use of it; an armed fault gets this id. */
export interface DayFault {
  readonly name: string
  /** Whether it waits for an occasion and then strikes with a log entry. */
  readonly armed: boolean
  readonly strike: (sim: MemorySimulator, id: string) => void
}

const atOnce = (name: string, strike: (sim: MemorySimulator) => void): DayFault => ({
  name,
  armed: false,
  strike,
})

/** Arms a fault of the catalogue and causes its occasion. */
const fault = (name: FaultName, occasion: (sim: MemorySimulator) => void): DayFault => ({
  name,
  armed: true,
  strike: (sim, id) => {
    sim.faults.add({ ...faults[name], id })
    occasion(sim)
  },
})

/** The next event or send is the occasion. */
const nothing = (): void => {}
/** The bot connects, looks the gateway up and resumes. */
const drop = (sim: MemorySimulator): void => void sim.faults.dropConnections()
/** The bot connects and identifies. */
const forget = (sim: MemorySimulator): void => {
  sim.faults.forgetSessions()
  drop(sim)
}

const REMOTE_CODES = [1000, 4000, 4006, 4007, 4008, 4009, 4900, 4902, 4913] as const

const ON_RECONNECT: readonly FaultName[] = [
  'handshake-refused',
  'handshake-reset',
  'handshake-hangs',
  'no-hello',
  'wrong-interval',
  'no-resumed',
  'resume-refused',
  'reset-by-resume',
  'gateway-null',
  'gateway-empty',
  'gateway-wrong-types',
  'gateway-html',
  'gateway-500',
  'gateway-hangs',
  'token-limited',
  'token-refused',
  'token-500',
  'token-hangs',
]

const ON_IDENTIFY: readonly FaultName[] = ['no-ready', 'ready-then-kicked', 'identify-refused']

/**
 * Faults whose occasions occur without help. The catalogue's other faults concern features that this bot does not use:
 * proactive sends, markdown, media, webhook pushes.
 */
const ON_NEXT: readonly FaultName[] = [
  'no-ack',
  'late-ack',
  'server-heartbeat',
  'lost-event',
  'late-event',
  'doubled-event',
  'reordered-events',
  'garbage-frame',
  'truncated-frame',
  'oversized-frame',
  'binary-frame',
  'cut-after-event',
  'half-open-at-event',
  'token-expired',
  'ip-not-allowed',
  'rate-limited',
  'rate-limited-with-hint',
  'server-error',
  'server-error-while-executing',
  'server-error-after-executing',
  'html-502',
  'send-hangs',
  'send-hangs-during-answer',
  'send-hangs-after-executing',
  'send-slow',
  'send-executed-late',
  'reset-before-executing',
  'reset-during-answer',
  'reset-after-executing',
  'error-with-200',
  'anchor-expired',
  'reply-count-exceeded',
]

/** Faults after which a message stays unanswered: the platform refuses the reply, or seems to accept it. */
export const UNANSWERED: ReadonlySet<string> = new Set<FaultName>([
  'error-with-200',
  'anchor-expired',
  'reply-count-exceeded',
])

/** All faults of a day. */
export const dayFaults: readonly DayFault[] = [
  atOnce('drop', drop),
  atOnce('reset', (sim) => void sim.faults.resetConnections()),
  atOnce('half-open', (sim) => void sim.faults.halfOpen()),
  ...REMOTE_CODES.map((code) => atOnce(`close ${code}`, (sim) => void sim.faults.close(code))),
  atOnce('op 7', (sim) => void sim.faults.reconnect()),
  atOnce('op 7, then 4009', (sim) => void sim.faults.reconnect({ thenClose: 4009, after: 10 })),
  atOnce('op 9 true', (sim) => void sim.faults.invalidSession(true)),
  atOnce('op 9 false', (sim) => void sim.faults.invalidSession(false)),
  atOnce('op 9 null', (sim) => void sim.faults.invalidSession(null)),
  atOnce('tokens revoked', (sim) => sim.faults.revokeTokens()),
  atOnce('sessions forgotten', forget),
  ...ON_RECONNECT.map((name) => fault(name, drop)),
  ...ON_IDENTIFY.map((name) => fault(name, forget)),
  ...ON_NEXT.map((name) => fault(name, nothing)),
]
