import { amend } from '../errors/amend.js'
import { RestError } from '../errors/rest-error.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { TokenGrant, TokenProvider } from '../token/token-provider.js'
import type { Attempt, Credentials } from './attempt-stage.js'
import type { LiveCall, LiveNext } from './call.js'

/** What the auth stage works with. */
export interface AuthStageParts {
  readonly tokens: TokenProvider
  readonly appId: string
  readonly table: RetryTable
}

/** Makes each attempt with the token (§1.4); one that was refused is not used again. */
export const authStage = ({ tokens, appId, table }: AuthStageParts, attempt: Attempt): LiveNext => {
  let last: (Credentials & { readonly generation: number }) | undefined

  /** The same for all attempts with one token. */
  const credentialsOf = ({ token, generation }: TokenGrant): Credentials => {
    if (last?.generation !== generation) {
      // The second one is optional in practice, but some calls answer 630006 when no appid header is there (§1.4, §5.7).
      const headers = ['authorization', `QQBot ${token}`, 'x-union-appid', appId]
      last = { token, generation, headers }
    }
    return last
  }

  /** Whether a call without a token is repeated stands in the same table as everything else. */
  const wait = async ({ end, repeatability }: LiveCall): Promise<TokenGrant> => {
    try {
      return await tokens.get(end.signal)
    } catch (error) {
      if (!RestError.is(error)) throw error
      throw amend(error, { retry: table[error.situation][repeatability] })
    }
  }

  return async (call) => {
    const grant = tokens.current() ?? (await wait(call))
    try {
      return await attempt(call, credentialsOf(grant))
    } catch (error) {
      if (RestError.is(error) && error.situation === 'unauthorized') tokens.invalidate(grant.generation)
      throw error
    }
  }
}
