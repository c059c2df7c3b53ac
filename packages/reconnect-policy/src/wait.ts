import { rungAt, shortestRung } from './backoff.js'
import type { Retry } from './decision.js'
import type { Disconnect } from './disconnect.js'
import { MAX_DELAY, type Policy, type Rule } from './policy.js'

/** The wait in ms that a rule names, given the current rung of the ladder. */
export const delayOf = (policy: Policy, delay: Rule['delay'], rung: number): number =>
  typeof delay === 'number'
    ? delay
    : {
        ladder: rung,
        rate_limited: policy.rateLimited,
        session_refused: Math.max(policy.sessionRefused, rung),
      }[delay]

/** The counters that a wait depends on. */
interface WaitFacts {
  /** Attempts consumed on the ladder that applies. */
  readonly consumed: number
  /** Refused sessions since the last stable connection. */
  readonly refusals: number
  /** Whether the quick guard trips now. */
  readonly tripped: boolean
}

/** Chooses the wait before jitter, with its source and whether it consumes an attempt. */
export const chooseWait = (
  policy: Policy,
  disconnect: Disconnect,
  rule: Rule,
  { consumed, refusals, tripped }: WaitFacts,
): Pick<Retry, 'why' | 'counted'> & { readonly asked: number } => {
  const ladder = disconnect.stage === 'http' ? policy.httpLadder : policy.ladder
  const rung = rungAt(ladder, consumed)
  // At least the shortest rung, so that a caller cannot reconnect in a tight loop; NaN becomes the shortest rung.
  const named =
    disconnect.delay === undefined
      ? rule.delay
      : Math.min(Math.max(shortestRung(policy), disconnect.delay || 0), MAX_DELAY)
  const refused = named === 'session_refused'
  const first = refused && refusals === 0
  // Past the end of the ladder the waits keep growing: each refusal may cost one of the day's sessions.
  const pastLadder = refused && consumed >= ladder.length
  const asked = Math.max(
    delayOf(policy, named, first ? 0 : rung),
    pastLadder ? Math.min(policy.sessionRefused * refusals, MAX_DELAY) : 0,
  )
  const why = tripped ? 'quick_disconnects' : typeof named === 'number' ? 'fixed_delay' : named
  return {
    // The quick guard never shortens a wait.
    asked: tripped ? Math.max(policy.quick.delay, asked) : asked,
    why,
    counted: !tripped && (named === 'ladder' || (refused && !first)),
  }
}
