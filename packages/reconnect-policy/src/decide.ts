import { lengthen, rungAt } from './backoff.js'
import type { Decision, Retry } from './decision.js'
import { type History, accessSucceeded, ready, stable } from './history.js'
import { MAX_DELAY } from './limits.js'
import type { Loss } from './loss.js'
import type { Policy } from './policy.js'
import { type Rule, unknownRule } from './rule.js'

/** What the lost connection had earned before it was lost. */
const earned = (policy: Policy, history: History, loss: Loss): History => {
  if (loss.stage === 'access') return history
  const h = accessSucceeded(history)
  if (loss.stage !== 'ready') return h
  return loss.readyFor >= policy.stableAfter ? stable(h) : ready(h)
}

/** What becomes of the session: on a connection on which nothing was said, nothing can have happened to it. */
const judge = (
  policy: Policy,
  history: History,
  loss: Loss,
  rule: Rule,
): Pick<Retry, 'session' | 'dropped'> & Pick<History, 'resumesLeft'> => {
  if (!loss.session) return { session: 'none', dropped: null, resumesLeft: null }
  const { stage } = loss
  if (stage === 'access' || stage === 'connecting' || stage === 'greeting') {
    return { session: 'kept', dropped: null, resumesLeft: history.resumesLeft }
  }
  if (rule.session === 'drop') return { session: 'dropped', dropped: 'rule', resumesLeft: null }
  const tries = rule.resumeTries ?? policy.resumeTries
  if (stage !== 'resuming' || loss.replayed) return { session: 'kept', dropped: null, resumesLeft: tries }
  const left = (history.resumesLeft ?? policy.resumeTries) - 1
  return left > 0
    ? { session: 'kept', dropped: null, resumesLeft: Math.min(left, tries) }
    : { session: 'dropped', dropped: 'resumes', resumesLeft: null }
}

/**
 * Decides what to do about a loss: the only place where a wait is chosen, and whether to resume, identify or stop. Pure:
 * what it needs of clock and randomness is given, and `random` is called once per retry.
 *
 * @param now the time of the loss, in ms on any clock that does not go back
 * @param random numbers from 0 up to 1
 * @returns the decision, and the history to pass in at the next loss
 */
export const decide = (
  policy: Policy,
  history: History,
  loss: Loss,
  now: number,
  random: () => number,
): { history: History; decision: Decision } => {
  const { stage } = loss
  const cause = String(loss.cause)
  const known = Object.hasOwn(policy.rules, cause)
  const rule = known ? (policy.rules[cause] as Rule) : unknownRule
  const before = earned(policy, history, loss)

  const strike = (Object.hasOwn(before.strikes, cause) ? (before.strikes[cause] as number) : 0) + 1
  const strikes = rule.stopAfter === null ? before.strikes : { ...before.strikes, [cause]: strike }

  const inARow = !('openFor' in loss)
    ? before.quick
    : loss.openFor < policy.quick.within
      ? before.quick + 1
      : 0
  const tripped = 'openFor' in loss && inARow >= policy.quick.count

  const why = loss.delay === undefined ? rule.delay : 'fixed'
  const first = why === 'invalid_session' && before.invalid === 0
  const access = stage === 'access'
  const consumed = access ? before.accessAttempts : before.attempts
  const ladder = access ? policy.accessLadder : policy.ladder
  const rung = rungAt(ladder, consumed)
  const counted = !tripped && !first && (why === 'ladder' || why === 'invalid_session')
  const attempt = counted ? consumed + 1 : consumed

  const { session, dropped, resumesLeft } = judge(policy, before, loss, rule)
  const after: History = {
    attempts: access ? before.attempts : attempt,
    accessAttempts: access ? attempt : before.accessAttempts,
    quick: tripped ? 0 : inARow,
    invalid: why === 'invalid_session' ? before.invalid + 1 : before.invalid,
    strikes,
    resumesLeft,
    nextConnectAt: before.nextConnectAt,
  }

  const decided = { cause, stage, known, attempt }
  const reason = rule.fatal
    ? 'fatal'
    : rule.stopAfter !== null && strike >= rule.stopAfter
      ? 'repeated'
      : policy.maxAttempts !== null && attempt > policy.maxAttempts
        ? 'attempts'
        : null
  if (reason) return { history: after, decision: { action: 'stop', reason, ...decided } }

  const chosen = {
    ladder: rung,
    rate_limited: policy.rateLimited,
    invalid_session: first ? policy.invalidSession : Math.max(policy.invalidSession, rung),
    // The comparison also turns away NaN.
    fixed: Math.min(
      MAX_DELAY,
      (loss.delay as number) >= (ladder[0] as number) ? (loss.delay as number) : (ladder[0] as number),
    ),
  }
  const asked = typeof why === 'number' ? why : chosen[why]
  const delay = lengthen(tripped ? Math.max(policy.quick.delay, asked) : asked, policy.jitter, random)
  const connectAt = Math.max(before.nextConnectAt ?? -Infinity, now + delay)
  return {
    history: { ...after, nextConnectAt: connectAt },
    decision: {
      action: session === 'kept' ? 'resume' : 'identify',
      ...decided,
      delay,
      connectAt,
      why: tripped ? 'quick' : typeof why === 'number' ? 'fixed' : why,
      counted,
      session,
      dropped,
      token: rule.token,
    },
  }
}
