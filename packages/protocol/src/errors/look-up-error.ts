import type { ErrorArea } from './error-area.js'
import type { ErrorFacts } from './error-code.js'
import { factsOfDeeper } from './deeper-numbers.js'
import { errorCodeAt } from './error-codes.js'
import { factsOfText } from './error-texts.js'

/** The error fields of an answer. A number is `null` if the answer has none. */
export interface ErrorReport {
  readonly errCode?: number | null
  readonly code?: number | null
  readonly bizCode?: number | null
  readonly message?: string
}

/** The call that was answered. */
export interface ErrorPlace {
  /** The part of the API, see `errorAreaOf`. */
  readonly area?: ErrorArea | null
  /** Whether the call was a reply to a message or event. */
  readonly reply?: boolean
}

/** The facts for a reply or another call. */
const factsFor = (facts: ErrorFacts, reply: boolean): ErrorFacts => {
  if (!facts.onReply || !reply) return facts
  const { code, area } = facts
  return { ...facts.onReply, code, area }
}

/**
 * Looks up the facts of a failure, in this order: a text that outranks numbers; `err_code`, `code` and `biz_code`, each in the
 * table of the endpoint, then in the common table; a known text; a number of an inner service. `undefined`: only the HTTP
 * status is left. Source: {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}.
 *
 * @example
 *   lookUpError({ code: 40034005 }, { area: errorAreaOf('POST', path), reply: true })?.class // 'anchor'
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
  return facts && factsFor(facts, reply)
}
