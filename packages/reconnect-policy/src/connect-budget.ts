import { rungAt, shortestRung } from './backoff.js'
import type { Policy } from './policy.js'
import { delayOf } from './wait.js'

/**
 * The most connects that can start in any window of time, for any sequence of disconnects. The policy alone gives the bound.
 *
 * A wait without an attempt has a minimum of its own. A wait with an attempt climbs the ladder, and a reset of the ladder
 * costs `stableAfter` of uptime; so does the wait after a first refused session. After one climb over the `cheap` waits, no
 * sequence is therefore denser on average than one connect per `pace`.
 *
 * @example
 *   connectBudget(defaultPolicy, 60_000) // 8
 *
 * @param windowMs the length of the window in ms
 * @param callerDelay the shortest `Disconnect.delay` of the caller in ms; by default the caller gives none
 */
export const connectBudget = (policy: Policy, windowMs: number, callerDelay: number = Infinity): number => {
  const { ladder, stableAfter } = policy
  const bottom = rungAt(ladder, 0)
  const delays = Object.values(policy.rules).map(({ delay }) => delay)
  const refused = delays.includes('session_refused') ? [policy.sessionRefused] : []
  const free = delays.map((delay) => (delay !== 'session_refused' && delayOf(policy, delay, 0)) || Infinity)
  free.push(Math.max(shortestRung(policy), callerDelay))
  // The quick guard replaces another wait, and never shortens it.
  free.push(Math.max(policy.quick.delay, Math.min(bottom, ...refused, ...free)))

  let climbed = 0
  const waits = [...refused, ...ladder].sort((a, b) => a - b)
  const climbs = waits.map((wait, i) => (stableAfter + (climbed += wait)) / (i + 1))
  const pace = Math.min(rungAt(ladder, Infinity), ...free, ...climbs)
  const cheap = waits.filter((wait) => wait < pace)
  const spent = cheap.reduce((sum, rung) => sum + rung, 0)
  return 1 + cheap.length + Math.floor(Math.max(0, windowMs - spent) / pace)
}
