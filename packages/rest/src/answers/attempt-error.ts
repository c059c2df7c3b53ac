import type { AccessFault } from '@qqkit/core'

import { situationAdvice } from '../errors/advice.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError } from '../errors/rest-error.js'
import type { WireFault } from '../http/exchange.js'
import type { RetryTable } from '../retry/retry-table.js'
import type { RestCall } from '../types/call.js'
import { type Situation, situations } from '../types/situation.js'
import { type Classification, errorPlaceOf } from './classify-answer.js'
import { describeAnswer } from './describe-answer.js'
import { localCause, localFaultAdvice, networkCause } from './fault-origin.js'
import type { ParsedAnswer } from './read-answer.js'

/** What an error needs to know about its call. */
type FailedCall = Pick<RestCall, 'method' | 'route' | 'repeatability' | 'proactive' | 'body'>

/** Error `code` of refusals by the class of the error number (§2.7); other failures are named after their situation. */
const REFUSALS: Readonly<Record<string, string>> = Object.freeze({
  anchor: 'anchor_refused',
  duplicate: 'duplicate',
  unreachable: 'target_unreachable',
  content: 'content_refused',
  auth: 'not_permitted',
})

const CODES: Readonly<Record<Situation, string>> = Object.freeze({
  not_connected: 'not_connected',
  no_answer: 'no_answer',
  server_error: 'server_error',
  no_token: 'token_unavailable',
  limited: 'rate_limited',
  quota: 'quota_used_up',
  unauthorized: 'unauthorized',
  fault: 'platform_fault',
  fault_once: 'platform_fault',
  refused: 'refused',
})

const accessOf = (situation: Situation, errorClass: string | undefined): AccessFault['access'] => {
  if (situation === 'limited') return 'rate_limited'
  return situation === 'refused' && errorClass === 'auth' ? 'fatal' : 'unavailable'
}

/**
 * An address and its query, which can be a secret, as in a presigned URL. Addresses without a query match as well, so
 * that each character is looked at once.
 */
const ADDRESS = /(https?:\/\/[^\s?#"'<>]+)([?#][^\s"'<>]*)?/g

/** Removes secrets from texts of the platform and the network. */
const redact = (text: string, token: string | null): string => {
  const shown = text
    .replaceAll(/(?:QQBot|Bearer)\s+\S+/g, '[secret]')
    .replaceAll(ADDRESS, (whole: string, place: string, query?: string) =>
      query === undefined ? whole : `${place}?[secret]`,
    )
  return token === null ? shown : shown.replaceAll(token, '[secret]')
}

/** When the platform takes the call again. */
const when = (retryAfter: number | null): string =>
  retryAfter === null ? '' : `; retry after ${Math.ceil(retryAfter / 1000)} s`

/** The error of an answer that is not a success. */
export const answerError = (
  call: FailedCall,
  reading: ParsedAnswer,
  classification: Classification,
  { table, token }: { readonly table: RetryTable; readonly token: string | null },
): RestError => {
  const { situation, facts } = classification
  const hide = (text: string): string => redact(text, token)
  const { message, ...description } = describeAnswer(reading, classification, { ...errorPlaceOf(call), hide })
  return new RestError({
    ...description,
    code: (situation === 'refused' && facts && REFUSALS[facts.class]) || CODES[situation],
    message: `${call.method} ${call.route}: ${message}${when(reading.retryAfter)}`,
    situation,
    delivered: facts?.streamOver ? 'yes' : situations[situation].delivered,
    retry: table[situation][call.repeatability],
    retryAfter: reading.retryAfter,
    access: accessOf(situation, facts?.class),
  })
}

/** The error of a request that is not valid HTTP, e.g. because of a header that an interceptor added. */
export const malformed = (call: FailedCall, fault: WireFault, token: string | null): InvalidRequestError =>
  new InvalidRequestError({
    path: 'request',
    hint: `${call.method} ${call.route} is not valid HTTP: ${redact(fault.message, token)}`,
    cause: networkCause(fault.cause, (text) => redact(text, token)),
  })

/** The error of an attempt that failed in this process: nothing was sent, and the network is not the cause. */
export const localFault = (
  call: FailedCall,
  fault: WireFault,
  { token, certain }: { readonly token: string | null; readonly certain: boolean },
): RestError =>
  new RestError({
    code: 'internal_fault',
    message: `${call.method} ${call.route}: ${redact(fault.message, token)}; nothing was sent`,
    situation: 'refused',
    delivered: 'no',
    retry: 'never',
    facts: null,
    access: certain ? 'fatal' : 'unavailable',
    advice: localFaultAdvice,
    cause: localCause(fault.cause, (text) => redact(text, token)),
  })

/** The error of an exchange without an answer. */
export const wireError = (
  call: FailedCall,
  fault: WireFault,
  table: RetryTable,
  token: string | null,
): RestError => {
  const situation: Situation = fault.started ? 'no_answer' : 'not_connected'
  return new RestError({
    code: fault.timedOut ? 'timeout' : CODES[situation],
    message: `${call.method} ${call.route}: ${redact(fault.message, token)}; ${situations[situation].meaning}`,
    situation,
    delivered: situations[situation].delivered,
    retry: table[situation][call.repeatability],
    facts: null,
    advice: situationAdvice[situation],
    cause: networkCause(fault.cause, (text) => redact(text, token)),
  })
}
