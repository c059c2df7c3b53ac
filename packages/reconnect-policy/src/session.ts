import type { Retry } from './decision.js'
import type { Disconnect } from './disconnect.js'
import type { History } from './history.js'
import type { Policy, Rule } from './policy.js'

type SessionDecision = Pick<Retry, 'session' | 'dropped'> & Pick<History, 'resumesLeft'>

/**
 * Decides whether the session is kept. A connection on which neither IDENTIFY nor RESUME was sent cannot have affected it,
 * and only a RESUME that was sent can be fruitless.
 */
export const decideSession = (
  policy: Policy,
  { resumesLeft }: History,
  disconnect: Disconnect,
  rule: Rule,
): SessionDecision => {
  if (!disconnect.session) return { session: 'none', dropped: null, resumesLeft: null }
  // A refused token says nothing about the session. `stopAfter` bounds how often that may happen.
  const tokenRefused = rule.token === 'refresh' && rule.session === 'keep' && rule.stopAfter !== null
  const unasked = !('openFor' in disconnect) || disconnect.stage === 'greeting'
  if (unasked || (tokenRefused && disconnect.stage === 'resuming'))
    return { session: 'kept', dropped: null, resumesLeft }
  const tries = rule.resumeTries ?? policy.resumeTries
  const fruitless = disconnect.stage === 'resuming' && !disconnect.replayed
  const left = fruitless ? Math.min((resumesLeft ?? policy.resumeTries) - 1, tries) : tries
  const dropped = rule.session === 'drop' ? 'rule' : left > 0 ? null : 'fruitless'
  return { session: dropped ? 'dropped' : 'kept', dropped, resumesLeft: dropped ? null : left }
}
