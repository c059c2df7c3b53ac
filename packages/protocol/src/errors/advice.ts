import type { Bilingual } from '../text/bilingual.js'
import { errorAreaAdvice } from './error-area.js'
import { errorClasses } from './error-class.js'
import { errorCodes } from './error-codes.js'
import { errorRangeOf } from './error-ranges.js'

/**
 * The next step for a code, always in both languages: the row's own, else that of its class, else that of the part of
 * the API it belongs to.
 */
export const adviceFor = (code: number): Bilingual => {
  const row = errorCodes[code]
  if (row?.advice !== undefined) return row.advice
  if (row !== undefined && row.class !== 'none') return errorClasses[row.class].advice
  const area = row?.area ?? errorRangeOf(code)?.area
  return area === undefined ? errorClasses.none.advice : errorAreaAdvice[area]
}
