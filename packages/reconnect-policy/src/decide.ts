import { addJitter } from './backoff.js'
import type { Decision, Stop } from './decision.js'
import type { Disconnect } from './disconnect.js'
import { httpSucceeded, type History, ready, stable } from './history.js'
import { MAX_CALLER_JITTER, MAX_JITTER, ownEntry, type Policy, type Rule, unknownRule } from './policy.js'
import { decideSession } from './session.js'
import { chooseWait } from './wait.js'

// How a disconnect becomes a decision:
//
// 1. The cause selects its rule from the policy; a cause without a rule gets `unknownRule`.
// 2. Counters are reset as far as the connection got: HTTP, ready, stable (history.ts).
// 3. Occurrences of the cause and quick disconnects are counted.
// 4. The wait is chosen from rule, ladder and quick guard (wait.ts).
// 5. The session is kept or dropped (session.ts).
// 6. A fatal rule, too high a count of the cause or too many attempts end in `stop`.
// 7. Otherwise jitter is added, and the next connect is at the latest time that was ever decided.
//
// A close code of QQ, such as 4009, is a cause like any other. Its rule, and the place to add a close code, is the table
// in `packages/gateway/src/close-codes.ts`; what the code means to people is in `packages/protocol`.

/** Step 2: resets the counters that the connection has earned. */
const creditConnection = (policy: Policy, history: History, disconnect: Disconnect): History => {
  if (disconnect.stage === 'http') return history
  const connected = httpSucceeded(history)
  if (disconnect.stage !== 'ready') return connected
  return (disconnect.readyFor >= policy.stableAfter ? stable : ready)(connected)
}

/** Step 6. */
const reasonToStop = (policy: Policy, rule: Rule, count: number, attempt: number): Stop['reason'] | null => {
  if (rule.fatal) return 'fatal'
  if (rule.stopAfter !== null && count >= rule.stopAfter) return 'repeated'
  return policy.maxAttempts !== null && attempt > policy.maxAttempts ? 'attempts' : null
}

/**
 * Decides what to do about a disconnect: resume, identify or stop, and how long to wait. Pure: time and randomness are
 * arguments, and `random` is called once per retry.
 *
 * @example
 *   const policy = definePolicy({ rules: { 4009: { resumeTries: 1 } } })
 *   let history = initialHistory
 *   const onDisconnect = (disconnect: Disconnect) => {
 *     const step = decide(policy, history, disconnect, performance.now(), Math.random)
 *     history = step.history
 *     if (step.decision.action !== 'stop') setTimeout(connect, step.decision.wait)
 *   }
 *
 * @param history the history that the last call returned; `initialHistory` at first
 * @param now the time of the disconnect, in ms on any monotonic clock
 * @param random returns numbers from 0 up to 1
 * @returns the decision, and the history to pass in at the next disconnect
 */
export const decide = (
  policy: Policy,
  history: History,
  disconnect: Disconnect,
  now: number,
  random: () => number,
): { history: History; decision: Decision } => {
  const { stage } = disconnect
  const cause = String(disconnect.cause)
  const row = ownEntry(policy.rules, cause)
  const rule = row ?? unknownRule
  const before = creditConnection(policy, history, disconnect)

  const count = (ownEntry(before.counts, cause) ?? 0) + 1
  const lived = 'openFor' in disconnect ? disconnect.openFor : null
  const quick = lived === null ? before.quick : lived < policy.quick.within ? before.quick + 1 : 0
  const tripped = lived !== null && quick >= policy.quick.count

  const consumed = stage === 'http' ? before.httpAttempts : before.attempts
  const { asked, why, counted } = chooseWait(policy, disconnect, rule, {
    consumed,
    refusals: before.refusals,
    tripped,
  })
  const attempt = counted ? consumed + 1 : consumed
  const { session, dropped, resumesLeft } = decideSession(policy, before, disconnect, rule)

  const after: History = {
    ...before,
    [stage === 'http' ? 'httpAttempts' : 'attempts']: attempt,
    quick: tripped ? 0 : quick,
    refusals: before.refusals + (rule.delay === 'session_refused' ? 1 : 0),
    counts: rule.stopAfter === null ? before.counts : { ...before.counts, [cause]: count },
    resumesLeft,
  }
  const facts = { cause, stage, known: row !== undefined, attempt, session, dropped }
  const reason = reasonToStop(policy, rule, count, attempt)
  if (reason !== null) return { history: after, decision: { action: 'stop', reason, count, ...facts } }

  // The other side has said when to return, so a long jitter would only lose time.
  const most = disconnect.delay === undefined ? MAX_JITTER : MAX_CALLER_JITTER
  const delay = addJitter(asked, Math.min(policy.jitter, most / asked), random)
  const connectAt = Math.max(history.nextConnectAt ?? -Infinity, now + delay)
  return {
    history: { ...after, nextConnectAt: connectAt },
    decision: {
      action: session === 'kept' ? 'resume' : 'identify',
      ...facts,
      delay,
      connectAt,
      wait: connectAt - now,
      why,
      counted,
      token: rule.token,
    },
  }
}
