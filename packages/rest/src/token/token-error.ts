import type { AccessFault, Advice } from '@qqkit/core'

import { RestError } from '../errors/rest-error.js'
import { situationAdvice } from '../errors/situation-advice.js'
import type { Situation } from '../errors/situation.js'

/** What a {@link TokenError} is made of. */
export interface TokenErrorInit {
  readonly access: AccessFault['access']
  readonly message: string
  readonly advice: Advice
  readonly errCode?: number | null
  readonly httpStatus?: number | null
  readonly traceId?: string | null
  readonly retryAfter?: number | null
  readonly cause?: unknown
}

const SITUATIONS: Readonly<Record<AccessFault['access'], Situation>> = Object.freeze({
  fatal: 'refused',
  rate_limited: 'limited',
  unavailable: 'unavailable',
})

/** No access token could be had, so nothing was sent. `access` says whether to give up, slow down or try again. */
export class TokenError extends RestError {
  constructor(init: TokenErrorInit) {
    super({
      ...init,
      code: `token_${init.access}`,
      situation: SITUATIONS[init.access],
      delivered: 'no',
      retry: init.access === 'fatal' ? 'never' : 'backoff',
    })
  }

  /** The same refusal, seen later: `retryAfter` ms of the pause are left. */
  after(retryAfter: number): TokenError {
    const { access, message, errCode, httpStatus, traceId, cause } = this
    const advice = this.advice ?? situationAdvice.limited
    return new TokenError({ access, message, advice, errCode, httpStatus, traceId, retryAfter, cause })
  }
}
