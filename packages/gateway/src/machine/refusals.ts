import type { Policy, Rule } from '@qqkit/reconnect-policy'

import { type DisconnectCause, ruleKey } from './disconnect-cause.js'
import { IdentifyRefusedError, withoutSuspects } from './errors.js'
import type { Context } from './input.js'
import { type Disconnectable, reachedBy, type Refusals } from './state.js'
import { type Effect, NOTHING } from './step.js'

/** How Identify was refused: by op 9 or a close code, or by a close without a code. */
type Refusal = 'spoken' | 'silent'

/** Close codes that only say that no session was created. */
const UNEXPLAINED: Readonly<Record<number, Refusal>> = { 4903: 'spoken', 1005: 'silent', 1006: 'silent' }

/** Whether a close code itself explains the refusal: a fatal code, the token, the rate. */
const explainsItself = (row: Rule | undefined): boolean =>
  row !== undefined && (row.fatal || row.token === 'refresh' || row.delay === 'rate_limited')

const rowOf = (policy: Policy, cause: DisconnectCause): Rule | undefined => policy.rules[ruleKey(cause)]

/** Whether a cause is a refusal of Identify without a reason (§3.11). An answer to Resume is none. */
const refusalIn = (state: Disconnectable, cause: DisconnectCause, policy: Policy): Refusal | null => {
  if (cause.kind === 'session_refused') return 'spoken'
  if (cause.kind !== 'closed') return null
  const afterOp9 =
    state.name === 'closing' &&
    state.afterwards.kind === 'disconnect' &&
    state.afterwards.cause.kind === 'session_refused'
  if (afterOp9) return explainsItself(rowOf(policy, cause)) ? null : 'spoken'
  // A close with an error came from the network.
  return cause.error === undefined ? (UNEXPLAINED[cause.code] ?? null) : null
}

/** The refusals in a row, including this cause; `null` when this cause is none. */
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

/** The first refusal may be the token's fault. At the second in a row the token is fresh, so the intents are suspected. */
const SUSPICIOUS = 2

/** Whether the intents are suspected. */
export const suspected = (refusals: Refusals | null): refusals is Refusals =>
  refusals !== null && refusals.times >= SUSPICIOUS

/** Whether a rule only retries, with waits that do not grow beyond the ladder. */
const plain = (row: Rule | undefined): boolean =>
  row === undefined ||
  (!row.fatal && row.stopAfter === null && (row.delay === 'ladder' || row.delay === 'session_refused'))

/** The cause once the intents are suspected. Rules that stop, or wait in a way of their own, still apply. */
export const asRefusal = (
  cause: DisconnectCause,
  { intents, times }: Refusals,
  policy: Policy,
): DisconnectCause => ({
  kind: 'refused',
  error: new IdentifyRefusedError(intents, times),
  rule: plain(rowOf(policy, cause)) ? 'identify_refused' : ruleKey(cause),
})

/** Leaves out the suspects if the option says so, intents remain, and no other shard has done it. */
export const leaveOutSuspects = (
  refusals: Refusals | null,
  { config, intents }: Context,
): readonly Effect[] => {
  if (config.onRefusedIntents !== 'leave-out' || refusals === null || refusals.spoken < SUSPICIOUS)
    return NOTHING
  const kept = withoutSuspects(intents)
  return refusals.intents === intents && kept !== intents && kept !== 0
    ? [{ type: 'leave_out_intents', kept }]
    : NOTHING
}
