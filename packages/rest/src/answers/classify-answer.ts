import { errorAreaOf, type ErrorClass, type ErrorFacts, type ErrorPlace, lookUpError } from '@qqkit/protocol'

import { isObject } from '../http/json.js'
import { routeShape } from '../http/route-path.js'
import type { HttpMethod, RestCall } from '../types/call.js'
import type { Situation } from '../types/situation.js'
import {
  type ContentKind,
  firstNumber,
  isNothing,
  readBody,
  type ParsedAnswer,
  wrapped,
} from './read-answer.js'

/** Calls that are made for what their answer tells: ids of messages and files. */
const TELLING = /\/(?:messages|stream_messages|files|upload_prepare)$/

/** The one call whose answer may be a plain word (§2.3), e.g. "ok". */
const WORDED = 'PUT /interactions/{}'
const GOOD_WORD = /^(?:ok|success)$/i

const ACCEPTED: ReadonlySet<number> = new Set([201, 202])

/** What is looked at in an answer whose status says that all is well. */
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

/** What the platform says of messages, or of a call that went well: any of it will do, and without all of it somebody else speaks. */
const OF_MESSAGES = ['id', 'timestamp', 'ext_info', 'audit_id', 'code', 'err_code', 'ret', 'retcode']
/** The end of a stream may be told in words (§5.4.1). */
const OF_STREAMS = [...OF_MESSAGES, 'message', 'msg']

const tellsOfMessage = ({ route }: AnsweredCall, { body }: Answered): boolean => {
  const fields = isObject(body) ? body : {}
  const names = route.endsWith('/messages') ? OF_MESSAGES : OF_STREAMS
  return [fields, wrapped(fields)].some((one) => names.some((name) => !isNothing(one[name])))
}

/** Which calls can have each kind of answer. */
const EXPECTED: Readonly<Record<ContentKind, (call: AnsweredCall, answered: Answered) => boolean>> = {
  object: (call, answered) =>
    !isMessage(call) || ACCEPTED.has(answered.status) || tellsOfMessage(call, answered),
  list: (call) => !isTelling(call),
  // Accepted for somebody to look at first: what says so may be the status alone (§2.4, §2.5).
  nothing: (call, { status }) => (isTelling(call) ? ACCEPTED.has(status) : call.method !== 'GET'),
  word: ({ method, route }, { body }) =>
    `${method} ${routeShape(route)}` === WORDED && GOOD_WORD.test(String(body)),
  garbled: () => false,
}

/**
 * Whether an answer with a good status is one that this call can have. Anything else comes from something in between, or
 * is broken: nobody knows what the platform said.
 */
export const isExpected = (answered: Answered, call: AnsweredCall): boolean =>
  EXPECTED[answered.content](call, answered)

const isId = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Whether a call replies to a message or event; the sender says so itself, since a form hides its fields (§5.10). */
const isReply = ({ proactive, body }: Pick<RestCall, 'proactive' | 'body'>): boolean => {
  if (proactive !== undefined) return !proactive
  return isObject(body) && (isId(body['msg_id']) || isId(body['event_id']))
}

/** Of which call an answer is, as far as it changes what a number means (§2.8, §6.1). */
export const errorPlaceOf = (
  call: Pick<RestCall, 'method' | 'route' | 'proactive' | 'body'>,
): ErrorPlace => ({
  area: errorAreaOf(call.method, call.route),
  reply: isReply(call),
})

/** What an answer that is no success is. */
export interface Classification {
  readonly situation: Situation
  /** What the tables know about it, also where the status decided; `null` for nothing. */
  readonly facts: ErrorFacts | null
}

const OK = 200
const REDIRECT = 300
const UNAUTHORIZED = 401
const TOO_MANY = 429

/**
 * The server, or one in front of it, did not wait for the whole request (408, 499), would not yet look at it (425), or was not
 * the one that it was meant for (421).
 */
const NOT_ANSWERED: ReadonlySet<number> = new Set([408, 421, 425, 499])
const SERVER_ERROR = 500

/** Codes that say the token itself was not accepted (§1.5); with any other code a fresh one changes nothing. */
const TOKEN_CODES: ReadonlySet<number | null> = new Set([11241, 11243, 11244])

/** What a class of codes means for a repeat (§2.7); `null`: taken, a person decides. */
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
  if (NOT_ANSWERED.has(status)) return 'lost'
  // A 503 as well, whatever it asks for: a `Retry-After` says when to come again, not that nothing was done (ADR 0013).
  return status >= SERVER_ERROR ? 'server_error' : 'refused'
}

/** What is known about an answer by its numbers and its text (§2.9); `null` for nothing, and for a success. */
export const factsOf = (
  { numbers, text }: Pick<ParsedAnswer, 'numbers' | 'text'>,
  place: ErrorPlace,
): ErrorFacts | null => lookUpError({ ...numbers, message: text }, place) ?? null

const isGood = (status: number): boolean => status >= OK && status < REDIRECT

/** Whether an answer that was taken for a success says that a person decides (§2.5). */
export const isUnderReview = (status: number, body: unknown): boolean => {
  const said = readBody(body)
  const plain = isGood(status) && firstNumber(said.numbers) === 0
  return !plain && factsOf(said, {})?.class === 'audit'
}

/**
 * How an answer failed, or `null` for a success. What the tables know decides, whatever the status (§2.9, ADR 0016); the
 * status decides where they know nothing, or only that something failed inside the platform.
 *
 * @param errorPlaceOf of which call the answer is; asked of failures only
 * @param expected whether an answer with a good status is one that the call can have
 */
export const classifyAnswer = (
  reading: ParsedAnswer,
  placeOf: () => ErrorPlace,
  expected: (reading: ParsedAnswer) => boolean,
): Classification | null => {
  const { status, numbers, auditId } = reading
  const good = isGood(status)
  if (good && firstNumber(numbers) === 0) return expected(reading) ? null : { situation: 'lost', facts: null }
  const facts = factsOf(reading, placeOf())
  // A passing fault beside a 5xx: both say that a repeat can help, neither that nothing was done (RS-07).
  const unsure = facts?.platformFailed || (facts?.class === 'transient' && status >= SERVER_ERROR)
  if (facts && !unsure) {
    const situation = byFacts(facts)
    return situation && { situation, facts }
  }
  // An audit id tells an audit where the code is one that nobody knows (§2.5).
  if (good && auditId !== null) return null
  return { situation: byStatus(status), facts }
}
