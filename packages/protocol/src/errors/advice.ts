import type { Bilingual } from '../text/bilingual.js'
import { errorAreaAdvice, type ErrorArea } from './error-area.js'
import { errorClasses } from './error-class.js'
import type { ErrorFacts } from './error-code.js'
import { errorCodeAt, errorCodes } from './error-codes.js'
import { errorRangeOf } from './error-ranges.js'

/** The advice for the facts of a failure: from its row, else from its class, else from its part of the API. */
export const adviceOnFacts = (facts: ErrorFacts): Bilingual => {
  if (facts.advice) return facts.advice
  return facts.class === 'none' && facts.area !== null
    ? errorAreaAdvice[facts.area]
    : errorClasses[facts.class].advice
}

/**
 * The advice for a code, always in both languages. Pass the part of the API of the call if you know it (`errorAreaOf`),
 * because some numbers have another meaning there.
 *
 * @example
 *   adviceFor(11298).en // 'Add the public IPv4 address of this machine to the IP allow list …'
 */
export const adviceFor = (code: number, area: ErrorArea | null = null): Bilingual => {
  const row = errorCodeAt(code, area) ?? (area === null ? errorCodes[code] : undefined)
  if (row) return adviceOnFacts(row)
  const place = area ?? errorRangeOf(code)?.area
  return place === undefined ? errorClasses.none.advice : errorAreaAdvice[place]
}

/**
 * The advice for a code of the token endpoint, where 10004 means an unknown bot and not an unknown guild
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}).
 */
export const adviceForToken = (code: number): Bilingual => adviceFor(code, 'token')
