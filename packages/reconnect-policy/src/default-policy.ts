import { freeze, type Policy, type Rule, unknownRule } from './policy.js'

const keep: Rule = unknownRule
const refused: Rule = { ...keep, delay: 'session_refused' }

/** The policy that `definePolicy` starts from. Its rules are independent of a protocol; callers add rules for their codes. */
export const defaultPolicy: Policy = /* @__PURE__ */ freeze({
  ladder: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  httpLadder: [5_000, 10_000, 30_000, 60_000],
  rateLimited: 60_000,
  sessionRefused: 3_000,
  quick: { count: 3, within: 5_000, delay: 60_000 },
  stableAfter: 60_000,
  jitter: 0.2,
  maxAttempts: null,
  resumeTries: 3,
  rules: {
    /** The other side closed without a reason. */
    closed: keep,
    /** Refused, reset, unreachable, no such host. */
    network: keep,
    /** An answer did not come in time. */
    timeout: keep,
    /** The connection is open, but nothing is received. */
    zombie: keep,
    /** The other side asked for a new connection. */
    reconnect: keep,
    /** The other side answered that it cannot serve now. */
    unavailable: keep,
    rate_limited: { ...keep, delay: 'rate_limited' },
    /** The session was refused for now, and may be resumed later. */
    session_resumable: refused,
    /** The session was refused for good. */
    session_invalid: { ...refused, session: 'drop', token: 'refresh' },
    /** The credentials were refused for good. */
    denied: { ...keep, fatal: true },
  },
})
