import { type FaultName, faults, type MemorySimulator } from '../../src/index.js'

/** Something that goes wrong. `id` names this time of it; what waits for its occasion is armed under it. */
export interface DayFault {
  readonly name: string
  /** It waits for an occasion, and is a fault of the log then. */
  readonly armed: boolean
  readonly strike: (sim: MemorySimulator, id: string) => void
}

const atOnce = (name: string, strike: (sim: MemorySimulator) => void): DayFault => ({
  name,
  armed: false,
  strike,
})

/** Arms a fault of the catalogue, and brings its occasion about. */
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
 * What the bot meets anyway. Left out of the catalogue is what a bot that only replies in words over the gateway never
 * meets: proactive sends, markdown, media, webhook pushes.
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

/** Faults after which a message stays unanswered: the platform says no, or seems to say yes. */
export const UNANSWERED: ReadonlySet<string> = new Set<FaultName>([
  'error-with-200',
  'anchor-expired',
  'reply-count-exceeded',
])

/** All that goes wrong in a day. */
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
