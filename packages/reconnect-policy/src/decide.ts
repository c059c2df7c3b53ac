import { lengthen } from './backoff.js'
import type { Decision, Stop } from './decision.js'
import { accessSucceeded, type History, ready, stable } from './history.js'
import type { Loss } from './loss.js'
import { MAX_JITTER, own, type Policy, type Rule, TOLD_JITTER, unknownRule } from './policy.js'
import { judgeSession } from './session-verdict.js'
import { chooseWait } from './wait.js'

/** What the connection had earned before it was lost. */
const earned = (policy: Policy, history: History, loss: Loss): History => {
  if (loss.stage === 'access') return history
  const connected = accessSucceeded(history)
  if (loss.stage !== 'ready') return connected
  return (loss.readyFor >= policy.stableAfter ? stable : ready)(connected)
}

const reasonToStop = (policy: Policy, rule: Rule, strike: number, attempt: number): Stop['reason'] | null => {
  if (rule.fatal) return 'fatal'
  if (rule.stopAfter !== null && strike >= rule.stopAfter) return 'repeated'
  return policy.maxAttempts !== null && attempt > policy.maxAttempts ? 'attempts' : null
}

/**
 * Decides what to do about a loss: the only place where a wait is chosen, and whether to resume, identify or stop. Pure:
 * time and randomness are given, and `random` is called once per retry.
 *
 * @param history what the last call returned; `initialHistory` before the first
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
  const row = own(policy.rules, cause)
  const rule = row ?? unknownRule
  const before = earned(policy, history, loss)

  const strike = (own(before.strikes, cause) ?? 0) + 1
  const lived = 'openFor' in loss ? loss.openFor : null
  const quick = lived === null ? before.quick : lived < policy.quick.within ? before.quick + 1 : 0
  const tripped = lived !== null && quick >= policy.quick.count

  const consumed = stage === 'access' ? before.accessAttempts : before.attempts
  const { asked, why, counted } = chooseWait(policy, loss, rule, {
    consumed,
    invalid: before.invalid,
    tripped,
  })
  const attempt = counted ? consumed + 1 : consumed
  const { session, dropped, resumesLeft } = judgeSession(policy, before, loss, rule)

  const after: History = {
    ...before,
    [stage === 'access' ? 'accessAttempts' : 'attempts']: attempt,
    quick: tripped ? 0 : quick,
    invalid: before.invalid + (rule.delay === 'invalid_session' ? 1 : 0),
    strikes: rule.stopAfter === null ? before.strikes : { ...before.strikes, [cause]: strike },
    resumesLeft,
  }
  const decided = { cause, stage, known: row !== undefined, attempt, session, dropped }
  const reason = reasonToStop(policy, rule, strike, attempt)
  if (reason !== null)
    return { history: after, decision: { action: 'stop', reason, strikes: strike, ...decided } }

  // Who was told when to come back loses by every second more.
  const most = loss.delay === undefined ? MAX_JITTER : TOLD_JITTER
  const delay = lengthen(asked, Math.min(policy.jitter, most / asked), random)
  const connectAt = Math.max(history.nextConnectAt ?? -Infinity, now + delay)
  return {
    history: { ...after, nextConnectAt: connectAt },
    decision: {
      action: session === 'kept' ? 'resume' : 'identify',
      ...decided,
      delay,
      connectAt,
      wait: connectAt - now,
      why,
      counted,
      token: rule.token,
    },
  }
}
