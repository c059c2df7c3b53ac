import { rungAt, shortestRung } from './backoff.js'
import type { Retry } from './decision.js'
import type { Loss } from './loss.js'
import { MAX_DELAY, type Policy, type Rule } from './policy.js'

/** The wait in ms that a rule names, given what the ladder says. */
export const waitOf = (policy: Policy, delay: Rule['delay'], rung: number): number =>
  typeof delay === 'number'
    ? delay
    : {
        ladder: rung,
        rate_limited: policy.rateLimited,
        invalid_session: Math.max(policy.invalidSession, rung),
      }[delay]

/** What a wait is chosen from. */
interface Standing {
  /** Attempts consumed on the ladder concerned. */
  readonly consumed: number
  /** Refused sessions since the connection was stable. */
  readonly invalid: number
  /** Whether the quick guard trips now. */
  readonly tripped: boolean
}

/** The wait before jitter, where it comes from, and whether it consumes an attempt. */
export const chooseWait = (
  policy: Policy,
  loss: Loss,
  rule: Rule,
  { consumed, invalid, tripped }: Standing,
): Pick<Retry, 'why' | 'counted'> & { readonly asked: number } => {
  const ladder = loss.stage === 'access' ? policy.accessLadder : policy.ladder
  const rung = rungAt(ladder, consumed)
  // Never shorter than any rung, so that a caller cannot hammer; NaN becomes the shortest one.
  const own =
    loss.delay === undefined
      ? rule.delay
      : Math.min(Math.max(shortestRung(policy), loss.delay || 0), MAX_DELAY)
  const refused = own === 'invalid_session'
  const first = refused && invalid === 0
  // Past the end of the ladder refusals wait ever longer: each may cost one of the sessions that a day has.
  const worn = refused && consumed >= ladder.length
  const asked = Math.max(
    waitOf(policy, own, first ? 0 : rung),
    worn ? Math.min(policy.invalidSession * invalid, MAX_DELAY) : 0,
  )
  const why = tripped ? 'quick_disconnects' : typeof own === 'number' ? 'fixed_delay' : own
  return {
    // The guard lengthens waits; it never shortens one that a high rung or the caller asked for.
    asked: tripped ? Math.max(policy.quick.delay, asked) : asked,
    why,
    counted: !tripped && (own === 'ladder' || (refused && !first)),
  }
}
