import type { Clock } from '@qqkit/core'
import { type DeadlineQueue, type Secret, withCancellation } from '@qqkit/core/internal'
import type { TokenRequest } from '@qqkit/protocol'
import type { Dispatcher } from 'undici'

import { originOf } from '../errors/fault-origin.js'
import { localCause, localFaultAdvice } from '../errors/local-fault.js'
import { networkCause } from '../errors/network-cause.js'
import { situationAdvice } from '../errors/situation-advice.js'
import type { Address } from '../hosts/address.js'
import type { HostRing } from '../hosts/host-ring.js'
import { exchange, WireFault, type HttpRequest } from '../http/exchange.js'
import { isUnreachable } from '../pipeline/attempt-stage.js'
import { readTokenAnswer, type TokenAnswer } from './read-token-answer.js'
import { TokenError } from './token-error.js'

/** What a request for a token needs. */
export interface TokenEndpointParts {
  readonly appId: string
  readonly secret: Secret
  readonly hosts: HostRing<Address>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  /** ms for one request. */
  readonly timeout: number
  readonly userAgent: string
}

/** Asks the token endpoint once (§1.2). */
export const tokenEndpoint = (parts: TokenEndpointParts): ((signal: AbortSignal) => Promise<TokenAnswer>) => {
  const { appId, secret, hosts, dispatcher, clock, deadlines, timeout, userAgent } = parts
  return async (signal) => {
    const body: TokenRequest = { appId, clientSecret: secret.reveal() }
    const host = hosts.current()
    const line = hosts.lineTo(host)
    const request: HttpRequest = {
      ...host,
      method: 'POST',
      headers: ['user-agent', userAgent, 'accept', 'application/json', 'content-type', 'application/json'],
      body: JSON.stringify(body),
      headersTimeout: 0,
      bodyTimeout: 0,
    }
    try {
      const started = clock.now()
      const reply = await withCancellation(signal, (cancellation) =>
        exchange(dispatcher, request, { deadlines, started, due: started + timeout, cancellation, line }),
      )
      return readTokenAnswer(reply, clock.wall(), secret.reveal())
    } catch (error) {
      if (!(error instanceof WireFault)) throw error
      const hide = (text: string): string => text.replaceAll(secret.reveal(), '[secret]')
      const message = `access token: ${hide(error.message)}`
      const origin = originOf(error)
      if (origin.kind !== 'network') {
        const certain = origin.kind === 'request' || origin.certain
        throw new TokenError({
          access: certain ? 'fatal' : 'unavailable',
          retry: 'never',
          message: `${message}; nothing was sent`,
          facts: null,
          advice: localFaultAdvice,
          cause: localCause(error.cause, hide),
        })
      }
      if (isUnreachable(error, line)) hosts.unreachable(host)
      throw new TokenError({
        access: 'unavailable',
        message,
        facts: null,
        advice: situationAdvice.not_connected,
        cause: networkCause(error.cause, hide),
      })
    }
  }
}
