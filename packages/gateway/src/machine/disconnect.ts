import { MAX_HOLD } from '@qqkit/core/internal'
import { decide, explain, type Disconnect } from '@qqkit/reconnect-policy'

import { describeCause, type DisconnectCause, errorOf, ruleKey } from './disconnect-cause.js'
import { brokenBy, stoppedBy } from './faults.js'
import type { Context } from './input.js'
import { leaveOutSuspects, asRefusal, refusalsAfter, suspected } from './refusals.js'
import { type Session } from './session.js'
import { type Disconnectable, reachedBy } from './state.js'
import { type Effect, finish, type InputOf, record, type Step } from './step.js'

/** Routine disconnects (§3.10, §8) are logged as `info`, all others as `warn`. */
const levelOf = (cause: DisconnectCause): 'info' | 'warn' =>
  cause.kind === 'reconnect' || cause.kind === 'aged' || (cause.kind === 'closed' && cause.code === 4009)
    ? 'info'
    : 'warn'

/**
 * Ends a connection, or an attempt at one. The only way into the state `waiting`.
 *
 * 1. `ruleKey` names the policy rule of the cause: a close code is its own key, and its row is in `close-codes.ts`.
 * 2. `decide` of the reconnect policy applies the rule: retry or stop, how long to wait, whether to keep session and token.
 * 3. Retry: tear down the connection, report a gap if the session is dropped, wait in `waiting`, then `preparing` again.
 * 4. Stop: `stopped`, with the code and advice that `run()` rejects with (`faults.ts`).
 */
export const disconnect = (state: Disconnectable, given: DisconnectCause, context: Context): Step => {
  const { config, now, random } = context
  const refusals = refusalsAfter(state, given, config.policy)
  const cause = suspected(refusals) ? asRefusal(given, refusals, config.policy) : given
  const { history, decision } = decide(
    config.policy,
    state.memory.history,
    factsOf(state, cause, now),
    now,
    random,
  )
  const why = describeCause(cause)
  const { session } = state
  const gap = session && decision.session === 'dropped' ? [dropSession(session, why)] : []
  const kept = gap.length > 0 ? null : session
  const memory = { ...state.memory, history, refusals: refusals ?? state.memory.refusals }
  if (decision.action === 'stop') {
    // Used-up attempts and a wrong token (§1.5) do not invalidate the session: the next process may resume it.
    return finish(
      { epoch: state.epoch, session: kept, memory },
      stoppedBy(decision, cause),
      gap.length === 0,
      gap,
    )
  }
  const delay = decision.wait
  const effects: readonly Effect[] = [
    { type: 'tear_down' },
    ...gap,
    { type: 'disconnected', cause: given, delay },
    ...leaveOutSuspects(refusals, context),
    record(levelOf(cause), 'gateway.disconnected', `${why} – ${explain(decision)}`, errorOf(cause)),
    { type: 'set_timer', name: 'backoff', ms: delay },
  ]
  return {
    state: {
      name: 'waiting',
      epoch: state.epoch + 1,
      session: kept,
      memory: {
        ...memory,
        // After any refusal of Identify the token is renewed first.
        refreshToken: state.memory.refreshToken || refusals !== null || decision.token === 'refresh',
      },
      until: decision.connectAt,
      reason: why,
      decision,
    },
    effects,
  }
}

/** Unexpected internal error: a fresh connection after a moment; if recovery fails as well, stop (ST-03). */
export const onFault = (state: Disconnectable, { error, last }: InputOf<'fault'>, context: Context): Step =>
  last ? finish(state, brokenBy(error), true) : disconnect(state, { kind: 'fault', error }, context)

/** A session can no longer be resumed: events that were not received are lost. */
export const dropSession = (session: Session, reason: string): Effect => ({
  type: 'session_dropped',
  gap: { since: session.heardAt, lastSeq: session.seq, reason },
})

/** The wait that the server asked for, if any, and no longer than {@link MAX_HOLD}. Only the budget may name a whole day. */
const requestedDelay = (cause: DisconnectCause): { readonly delay?: number } => {
  if (cause.kind === 'budget') return { delay: cause.delay }
  const told =
    cause.kind === 'upgrade' ? cause.retryAfter : cause.kind === 'access' ? retryAfterOf(cause.error) : null
  return typeof told === 'number' && told > 0 && Number.isFinite(told)
    ? { delay: Math.min(told, MAX_HOLD) }
    : {}
}

/** `retryAfter` in ms of an error of `Access`; `RestError` has one, and others may. */
const retryAfterOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'retryAfter' in error ? error.retryAfter : null

/** The facts that the policy decides by: the rule, how far the connection got, and how long it lasted. */
const factsOf = (state: Disconnectable, cause: DisconnectCause, now: number): Disconnect => {
  const base = {
    cause: ruleKey(cause),
    session: state.session !== null,
    ...requestedDelay(cause),
  }
  const reached = reachedBy(state)
  if (!('link' in reached)) return { ...base, stage: reached.name === 'opening' ? 'connecting' : 'http' }
  const openFor = now - reached.link.openedAt
  if (reached.name === 'ready') return { ...base, stage: 'ready', openFor, readyFor: now - reached.readyAt }
  if (reached.name === 'resuming') return { ...base, stage: 'resuming', openFor, replayed: reached.replayed }
  return { ...base, stage: reached.name === 'identifying' ? 'identifying' : 'greeting', openFor }
}
