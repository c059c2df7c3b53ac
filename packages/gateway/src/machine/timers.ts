import type { StateName } from './state.js'

/** Each name is one timer; setting it again replaces it. */
export type TimerName = 'deadline' | 'heartbeat' | 'stability' | 'backoff' | 'age'

/**
 * The timers that must be running in each state, so that no state lasts for ever (GW-26). `ready` may last,
 * but not in silence: its heartbeat finds out.
 */
const requiredTimers: Readonly<Record<StateName, readonly TimerName[]>> = {
  idle: [],
  preparing: ['deadline'],
  opening: ['deadline'],
  greeting: ['deadline'],
  queued: ['deadline', 'heartbeat'],
  identifying: ['deadline', 'heartbeat'],
  resuming: ['deadline', 'heartbeat'],
  ready: ['heartbeat'],
  closing: ['deadline'],
  waiting: ['backoff'],
  stopped: [],
}

/** The timers a state lacks; empty when it cannot get stuck. */
export const missingTimers = (state: StateName, armed: ReadonlySet<TimerName>): readonly TimerName[] =>
  requiredTimers[state].filter((name) => !armed.has(name))
