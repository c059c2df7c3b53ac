import type { Clock } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import { situationAdvice } from '../errors/advice.js'
import { RestError, TokenError, withErrorContext } from '../errors/rest-error.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { TokenGrant, TokenProvider } from '../token/token-provider.js'
import type { RestAnswer } from '../types/call.js'
import type { Attempt, Credentials } from './attempt-stage.js'
import type { PipelineCall, PipelineNext } from './call.js'

/** Dependencies of the auth stage. */
export interface AuthStageDeps {
  readonly tokens: TokenProvider
  readonly clock: Clock
  readonly appId: string
  readonly table: RetryTable
}

const noToken = (ms: number): TokenError =>
  new TokenError({
    access: 'unavailable',
    message: `access token: none received within ${Math.round(ms)} ms`,
    facts: null,
    advice: situationAdvice.no_token,
  })

/** Adds the token to each attempt (§1.4). A refused token is not used again. */
export const authStage = ({ tokens, clock, appId, table }: AuthStageDeps, attempt: Attempt): PipelineNext => {
  let last: { readonly generation: number; readonly credentials: Credentials } | undefined

  /** One object for all attempts with the same token. */
  const credentialsOf = ({ token, generation }: TokenGrant): Credentials => {
    if (last?.generation === generation) return last.credentials
    const credentials: Credentials = {
      token,
      // The appid header is optional for most calls, but some answer 630006 without it (§1.4, §5.7).
      headers: ['authorization', `QQBot ${token}`, 'x-union-appid', appId],
      refused: () => tokens.invalidate(generation),
    }
    last = { generation, credentials }
    return credentials
  }

  /** Waits for a token for at most half of the remaining time, so that a retry still has time. */
  const grantFor = async ({ deadlineAt, cancellation }: PipelineCall): Promise<TokenGrant> => {
    const ms = Math.max(0, deadlineAt - clock.now()) / 2
    return withDeadline({ clock, ms, onTimeout: () => noToken(ms), signal: cancellation.signal }, (signal) =>
      tokens.get(signal),
    )
  }

  /** The retry table decides whether a call without a token is repeated. */
  const wait = async (call: PipelineCall): Promise<RestAnswer> => {
    let grant: TokenGrant
    try {
      grant = await grantFor(call)
    } catch (error) {
      if (!RestError.is(error)) throw error
      const retry = error.retry === 'never' ? 'never' : table[error.situation][call.repeatability]
      throw withErrorContext(error, { retry })
    }
    return attempt(call, credentialsOf(grant))
  }

  return (call) => {
    const grant = tokens.current()
    return grant ? attempt(call, credentialsOf(grant)) : wait(call)
  }
}
