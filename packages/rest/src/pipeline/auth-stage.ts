import { RestError } from '../errors/rest-error.js'
import type { TokenProvider } from '../token/token-provider.js'
import type { Middleware } from './call.js'

/** Puts the token on each attempt (§1.4); one that was refused is not used again. */
export const authStage =
  (tokens: TokenProvider, appId: string): Middleware =>
  async (call, next) => {
    const grant = tokens.current() ?? (await tokens.get(call.signal))
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
