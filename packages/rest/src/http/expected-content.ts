import type { HttpMethod } from '../pipeline/call.js'
import { isNothing, isObject, wrapped, type Content } from './read-answer.js'
import { routeShape } from './route-path.js'

/** Calls that are made for what their answer tells: ids of messages and files. */
const TELLING = /\/(?:messages|stream_messages|files|upload_prepare)$/

/** The one call whose answer may be a plain word (§2.3), e.g. "ok". */
const WORDED = 'PUT /interactions/{}'
const GOOD_WORD = /^(?:ok|success)$/i

const ACCEPTED: ReadonlySet<number> = new Set([201, 202])

/** What is looked at in an answer whose status says that all is well. */
export interface Answered {
  readonly status: number
  readonly content: Content
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
const EXPECTED: Readonly<Record<Content, (call: AnsweredCall, answered: Answered) => boolean>> = {
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
