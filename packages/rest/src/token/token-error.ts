import type { AccessFault } from '@qqkit/core'

import { RestError, type RestErrorInit } from '../errors/rest-error.js'
import type { Situation } from '../errors/situation.js'

/** What a {@link TokenError} is made of. */
export interface TokenErrorInit extends Partial<
  Pick<
    RestErrorInit,
    | 'delivered'
    | 'retry'
    | 'errCode'
    | 'numbers'
    | 'facts'
    | 'httpStatus'
    | 'traceId'
    | 'retryAfter'
    | 'steps'
    | 'cause'
    | 'advice'
  >
> {
  readonly access: AccessFault['access']
  readonly message: string
}

/** How a call ends that could not be made for want of a token. */
export const tokenSituations: Readonly<Record<AccessFault['access'], Situation>> = Object.freeze({
  fatal: 'refused',
  rate_limited: 'limited',
  unavailable: 'no_token',
})

/** No access token could be had, so the attempt was not made. `access` says whether to give up, slow down or try again. */
export class TokenError extends RestError {
  constructor(init: TokenErrorInit) {
    super({
      ...init,
      code: `token_${init.access}`,
      situation: tokenSituations[init.access],
      delivered: init.delivered ?? 'no',
      retry: init.retry ?? (init.access === 'fatal' ? 'never' : 'backoff'),
    })
  }
}
