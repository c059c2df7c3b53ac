import type { Advice } from '@qqkit/core'
import { cutText } from '@qqkit/core/internal'
import { adviceFor, adviceOnFacts, httpStatuses, type ErrorPlace } from '@qqkit/protocol'

import { firstNumber, type Numbers, type Reading } from '../http/read-answer.js'
import { allowListAdvice } from './allow-list-advice.js'
import type { Judgement } from './judge.js'
import type { RestErrorInit } from './rest-error.js'
import { situationAdvice } from './situation-advice.js'
import { situations } from './situation.js'

/** What is told of a platform's text, in characters. */
const LONGEST_TEXT = 300

/** What an error tells of the answer that it was made of. */
export type ToldAnswer = Required<
  Pick<RestErrorInit, 'message' | 'errCode' | 'numbers' | 'facts' | 'httpStatus' | 'traceId' | 'advice'>
>

/** Where the answer came from, and what may not be shown of it. */
export interface TellPlace extends ErrorPlace {
  /** Takes secrets out. Texts are cut after that: of half a secret nothing would be recognised. */
  readonly hide: (text: string) => string
}

/** Of the row that is known; else of the part of the API, of the status, or of how it failed. */
const adviceOf = (
  { situation, facts }: Judgement,
  { numbers, status, text }: Reading,
  { area = null }: ErrorPlace,
): Advice => {
  const byStatus = situation === 'server_error' || facts?.platformFailed === true
  const refused = situation === 'refused' || situation === 'no_token'
  if (facts && (refused || !byStatus)) return allowListAdvice(facts.code, text) ?? adviceOnFacts(facts)
  if (!refused) return situationAdvice[situation]
  const number = firstNumber(numbers)
  if (number !== 0) return adviceFor(number, area)
  return httpStatuses[status]?.advice ?? situationAdvice[situation]
}

/** Both numbers where they differ: only one of them may be in the documentation (§2.9). */
const shownNumbers = (decided: number, { code, errCode }: Numbers): string => {
  if (decided === 0) return ''
  if (errCode && errCode !== decided) return `${decided} (err_code ${errCode}) `
  return code && code !== decided ? `${decided} (code ${code}) ` : `${decided} `
}

/** Tells status, numbers, text and trace id of an answer, and what to do about it. */
export const tellAnswer = (reading: Reading, judgement: Judgement, place: TellPlace): ToldAnswer => {
  const { situation, facts } = judgement
  const { numbers, status, text } = reading
  const { errCode, code, bizCode } = numbers
  const known = facts?.code ?? null
  const decided = known !== null && [errCode, code, bizCode].includes(known) ? known : firstNumber(numbers)
  const shown = (said: string): string => cutText(place.hide(said), LONGEST_TEXT)
  const traceId = reading.traceId && shown(reading.traceId)
  const said = shown(text || facts?.en || situations[situation].meaning)
  return {
    message: `${shownNumbers(decided, numbers)}${said} (HTTP ${status})`,
    errCode: decided === 0 ? null : decided,
    numbers: { code, errCode },
    facts,
    httpStatus: status,
    traceId,
    advice: adviceOf(judgement, reading, place),
  }
}
