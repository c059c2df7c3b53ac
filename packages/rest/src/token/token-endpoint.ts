import type { Advice, Clock } from '@qqkit/core'
import { type DeadlineQueue, type Secret, withCancellation } from '@qqkit/core/internal'
import type { ErrorFacts, ErrorPlace, TokenRequest } from '@qqkit/protocol'

import { type AnswerRules, classifyAnswer, factsOf } from '../answers/classify-answer.js'
import { describeAnswer } from '../answers/describe-answer.js'
import { localCause, localFaultAdvice, networkCause, originOf } from '../answers/fault-origin.js'
import { readAnswer } from '../answers/read-answer.js'
import { situationAdvice } from '../errors/advice.js'
import { TokenError, type TokenErrorInit, tokenSituations } from '../errors/rest-error.js'
import { exchange, type HttpReply, type HttpRequest, isUnreachable, WireFault } from '../http/exchange.js'
import type { Address, HostFailover } from '../http/hosts.js'
import { isObject } from '../http/json.js'
import type { RequestSender } from '../http/sockets.js'
import type { Situation } from '../types/situation.js'

/** A token from the endpoint. */
export interface TokenAnswer {
  readonly token: string
  /** Remaining lifetime in ms. */
  readonly lifetime: number
}

const SECOND = 1000
const OK = 200
const REDIRECT = 300
/** Longest lifetime of a token (§1.3). */
const LONGEST = 7200 * SECOND
/** Lifetime assumed for a token that expires in 0 s or less, so that asking does not become a loop (§1.3). */
const SHORTEST = 30 * SECOND
/** Lifetime assumed if it is unreadable: long enough not to ask constantly; a 401 ends it earlier. */
const UNKNOWN = 300 * SECOND
/** Pause after a refusal as too frequent that names no time (§8). */
const PAUSE = 60 * SECOND

/** Statuses of an address where no token endpoint is. */
const ELSEWHERE: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 404, 405])

/** Advice for an answer that is not from a token endpoint. */
const addressAdvice: Advice = Object.freeze({
  en: 'No token endpoint is at this address. Leave tokenUrl out, or give it with its path, e.g. https://bots.qq.com/app/getAppAccessToken; with a baseUrl of your own, check that too.',
  zh: '该地址上没有 token 接口。请去掉 tokenUrl，或填写包含路径的完整地址，例如 https://bots.qq.com/app/getAppAccessToken；若自定义了 baseUrl，也请一并检查。',
})

const PLACE: ErrorPlace = Object.freeze({ area: 'token' })
const RULES: AnswerRules<ErrorPlace> = {
  placeOf: (place) => place,
  expected: ({ content }) => content !== 'garbled',
}

const lifetimeOf = (value: unknown): number => {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) return UNKNOWN
  return Math.min(Math.max(seconds * SECOND, SHORTEST), LONGEST)
}

/** Situations after which to slow down. */
const SLOWER: ReadonlySet<Situation | undefined> = new Set(['limited', 'quota'] as const)

/** A refusal of this bot's credentials is final; any other failure may be temporary (§1.2). */
const accessOf = (facts: ErrorFacts | null, situation: Situation | undefined): TokenErrorInit['access'] => {
  if (facts?.class === 'limited' || SLOWER.has(situation)) return 'rate_limited'
  return facts?.class === 'auth' ? 'fatal' : 'unavailable'
}

const pauseOf = (asked: number | null, access: TokenErrorInit['access']): number | null => {
  if (asked === null) return access === 'rate_limited' ? PAUSE : null
  return Math.max(asked, SECOND)
}

/**
 * Reads the answer of the token endpoint (§1.2): a failure may come with HTTP 200, the lifetime as text.
 *
 * @param secret removed from the texts of the endpoint
 * @throws TokenError
 */
export const readTokenAnswer = (reply: HttpReply, wall: number, secret: string): TokenAnswer => {
  const reading = readAnswer(reply, wall)
  const { status, body, retryAfter } = reading
  const token = isObject(body) ? body['access_token'] : undefined
  const good = status >= OK && status < REDIRECT
  if (good && typeof token === 'string' && /^[\u0021-\u007E]+$/.test(token) && isObject(body))
    return { token, lifetime: lifetimeOf(body['expires_in']) }
  // A successful answer without a token is a failure as well.
  const { facts, situation } = classifyAnswer(reading, PLACE, RULES) ?? { facts: factsOf(reading, PLACE) }
  const access = accessOf(facts, situation)
  const description = describeAnswer(
    { ...reading, text: reading.text || 'no access_token in the answer' },
    { facts, situation: tokenSituations[access] },
    { ...PLACE, hide: (text) => text.replaceAll(secret, '[secret]') },
  )
  throw new TokenError({
    ...description,
    ...(facts === null && ELSEWHERE.has(status) && { advice: addressAdvice }),
    access,
    message: `access token: ${description.message}`,
    retryAfter: pauseOf(retryAfter, access),
  })
}

/** Dependencies of the token endpoint. */
export interface TokenEndpointDeps {
  readonly appId: string
  readonly secret: Secret
  readonly tokenHosts: HostFailover<Address>
  readonly dispatcher: RequestSender
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  /** ms for one request. */
  readonly tokenTimeout: number
  readonly userAgent: string
}

/**
 * The token endpoint
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}).
 */
export class TokenEndpoint {
  readonly #deps: TokenEndpointDeps

  constructor(deps: TokenEndpointDeps) {
    this.#deps = deps
  }

  /** Requests a token once. */
  async fetch(signal: AbortSignal): Promise<TokenAnswer> {
    const {
      appId,
      secret,
      tokenHosts: hosts,
      dispatcher,
      clock,
      deadlines,
      tokenTimeout,
      userAgent,
    } = this.#deps
    const body: TokenRequest = { appId, clientSecret: secret.reveal() }
    const host = hosts.current()
    const traffic = hosts.trafficTo(host)
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
        exchange(dispatcher, request, {
          deadlines,
          started,
          due: started + tokenTimeout,
          cancellation,
          traffic,
        }),
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
      if (isUnreachable(error, traffic)) hosts.unreachable(host)
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
