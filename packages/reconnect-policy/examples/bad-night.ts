import { definePolicy, simulate, type SimulatedDisconnect, type SimulatedStep } from '@qqkit/reconnect-policy'

/** A caller's own codes, as rules: these are a few that QQ's gateway closes with (§3.7). */
const policy = definePolicy({
  jitter: 0,
  rules: {
    4004: { token: 'refresh', stopAfter: 5 },
    4007: { session: 'drop' },
    4008: { delay: 'rate_limited' },
    4009: { resumeTries: 1 },
    4915: { fatal: true },
  },
})

const minutes = (n: number): number => n * 60_000

const lived = (openFor: number): { stage: 'ready'; openFor: number; readyFor: number } => ({
  stage: 'ready',
  openFor,
  readyFor: openFor - 500,
})

const night: readonly SimulatedDisconnect[] = [
  { cause: 'unavailable', stage: 'http' },
  { cause: 'network', stage: 'connecting' },
  { cause: 4009, ...lived(minutes(30)) },
  { cause: 4009, ...lived(minutes(30)) },
  { cause: 'timeout', stage: 'resuming', openFor: 10_000, replayed: false },
  { cause: 'zombie', ...lived(minutes(50)) },
  { cause: 'network', stage: 'connecting' },
  { cause: 'network', stage: 'connecting' },
  { cause: 'closed', ...lived(2_000) },
  { cause: 'closed', ...lived(2_000) },
  { cause: 'reconnect', ...lived(2_000) },
  { cause: 4008, ...lived(minutes(3)) },
  { cause: 'session_invalid', stage: 'resuming', openFor: 300, replayed: false },
  { cause: 'session_invalid', stage: 'identifying', openFor: 300 },
  { cause: 4999, ...lived(minutes(90)) },
  { cause: 4915, stage: 'resuming', openFor: 400, replayed: false },
]

/** One night of a bot behind a flaky network. */
export const badNight = (): SimulatedStep[] => simulate(policy, night)
