import { amend } from '../errors/amend.js'
import { RestError } from '../errors/rest-error.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { TokenGrant, TokenProvider } from '../token/token-provider.js'
import type { Middleware, RestCall } from './call.js'

/** What the auth stage works with. */
export interface AuthStageParts {
  readonly tokens: TokenProvider
  readonly appId: string
  readonly table: RetryTable
}

/** Puts the token on each attempt (§1.4); one that was refused is not used again. */
export const authStage = ({ tokens, appId, table }: AuthStageParts): Middleware => {
  /** Whether a call without a token is repeated stands in the same table as everything else. */
  const wait = async ({ signal, repeatability }: RestCall): Promise<TokenGrant> => {
    try {
      return await tokens.get(signal)
    } catch (error) {
      if (!RestError.is(error)) throw error
      throw amend(error, { retry: table[error.situation][repeatability] })
    }
  }

  return async (call, next) => {
    const grant = tokens.current() ?? (await wait(call))
    const headers = {
      ...call.headers,
      authorization: `QQBot ${grant.token}`,
      // Optional in practice, but some calls answer 630006 when no appid header is there (§1.4, §5.7).
      'x-union-appid': appId,
    }
    try {
      return await next({ ...call, headers })
    } catch (error) {
      if (RestError.is(error) && error.situation === 'unauthorized') tokens.invalidate(grant.generation)
      throw error
    }
  }
}
