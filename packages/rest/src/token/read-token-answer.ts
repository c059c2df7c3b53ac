import type { ErrorFacts, ErrorPlace } from '@qqkit/protocol'

import { factsOf, judge } from '../errors/judge.js'
import { tellAnswer } from '../errors/tell-answer.js'
import type { HttpReply } from '../http/exchange.js'
import { isObject, readAnswer } from '../http/read-answer.js'
import type { Situation } from '../errors/situation.js'
import { TokenError, tokenSituations, type TokenErrorInit } from './token-error.js'

/** A token as the endpoint gave it. */
export interface TokenAnswer {
  readonly token: string
  /** ms it will be good for. */
  readonly lifetime: number
}

const SECOND = 1000
const OK = 200
const REDIRECT = 300
/** Nothing lives longer than 7200 s (§1.3). */
const LONGEST = 7200 * SECOND
/** A token that comes with "0" or less is in its last moment: used briefly, so that asking does not become a loop (§1.3). */
const SHORTEST = 30 * SECOND
/** Without a readable lifetime: long enough not to ask all the time; a 401 ends it earlier. */
const UNKNOWN = 300 * SECOND
/** After a refusal as too frequent that names no time (§8). */
const PAUSE = 60 * SECOND

const PLACE: ErrorPlace = Object.freeze({ area: 'token' })

const lifetimeOf = (value: unknown): number => {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) return UNKNOWN
  return Math.min(Math.max(seconds * SECOND, SHORTEST), LONGEST)
}

/** Which failures ask for fewer calls. */
const SLOWER: ReadonlySet<Situation | undefined> = new Set(['limited', 'quota'] as const)

/** The platform's own refusal of this bot is final; anything else may pass (§1.2). */
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
 * @param secret cut out of whatever the endpoint said
 * @throws TokenError
 */
export const readTokenAnswer = (reply: HttpReply, wall: number, secret: string): TokenAnswer => {
  const reading = readAnswer(reply, wall)
  const { status, body, retryAfter } = reading
  const token = isObject(body) ? body['access_token'] : undefined
  const good = status >= OK && status < REDIRECT
  if (good && typeof token === 'string' && /^[\u0021-\u007E]+$/.test(token) && isObject(body))
    return { token, lifetime: lifetimeOf(body['expires_in']) }
  // An answer without a failure that holds no token is one all the same.
  const { facts, situation } = judge(
    reading,
    () => PLACE,
    ({ content }) => content !== 'garbled',
  ) ?? { facts: factsOf(reading, PLACE) }
  const access = accessOf(facts, situation)
  const told = tellAnswer(
    { ...reading, text: reading.text || 'no access_token in the answer' },
    { facts, situation: tokenSituations[access] },
    { ...PLACE, hide: (text) => text.replaceAll(secret, '[secret]') },
  )
  throw new TokenError({
    ...told,
    access,
    message: `access token: ${told.message}`,
    retryAfter: pauseOf(retryAfter, access),
  })
}
