import { rungAt, shortestRung } from './backoff.js'
import type { Policy } from './policy.js'
import { waitOf } from './wait.js'

/**
 * The most connects that can begin in any window of time, whatever losses come: a bound derived from the policy alone.
 *
 * Two things space connects out. A wait that consumes no attempt is at least as long as the shortest of its kind. A wait
 * that consumes one climbs the ladder, and starting it over costs `stableAfter` of uptime; so does the wait after a first
 * refused session, which consumes none. After a first climb over the `cheap` waits, then, no sequence is denser on average
 * than one connect per `pace`.
 *
 * @param windowMs length of the window in ms
 * @param callerDelay the shortest wait in ms that the caller itself asks for in `Loss.delay`; default: it never does
 */
export const connectBudget = (policy: Policy, windowMs: number, callerDelay: number = Infinity): number => {
  const { ladder, stableAfter } = policy
  const bottom = rungAt(ladder, 0)
  const delays = Object.values(policy.rules).map(({ delay }) => delay)
  const refused = delays.includes('invalid_session') ? [policy.invalidSession] : []
  const free = delays.map((delay) => (delay !== 'invalid_session' && waitOf(policy, delay, 0)) || Infinity)
  free.push(Math.max(shortestRung(policy), callerDelay))
  // The guard takes the place of another wait, and never shortens it.
  free.push(Math.max(policy.quick.delay, Math.min(bottom, ...refused, ...free)))

  let climbed = 0
  const waits = [...refused, ...ladder].sort((a, b) => a - b)
  const climbs = waits.map((wait, i) => (stableAfter + (climbed += wait)) / (i + 1))
  const pace = Math.min(rungAt(ladder, Infinity), ...free, ...climbs)
  const cheap = waits.filter((wait) => wait < pace)
  const spent = cheap.reduce((sum, rung) => sum + rung, 0)
  return 1 + cheap.length + Math.floor(Math.max(0, windowMs - spent) / pace)
}
