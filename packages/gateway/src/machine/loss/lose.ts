import { decide, explain } from '@qqkit/reconnect-policy'

import type { Context } from '../context.js'
import type { Effect } from '../effect.js'
import { finish } from '../finish.js'
import { record, type Step } from '../step.js'
import { dropSession } from './drop-session.js'
import { stoppedBy } from './fatal.js'
import { describeCause, errorOf, type LossCause } from './loss-cause.js'
import { lossFacts, type Losable } from './loss-facts.js'
import { asRefusal, askForLess, refusalsAfter, suspected } from './refusal.js'

/** Losses that are normal life (§3.10, §8) or that the caller has no part in are no warning. */
const levelOf = (cause: LossCause): 'info' | 'warn' =>
  cause.kind === 'reconnect' || cause.kind === 'aged' || (cause.kind === 'closed' && cause.code === 4009)
    ? 'info'
    : 'warn'

/**
 * A connection, or the attempt at one, is over: nothing of it remains, and the policy says what comes next. The only
 * way into `waiting`.
 */
export const lose = (state: Losable, given: LossCause, context: Context): Step => {
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
