import { freeze, type Policy, type Rule, unknownRule } from './policy.js'

const keep: Rule = unknownRule
const invalid: Rule = { ...keep, delay: 'invalid_session' }

/** What holds unless a policy says otherwise. Its rows name no protocol: codes are the caller's to add. */
export const defaultPolicy: Policy = /* @__PURE__ */ freeze({
  ladder: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  accessLadder: [5_000, 10_000, 30_000, 60_000],
  rateLimited: 60_000,
  invalidSession: 3_000,
  quick: { count: 3, within: 5_000, delay: 60_000 },
  stableAfter: 60_000,
  jitter: 0.2,
  maxAttempts: null,
  resumeTries: 3,
  rules: {
    /** The other side closed without saying why. */
    closed: keep,
    /** Refused, reset, unreachable, no such host. */
    network: keep,
    /** A step was not answered in time. */
    timeout: keep,
    /** The connection stands, and nothing comes through it. */
    zombie: keep,
    /** The other side asked for a new connection. */
    reconnect: keep,
    /** The other side is there and cannot serve now. */
    unavailable: keep,
    rate_limited: { ...keep, delay: 'rate_limited' },
    /** The session was refused, and may be tried again. */
    session_paused: invalid,
    /** The session was refused for good. */
    session_invalid: { ...invalid, session: 'drop', token: 'refresh' },
    /** Who we say we are will never be accepted. */
    denied: { ...keep, fatal: true },
  },
})
