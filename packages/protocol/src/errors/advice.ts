import type { Bilingual } from '../text/bilingual.js'
import { errorAreaAdvice } from './error-area.js'
import { errorClasses } from './error-class.js'
import { errorCodes } from './error-codes.js'
import { errorRangeOf } from './error-ranges.js'
import { tokenCodes } from './token-codes.js'

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

const unknownBot: Bilingual = {
  en: 'No such bot: copy the AppID from the console, or create the bot there.',
  zh: '机器人不存在：请从管理端复制 AppID，或先在管理端创建机器人。',
}

/** The next step for a code of the token endpoint, where 10004 means an unknown bot and not an unknown guild (§1.2). */
export const adviceForToken = (code: number): Bilingual =>
  code === 10004 ? unknownBot : code in tokenCodes ? adviceFor(code) : errorAreaAdvice.token
