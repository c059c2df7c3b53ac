import type { Policy, Rule } from '@qqkit/reconnect-policy'

import { type DisconnectCause, ruleKey } from './disconnect-cause.js'
import { IdentifyRefusedError, withoutSuspects } from './errors.js'
import type { Context } from './input.js'
import { type Disconnectable, reachedBy, type Refusals } from './state.js'
import { type Effect, NOTHING } from './step.js'

/** How Identify was refused: in words of the protocol, or by a close without a code. */
type Refusal = 'spoken' | 'silent'

/** Closes that mean nothing but that no session came about. */
const UNTOLD: Readonly<Record<number, Refusal>> = { 4903: 'spoken', 1005: 'silent', 1006: 'silent' }

/** Whether a code says of itself what was wrong: who we are, the token, the pace. */
const tells = (row: Rule | undefined): boolean =>
  row !== undefined && (row.fatal || row.token === 'refresh' || row.delay === 'rate_limited')

const rowOf = (policy: Policy, cause: DisconnectCause): Rule | undefined => policy.rules[ruleKey(cause)]

/**
 * Whether a loss is the answer to an Identify, and one that names no reason (§3.11). What answers a Resume, or comes
 * before Identify was sent, is none.
 */
const refusalIn = (state: Disconnectable, cause: DisconnectCause, policy: Policy): Refusal | null => {
  if (cause.kind === 'invalid_session') return 'spoken'
  if (cause.kind !== 'closed') return null
  const afterOp9 =
    state.name === 'closing' &&
    state.afterwards.kind === 'lose' &&
    state.afterwards.cause.kind === 'invalid_session'
  if (afterOp9) return tells(rowOf(policy, cause)) ? null : 'spoken'
  // With an error it was the network.
  return cause.error === undefined ? (UNTOLD[cause.code] ?? null) : null
}

/** The refusals up to and including a loss; `null` when this loss is none. */
export const refusalsAfter = (
  state: Disconnectable,
  cause: DisconnectCause,
  policy: Policy,
): Refusals | null => {
  const reached = reachedBy(state)
  if (reached.name !== 'identifying') return null
  const refusal = refusalIn(state, cause, policy)
  if (refusal === null) return null
  const { intents } = reached
  const before = state.memory.refusals?.intents === intents ? state.memory.refusals : null
  return {
    intents,
    times: (before?.times ?? 0) + 1,
    spoken: (before?.spoken ?? 0) + (refusal === 'spoken' ? 1 : 0),
  }
}

/** The first refusal may be the token's fault; at the second in a row the token is fresh, and the intents are suspected. */
const SUSPICIOUS = 2

/** Whether the intents are suspected by now. */
export const suspected = (refusals: Refusals | null): refusals is Refusals =>
  refusals !== null && refusals.times >= SUSPICIOUS

/** A row that says no more than to go on: its waits do not grow beyond the ladder. */
const plain = (row: Rule | undefined): boolean =>
  row === undefined ||
  (!row.fatal && row.stopAfter === null && (row.delay === 'ladder' || row.delay === 'invalid_session'))

/** A loss for what it is once the intents are suspected. Rows that stop or wait otherwise hold all the same. */
export const asRefusal = (
  cause: DisconnectCause,
  { intents, times }: Refusals,
  policy: Policy,
): DisconnectCause => ({
  kind: 'refused',
  error: new IdentifyRefusedError(intents, times),
  rule: plain(rowOf(policy, cause)) ? 'identify_refused' : ruleKey(cause),
})

/** From now on without what is suspected, where that is wanted, leaves anything and was not seen to by another shard. */
export const askForLess = (refusals: Refusals | null, { config, intents }: Context): readonly Effect[] => {
  if (config.onRefusedIntents !== 'leave-out' || refusals === null || refusals.spoken < SUSPICIOUS)
    return NOTHING
  const kept = withoutSuspects(intents)
  return refusals.intents === intents && kept !== intents && kept !== 0
    ? [{ type: 'leave_out_intents', kept }]
    : NOTHING
}
