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
/** Private addresses: the platform cannot have seen them, so a proxy reported its own. */
const PRIVATE = /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./

/** Advice with the address that is missing in the IP allow list (§1.6), if the refusal names it. */
const allowListAdvice = (code: number | null, said: string): Advice | null => {
  const ip = code === NOT_ON_ALLOW_LIST && said.match(IPV4)?.find((found) => !PRIVATE.test(found))
  if (!ip) return null
  return {
    en: `Put ${ip} on the IP allow list in the console, or empty the list.`,
    zh: `请在管理端的 IP 白名单中加入 ${ip}，或清空白名单。`,
  }
}

/** Longest text of the platform in an error, in characters. */
const LONGEST_TEXT = 300

/** Fields of an error that come from the answer. */
export type AnswerDescription = Required<
  Pick<RestErrorInit, 'message' | 'errCode' | 'numbers' | 'facts' | 'httpStatus' | 'traceId' | 'advice'>
>

/** The endpoint of the answer, and how secrets are removed. */
export interface DescribeAnswerOptions extends ErrorPlace {
  /** Removes secrets. Texts are shortened afterwards, because half a secret would not be recognised. */
  readonly hide: (text: string) => string
}

/** The advice of the known row; otherwise of the area, the status, or the situation. */
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

/** Both numbers if they differ, because only one may be documented (§2.9). */
const shownNumbers = (decided: number, { code, errCode }: ErrorCodes): string => {
  if (decided === 0) return ''
  if (errCode && errCode !== decided) return `${decided} (err_code ${errCode}) `
  return code && code !== decided ? `${decided} (code ${code}) ` : `${decided} `
}

/** Describes an answer: status, numbers, text, trace id and advice. */
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
