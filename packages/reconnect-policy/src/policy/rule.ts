import { freeze } from '../freeze.js'

/** What one kind of loss means. Rules are data: they live in the policy, keyed by the cause that the caller names. */
export interface Rule {
  /** Whether the session outlives a loss on a connection on which something had been said. */
  readonly session: 'keep' | 'drop'
  /** Whether the caller must fetch a new access token before it connects again. */
  readonly token: 'keep' | 'refresh'
  /** Where the wait comes from; a number is milliseconds. Only `'ladder'` and repeated `'invalid_session'` consume attempts. */
  readonly delay: 'ladder' | 'rate_limited' | 'invalid_session' | number
  /** Never connect again. */
  readonly fatal: boolean
  /** Give up at the n-th loss of this kind without becoming ready in between; `null`: never. */
  readonly stopAfter: number | null
  /** Fruitless RESUMEs that the session survives after this loss, instead of `Policy.resumeTries`; `null`: as the policy says. */
  readonly resumeTries: number | null
}

/** What holds for a cause without a row of its own. */
export const unknownRule: Rule = freeze({
  session: 'keep',
  token: 'keep',
  delay: 'ladder',
  fatal: false,
  stopAfter: null,
  resumeTries: null,
})
