import { errorAreaOf, type ErrorClass, type ErrorFacts, type ErrorPlace, lookUpError } from '@qqkit/protocol'

import { isObject } from '../http/json.js'
import { routeShape } from '../http/route-path.js'
import type { HttpMethod, RestCall } from '../types/call.js'
import type { Situation } from '../types/situation.js'
import {
  type ContentKind,
  firstNumber,
  isNothing,
  isPlain,
  readBody,
  type ParsedAnswer,
  wrapped,
} from './read-answer.js'

/** Calls whose answer is needed: it holds ids of messages or files. */
const TELLING = /\/(?:messages|stream_messages|files|upload_prepare)$/

/** The one call whose answer may be a plain word (§2.3), e.g. "ok". */
const WORDED = 'PUT /interactions/{}'
const GOOD_WORD = /^(?:ok|success)$/i

const ACCEPTED: ReadonlySet<number> = new Set([201, 202])

/** The parts of a successful answer that are checked. */
export interface Answered {
  readonly status: number
  readonly content: ContentKind
  readonly body: unknown
}

/** The call that was answered. */
export interface AnsweredCall {
  readonly method: HttpMethod
  readonly route: string
}

const isTelling = ({ method, route }: AnsweredCall): boolean => method === 'POST' && TELLING.test(route)

/** Calls whose answer is a message that was sent (§5.2), or a part of one (§5.4). */
const MESSAGES = /\/(?:messages|stream_messages)$/

const isMessage = ({ method, route }: AnsweredCall): boolean => method === 'POST' && MESSAGES.test(route)

/** Fields of an answer about a message. An answer with none of them does not come from the platform. */
const OF_MESSAGES = ['id', 'timestamp', 'ext_info', 'audit_id', 'code', 'err_code', 'ret', 'retcode']
/** The end of a stream may be reported as text (§5.4.1). */
const OF_STREAMS = [...OF_MESSAGES, 'message', 'msg']

const hasOneOf = (fields: Readonly<Record<string, unknown>>, names: readonly string[]): boolean =>
  names.some((name) => !isNothing(fields[name]))

const tellsOfMessage = ({ route }: AnsweredCall, { body }: Answered): boolean => {
  if (!isObject(body)) return false
  const names = route.endsWith('/messages') ? OF_MESSAGES : OF_STREAMS
  return hasOneOf(body, names) || hasOneOf(wrapped(body), names)
}

/** Whether a call can have an answer of this kind. */
const EXPECTED: Readonly<Record<ContentKind, (call: AnsweredCall, answered: Answered) => boolean>> = {
  object: (call, answered) =>
    !isMessage(call) || ACCEPTED.has(answered.status) || tellsOfMessage(call, answered),
  list: (call) => !isTelling(call),
  // Accepted for audit: sometimes only the status says so (§2.4, §2.5).
  nothing: (call, { status }) => (isTelling(call) ? ACCEPTED.has(status) : call.method !== 'GET'),
  word: ({ method, route }, { body }) =>
    `${method} ${routeShape(route)}` === WORDED && GOOD_WORD.test(String(body)),
  garbled: () => false,
}

/**
 * Whether this call can have such an answer. Any other answer comes from a proxy or is broken, so the outcome is
 * unknown.
 */
export const isExpected = (answered: Answered, call: AnsweredCall): boolean =>
  EXPECTED[answered.content](call, answered)

const isId = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Whether a call is a reply. The sender sets `proactive`, because a form body hides its fields (§5.10). */
const isReply = ({ proactive, body }: Pick<RestCall, 'proactive' | 'body'>): boolean => {
  if (proactive !== undefined) return !proactive
  return isObject(body) && (isId(body['msg_id']) || isId(body['event_id']))
}

/** The endpoint of a call, as far as it changes the meaning of an error number (§2.8, §6.1). */
export const errorPlaceOf = (
  call: Pick<RestCall, 'method' | 'route' | 'proactive' | 'body'>,
): ErrorPlace => ({
  area: errorAreaOf(call.method, call.route),
  reply: isReply(call),
})

/** How an answer failed. */
export interface Classification {
  readonly situation: Situation
  /** The row of the error table, even if the status decided; `null` if there is none. */
  readonly facts: ErrorFacts | null
}

const OK = 200
const REDIRECT = 300
const UNAUTHORIZED = 401
const TOO_MANY = 429

/**
 * The server or a proxy did not wait for the whole request (408, 499), did not process it yet (425), or was the wrong
 * one (421).
 */
const NOT_ANSWERED: ReadonlySet<number> = new Set([408, 421, 425, 499])
const SERVER_ERROR = 500

/** Codes for a refused token (§1.5); with any other code a fresh token does not help. */
const TOKEN_CODES: ReadonlySet<number | null> = new Set([11241, 11243, 11244])

/** The situation of each class of error numbers (§2.7); `null`: accepted for audit. */
const BY_CLASS: Readonly<Record<ErrorClass, Situation | null>> = Object.freeze({
  transient: 'fault',
  transientOnce: 'fault_once',
  limited: 'limited',
  auth: 'refused',
  anchor: 'refused',
  duplicate: 'refused',
  audit: null,
  unreachable: 'refused',
  content: 'refused',
  none: 'refused',
})

const byFacts = (facts: ErrorFacts): Situation | null => {
  if (TOKEN_CODES.has(facts.code) || facts.tokenStale) return 'unauthorized'
  return facts.class === 'limited' && facts.quota ? 'quota' : BY_CLASS[facts.class]
}

const byStatus = (status: number): Situation => {
  if (status === UNAUTHORIZED) return 'unauthorized'
  if (status === TOO_MANY) return 'limited'
  if (NOT_ANSWERED.has(status)) return 'no_answer'
  // Includes 503 with `Retry-After`, which does not say that nothing was done (ADR 0013).
  return status >= SERVER_ERROR ? 'server_error' : 'refused'
}

/** The row of the error table for an answer, by its numbers and its text (§2.9); `null` if there is none. */
export const factsOf = (
  { numbers, text }: Pick<ParsedAnswer, 'numbers' | 'text'>,
  place: ErrorPlace,
): ErrorFacts | null => lookUpError({ ...numbers, message: text }, place) ?? null

const isGood = (status: number): boolean => status >= OK && status < REDIRECT

/** Whether a successful answer says that the message is under audit (§2.5). */
export const isUnderReview = (status: number, body: unknown): boolean => {
  if (isGood(status) && isObject(body) && isPlain(body)) return false
  const said = readBody(body)
  const plain = isGood(status) && firstNumber(said.numbers) === 0
  return !plain && factsOf(said, {})?.class === 'audit'
}

/** What one kind of calls means by an answer. */
export interface AnswerRules<C> {
  /** The endpoint of a call; asked for failures only. */
  readonly placeOf: (call: C) => ErrorPlace
  /** Whether an answer with a good status is one that the call can have. */
  readonly expected: (reading: ParsedAnswer, call: C) => boolean
}

/**
 * How an answer failed, or `null` for a success. A known error number decides, whatever the status (§2.9, ADR 0016);
 * otherwise, or if the number only says that the platform failed, the status decides.
 */
export const classifyAnswer = <C>(
  reading: ParsedAnswer,
  call: C,
  { placeOf, expected }: AnswerRules<C>,
): Classification | null => {
  const { status, numbers, auditId } = reading
  const good = isGood(status)
  if (good && firstNumber(numbers) === 0)
    return expected(reading, call) ? null : { situation: 'no_answer', facts: null }
  const facts = factsOf(reading, placeOf(call))
  // A temporary failure with a 5xx: a repeat can help, but the request may have been executed (RS-07).
  const unsure = facts?.platformFailed || (facts?.class === 'transient' && status >= SERVER_ERROR)
  if (facts && !unsure) {
    const situation = byFacts(facts)
    return situation && { situation, facts }
  }
  // With an unknown code, an audit id still means an audit (§2.5).
  if (good && auditId !== null) return null
  return { situation: byStatus(status), facts }
}
