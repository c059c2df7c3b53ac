import type { Advice } from '@qqkit/core'
import { adviceForToken, meaningOfErrorText, tokenCodes } from '@qqkit/protocol'

import type { HttpReply } from '../http/exchange.js'
import { cutText, isObject, readAnswer, type Reading } from '../http/read-answer.js'
import { allowListAdvice } from '../errors/allow-list-advice.js'
import { situationAdvice } from '../errors/situation-advice.js'
import { TokenError, type TokenErrorInit } from './token-error.js'

/** A token as the endpoint gave it. */
export interface TokenAnswer {
  readonly token: string
  /** ms it will be good for. */
  readonly lifetime: number
}

const SECOND = 1000
const OK = 200
const REDIRECT = 300
const TOO_MANY = 429
/** Nothing lives longer than 7200 s (§1.3). */
const LONGEST = 7200 * SECOND
/** A token that comes with "0" or less is in its last moment: used briefly, so that asking does not become a loop (§1.3). */
const SHORTEST = 30 * SECOND
/** Without a readable lifetime: long enough not to ask all the time; a 401 ends it earlier. */
const UNKNOWN = 300 * SECOND
/** After a refusal as too frequent (§8); no header makes it longer, or one odd answer would silence the bot. */
const PAUSE = 60 * SECOND

const lifetimeOf = (value: unknown): number => {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) return UNKNOWN
  return Math.min(Math.max(seconds * SECOND, SHORTEST), LONGEST)
}

const accessOf = (status: number, errCode: number, text: string): TokenErrorInit['access'] => {
  const known = tokenCodes[errCode]?.access
  if (known === 'fatal' || known === 'rate_limited') return known
  if (status === TOO_MANY || meaningOfErrorText(text) === 'rateLimited') return 'rate_limited'
  return 'unavailable'
}

const adviceOf = ({ errCode, text }: Reading, access: TokenErrorInit['access']): Advice => {
  if (errCode !== 0) return allowListAdvice(errCode, text) ?? adviceForToken(errCode)
  return access === 'rate_limited' ? situationAdvice.limited : situationAdvice.no_token
}

const pauseOf = (asked: number | null, access: TokenErrorInit['access']): number | null => {
  if (asked === null) return access === 'rate_limited' ? PAUSE : null
  return Math.min(Math.max(asked, SECOND), PAUSE)
}

/**
 * Reads the answer of the token endpoint (§1.2): a failure may come with HTTP 200, the lifetime as text.
 *
 * @param secret cut out of whatever the endpoint said
 * @throws TokenError
 */
export const readTokenAnswer = (reply: HttpReply, wall: number, secret: string): TokenAnswer => {
  const reading = readAnswer(reply, wall)
  const { status, errCode, text, body, retryAfter, traceId } = reading
  const token = isObject(body) ? body['access_token'] : undefined
  const good = status >= OK && status < REDIRECT
  if (good && typeof token === 'string' && /^[\u0021-\u007E]+$/.test(token) && isObject(body))
    return { token, lifetime: lifetimeOf(body['expires_in']) }
  const access = accessOf(status, errCode, text)
  const said = cutText((text || 'no access_token in the answer').replaceAll(secret, '[secret]'))
  throw new TokenError({
    access,
    message: `access token: ${errCode === 0 ? '' : `${errCode} `}${said} (HTTP ${status})`,
    advice: adviceOf(reading, access),
    errCode: errCode === 0 ? null : errCode,
    httpStatus: status,
    traceId,
    retryAfter: pauseOf(retryAfter, access),
  })
}
