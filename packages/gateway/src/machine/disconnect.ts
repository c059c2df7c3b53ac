import { decide, explain, type Disconnect } from '@qqkit/reconnect-policy'

import { describeCause, type DisconnectCause, errorOf, ruleKey } from './disconnect-cause.js'
import { brokenBy, stoppedBy } from './faults.js'
import type { Context } from './input.js'
import { askForLess, asRefusal, refusalsAfter, suspected } from './refusals.js'
import { reached, type Session } from './session.js'
import { type Disconnectable, reachedBy } from './state.js'
import { type Effect, finish, type InputOf, record, type Step } from './step.js'

/** Losses that are normal life (§3.10, §8) or that the caller has no part in are no warning. */
const levelOf = (cause: DisconnectCause): 'info' | 'warn' =>
  cause.kind === 'reconnect' || cause.kind === 'aged' || (cause.kind === 'closed' && cause.code === 4009)
    ? 'info'
    : 'warn'

/**
 * A connection, or the attempt at one, is over: nothing of it remains, and the policy says what comes next. The only
 * way into `waiting`.
 */
export const disconnect = (state: Disconnectable, given: DisconnectCause, context: Context): Step => {
  const { config, now, random } = context
  const refusals = refusalsAfter(state, given, config.policy)
  const cause = suspected(refusals) ? asRefusal(given, refusals, config.policy) : given
  const { history, decision } = decide(
    config.policy,
    state.memory.history,
    lossFacts(state, cause, now),
    now,
    random,
  )
  const why = describeCause(cause)
  const { session } = state
  const gap = session && decision.session === 'dropped' ? [dropSession(session, why)] : []
  const kept = gap.length > 0 ? null : session
  const memory = { ...state.memory, history, refusals: refusals ?? state.memory.refusals }
  if (decision.action === 'stop') {
    // Attempts that are used up and a token that stays wrong (§1.5) say nothing about the session: the next process finds out.
    return finish(
      { epoch: state.epoch, session: kept, memory },
      stoppedBy(decision, cause),
      gap.length === 0,
      gap,
    )
  }
  const delay = decision.wait
  const effects: readonly Effect[] = [
    { type: 'abandon' },
    ...gap,
    { type: 'lost', cause: given, delay },
    ...askForLess(refusals, context),
    record(levelOf(cause), 'gateway.lost', `${why} – ${explain(decision)}`, errorOf(cause)),
    { type: 'set_timer', name: 'backoff', ms: delay },
  ]
  return {
    state: {
      name: 'waiting',
      epoch: state.epoch + 1,
      session: kept,
      memory: {
        ...memory,
        // Whatever an Identify is refused with, the token comes first.
        refreshToken: state.memory.refreshToken || refusals !== null || decision.token === 'refresh',
      },
      until: decision.connectAt,
      reason: why,
      decision,
    },
    effects,
  }
}

/** Something of ours threw: a fresh connection after a moment, unless even that cannot be brought about (ST-03). */
export const onFault = (state: Disconnectable, { error, last }: InputOf<'fault'>, context: Context): Step =>
  last ? finish(state, brokenBy(error), true) : disconnect(state, { kind: 'fault', error }, context)

/** A session cannot be resumed any more: what was not received is lost. */
export const dropSession = (session: Session, reason: string): Effect => ({
  type: 'session_dropped',
  gap: { since: session.heardAt, lastSeq: reached(session), reason },
})

/** When the other side wants us back, where it says so. */
const toldDelay = (cause: DisconnectCause): { readonly delay?: number } => {
  if (cause.kind === 'budget') return { delay: cause.delay }
  const told =
    cause.kind === 'upgrade' ? cause.retryAfter : cause.kind === 'access' ? retryAfterOf(cause.error) : null
  return told === null ? {} : { delay: told }
}

/** Of an error of an access, in ms: `RestError` has it, and so may others. */
const retryAfterOf = (error: unknown): number | null => {
  const told: unknown =
    typeof error === 'object' && error !== null && 'retryAfter' in error ? error.retryAfter : null
  return typeof told === 'number' && told > 0 && Number.isFinite(told) ? told : null
}

/** A loss as the policy wants to know it: how far the connection got, and how long it lived. */
const lossFacts = (state: Disconnectable, cause: DisconnectCause, now: number): Disconnect => {
  const base = {
    cause: ruleKey(cause),
    session: state.session !== null,
    ...toldDelay(cause),
  }
  const reached = reachedBy(state)
  if (!('link' in reached)) return { ...base, stage: reached.name === 'opening' ? 'connecting' : 'access' }
  const openFor = now - reached.link.openedAt
  if (reached.name === 'ready') return { ...base, stage: 'ready', openFor, readyFor: now - reached.readyAt }
  if (reached.name === 'resuming') return { ...base, stage: 'resuming', openFor, replayed: reached.replayed }
  return { ...base, stage: reached.name === 'identifying' ? 'identifying' : 'greeting', openFor }
}
