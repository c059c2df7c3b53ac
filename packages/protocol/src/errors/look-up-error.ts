import type { ErrorArea } from './error-area.js'
import type { ErrorFacts } from './error-code.js'
import { factsOfDeeper } from './deeper-numbers.js'
import { errorCodeAt } from './error-codes.js'
import { factsOfText } from './error-texts.js'

/** What an answer said of itself. Numbers are `null` where it named none. */
export interface ErrorReport {
  readonly errCode?: number | null
  readonly code?: number | null
  readonly bizCode?: number | null
  readonly message?: string
}

/** Of which call the answer was. */
export interface ErrorPlace {
  /** The part of the API it belongs to, see `errorAreaOf`. */
  readonly area?: ErrorArea | null
  /** Whether it replied to a message or event. */
  readonly reply?: boolean
}

/** The facts as they are for this kind of call. */
const asFor = (facts: ErrorFacts, reply: boolean): ErrorFacts => {
  if (!facts.onReply || !reply) return facts
  const { code, area } = facts
  return { ...facts.onReply, code, area }
}

/**
 * What is known about a failure
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}): by a text whose
 * number nobody told, else by `err_code`, `code` and `biz_code`, each in the table of the endpoint and then in the
 * common one, else by a known text, else by a number of a deeper layer that stands alone. `undefined`: only the HTTP status
 * tells.
 */
export const lookUpError = (
  { errCode, code, bizCode, message = '' }: ErrorReport,
  { area = null, reply = false }: ErrorPlace = {},
): ErrorFacts | undefined => {
  const byNumber = (rowOf: typeof factsOfDeeper): ErrorFacts | undefined => {
    for (const number of [errCode, code, bizCode]) {
      const row = number ? rowOf(number, area) : undefined
      if (row) return row
    }
    return undefined
  }
  const facts =
    factsOfText(message, area, true) ??
    byNumber(errorCodeAt) ??
    factsOfText(message, area, false) ??
    byNumber(factsOfDeeper)
  return facts && asFor(facts, reply)
}
