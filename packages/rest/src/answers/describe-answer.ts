import type { Advice } from '@qqkit/core'
import { cutText } from '@qqkit/core/internal'
import { adviceFor, adviceOnFacts, type ErrorPlace, httpStatuses } from '@qqkit/protocol'

import { situationAdvice } from '../errors/advice.js'
import type { RestErrorInit } from '../errors/rest-error.js'
import { situations } from '../types/situation.js'
import type { Classification } from './classify-answer.js'
import { type ErrorCodes, firstNumber, type ParsedAnswer } from './read-answer.js'

const NOT_ON_ALLOW_LIST = 11298
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const IPV4 = new RegExp(`(?<![\\d.])${OCTET}(?:\\.${OCTET}){3}(?![\\d.])`, 'g')
/** Addresses that the platform cannot have seen: a gateway in between talks about itself. */
const PRIVATE = /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./

/** The address that is missing on the bot's IP allow list (§1.6), where the refusal names the one that it saw. */
const allowListAdvice = (code: number | null, said: string): Advice | null => {
  const ip = code === NOT_ON_ALLOW_LIST && said.match(IPV4)?.find((found) => !PRIVATE.test(found))
  if (!ip) return null
  return {
    en: `Put ${ip} on the IP allow list in the console, or empty the list.`,
    zh: `请在管理端的 IP 白名单中加入 ${ip}，或清空白名单。`,
  }
}

/** What is told of a platform's text, in characters. */
const LONGEST_TEXT = 300

/** What an error tells of the answer that it was made of. */
export type AnswerDescription = Required<
  Pick<RestErrorInit, 'message' | 'errCode' | 'numbers' | 'facts' | 'httpStatus' | 'traceId' | 'advice'>
>

/** Where the answer came from, and what may not be shown of it. */
export interface DescribeAnswerOptions extends ErrorPlace {
  /** Takes secrets out. Texts are cut after that: of half a secret nothing would be recognised. */
  readonly hide: (text: string) => string
}

/** Of the row that is known; else of the part of the API, of the status, or of how it failed. */
const adviceOf = (
  { situation, facts }: Classification,
  { numbers, status, text }: ParsedAnswer,
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
const shownNumbers = (decided: number, { code, errCode }: ErrorCodes): string => {
  if (decided === 0) return ''
  if (errCode && errCode !== decided) return `${decided} (err_code ${errCode}) `
  return code && code !== decided ? `${decided} (code ${code}) ` : `${decided} `
}

/** Tells status, numbers, text and trace id of an answer, and what to do about it. */
export const describeAnswer = (
  reading: ParsedAnswer,
  classification: Classification,
  place: DescribeAnswerOptions,
): AnswerDescription => {
  const { situation, facts } = classification
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
    advice: adviceOf(classification, reading, place),
  }
}
