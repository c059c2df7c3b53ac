import type { Bilingual } from '../text/bilingual.js'
import { errorAreaAdvice, type ErrorArea } from './error-area.js'
import { errorClasses } from './error-class.js'
import type { ErrorFacts } from './error-code.js'
import { errorCodeAt, errorCodes } from './error-codes.js'
import { errorRangeOf } from './error-ranges.js'

/** The next step for what is known about a failure: the row's own, else that of its class, else that of its part of the API. */
export const adviceOnFacts = (facts: ErrorFacts): Bilingual => {
  if (facts.advice) return facts.advice
  return facts.class === 'none' && facts.area !== null
    ? errorAreaAdvice[facts.area]
    : errorClasses[facts.class].advice
}

/**
 * The next step for a code, always in both languages. A number means what its endpoint says: give the part of the API that
 * the call belongs to where it is known (`errorAreaOf`).
 */
export const adviceFor = (code: number, area: ErrorArea | null = null): Bilingual => {
  const row = errorCodeAt(code, area) ?? (area === null ? errorCodes[code] : undefined)
  if (row) return adviceOnFacts(row)
  const place = area ?? errorRangeOf(code)?.area
  return place === undefined ? errorClasses.none.advice : errorAreaAdvice[place]
}

/**
 * The next step for a code of the token endpoint, where 10004 means an unknown bot and not an unknown guild
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}).
 */
export const adviceForToken = (code: number): Bilingual => adviceFor(code, 'token')
