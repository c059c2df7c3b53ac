import type { Retry } from './decision.js'
import type { History } from './history.js'
import type { Loss } from './loss.js'
import type { Policy, Rule } from './policy.js'

type Verdict = Pick<Retry, 'session' | 'dropped'> & Pick<History, 'resumesLeft'>

/**
 * What becomes of the session. Where nothing had been said on the connection, nothing can have happened to it; only a
 * RESUME that was sent can fail.
 */
export const judgeSession = (policy: Policy, { resumesLeft }: History, loss: Loss, rule: Rule): Verdict => {
  if (!loss.session) return { session: 'none', dropped: null, resumesLeft: null }
  // A refused token says nothing about the session, as long as something else bounds how often that may come.
  const tokenRefused = rule.token === 'refresh' && rule.session === 'keep' && rule.stopAfter !== null
  const unasked = !('openFor' in loss) || loss.stage === 'greeting'
  if (unasked || (tokenRefused && loss.stage === 'resuming'))
    return { session: 'kept', dropped: null, resumesLeft }
  const tries = rule.resumeTries ?? policy.resumeTries
  const fruitless = loss.stage === 'resuming' && !loss.replayed
  const left = fruitless ? Math.min((resumesLeft ?? policy.resumeTries) - 1, tries) : tries
  const dropped = rule.session === 'drop' ? 'rule' : left > 0 ? null : 'fruitless'
  return { session: dropped ? 'dropped' : 'kept', dropped, resumesLeft: dropped ? null : left }
}
