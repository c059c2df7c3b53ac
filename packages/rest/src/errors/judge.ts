import type { ErrorClass } from '@qqkit/protocol'

import type { Reading } from '../http/read-answer.js'
import { codeFacts } from './code-facts.js'
import type { Situation } from './situation.js'

const OK = 200
const REDIRECT = 300
const UNAUTHORIZED = 401
const TOO_MANY = 429
const SERVER_ERROR = 500

/** Codes that say the token itself was not accepted (§1.5); with any other code a fresh one changes nothing. */
const TOKEN_CODES: ReadonlySet<number> = new Set([11241, 11243, 11244])

/** What a class of codes means for a repeat (§2.7). */
const BY_CLASS: Readonly<Record<ErrorClass, Situation>> = Object.freeze({
  R: 'fault',
  R1: 'fault_once',
  L: 'limited',
  T: 'refused',
  X: 'refused',
  D: 'refused',
  A: 'refused',
  S: 'refused',
  C: 'refused',
  none: 'refused',
})

const byCode = (code: number): Situation => {
  const facts = codeFacts(code)
  if (!facts) return 'refused'
  return facts.class === 'L' && facts.quota ? 'quota' : BY_CLASS[facts.class]
}

/** How an answer failed, or `null` for a success. Decides by status and code, never by text (§2.3, §2.4). */
export const judge = ({ status, errCode, garbled, auditId }: Reading): Situation | null => {
  const known = codeFacts(errCode)
  const good = status >= OK && status < REDIRECT
  // The code decides, whatever status it comes with (§2.3): clients saw audits with 200, 201 and 202 (§2.5).
  if (known?.class === 'A' && status < SERVER_ERROR) return null
  if (good && auditId !== null) return null
  if (good && garbled) return 'lost'
  if (good && errCode === 0) return null
  if (TOKEN_CODES.has(errCode) || known?.tokenStale) return 'unauthorized'
  if (status === UNAUTHORIZED) return known ? byCode(errCode) : 'unauthorized'
  if (status === TOO_MANY) return known?.quota ? 'quota' : 'limited'
  // A 503 as well, whatever it asks for: a `Retry-After` says when to come again, not that nothing was done (ADR 0013).
  if (status >= SERVER_ERROR) return 'server_error'
  return byCode(errCode)
}
