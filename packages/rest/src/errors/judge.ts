import { lookUpError, type ErrorClass, type ErrorFacts, type ErrorPlace } from '@qqkit/protocol'

import { firstNumber, readBody, type Reading } from '../http/read-answer.js'
import type { Situation } from './situation.js'

/** What an answer that is no success is. */
export interface Judgement {
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
  { numbers, text }: Pick<Reading, 'numbers' | 'text'>,
  place: ErrorPlace,
): ErrorFacts | null => lookUpError({ ...numbers, message: text }, place) ?? null

const isGood = (status: number): boolean => status >= OK && status < REDIRECT

/** Whether an answer that was taken for a success says that a person decides (§2.5). */
export const saysForReview = (status: number, body: unknown): boolean => {
  const said = readBody(body)
  const plain = isGood(status) && firstNumber(said.numbers) === 0
  return !plain && factsOf(said, {})?.class === 'audit'
}

/**
 * How an answer failed, or `null` for a success. What the tables know decides, whatever the status (§2.9, ADR 0016); the
 * status decides where they know nothing, or only that something failed inside the platform.
 *
 * @param placeOf of which call the answer is; asked of failures only
 * @param expected whether an answer with a good status is one that the call can have
 */
export const judge = (
  reading: Reading,
  placeOf: () => ErrorPlace,
  expected: (reading: Reading) => boolean,
): Judgement | null => {
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
