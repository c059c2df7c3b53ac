import type { Rule } from '@qqkit/reconnect-policy'

import type { LossCause } from './loss-cause.js'

/** Causes of our own that the policy's default rules do not name. */
export const causeRules: Readonly<Record<string, Partial<Rule>>> = {
  /** Others had their turn first: no fault, so no attempt. */
  no_permit: { delay: 5000 },
  /** Comes with the wait that the platform told. */
  session_budget: {},
  session_aged: { session: 'drop' },
  bad_ready: {},
  /** Whatever it was refused with: each may cost one of the sessions that a day has, so the waits grow as after op 9. */
  identify_refused: { session: 'drop', token: 'refresh', delay: 'invalid_session' },
  garbled: {},
  upgrade_refused: {},
  upgrade_unauthorized: { token: 'refresh' },
  /** Whatever threw gets a moment to recover; no attempt, since the platform is not to blame. */
  internal_fault: { delay: 5000 },
}

/** What the statuses of an upgrade say. Others are a fault like any other. */
const upgradeRules: Readonly<Record<number, string>> = {
  401: 'upgrade_unauthorized',
  429: 'rate_limited',
  503: 'unavailable',
}

type KeyOf = {
  readonly [K in LossCause['kind']]: (cause: Extract<LossCause, { kind: K }>) => string | number
}

const keys: KeyOf = {
  closed: ({ code }) => code,
  invalid_session: ({ resumable }) => (resumable ? 'session_paused' : 'session_invalid'),
  refused: ({ rule }) => rule,
  access: ({ fault }) => fault,
  budget: () => 'session_budget',
  aged: () => 'session_aged',
  fault: () => 'internal_fault',
  upgrade: ({ status }) => upgradeRules[status] ?? 'upgrade_refused',
  reconnect: () => 'reconnect',
  zombie: () => 'zombie',
  timeout: () => 'timeout',
  no_permit: () => 'no_permit',
  bad_ready: () => 'bad_ready',
  garbled: () => 'garbled',
}

/** The row of the policy that a cause stands for. */
export const ruleKey = (cause: LossCause): string | number =>
  (keys[cause.kind] as (cause: LossCause) => string | number)(cause)
