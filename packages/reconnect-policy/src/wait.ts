import { rungAt } from './backoff.js'
import type { Retry } from './decision.js'
import type { Loss } from './loss.js'
import { MAX_DELAY } from './policy/limits.js'
import type { Policy } from './policy/policy.js'
import type { Rule } from './policy/rule.js'

/** What a wait is chosen from. */
interface Standing {
  /** Attempts consumed on the ladder concerned. */
  readonly consumed: number
  /** Refused sessions since ready. */
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
  // Never shorter than the first rung, so that a caller cannot hammer; this way round NaN becomes the first rung.
  const least = rungAt(ladder, 0)
  const own =
    loss.delay === undefined ? rule.delay : loss.delay > least ? Math.min(loss.delay, MAX_DELAY) : least
  const first = own === 'invalid_session' && invalid === 0
  const asked =
    typeof own === 'number'
      ? own
      : {
          ladder: rung,
          rate_limited: policy.rateLimited,
          invalid_session: first ? policy.invalidSession : Math.max(policy.invalidSession, rung),
        }[own]
  // The guard lengthens waits; it never shortens one that a high rung or the caller asked for.
  if (tripped) return { asked: Math.max(policy.quick.delay, asked), why: 'quick_disconnects', counted: false }
  if (typeof own === 'number') return { asked, why: 'fixed_delay', counted: false }
  return { asked, why: own, counted: own !== 'rate_limited' && !first }
}
