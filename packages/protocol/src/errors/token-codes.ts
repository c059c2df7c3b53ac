import type { Bilingual } from '../text/bilingual.js'
import { errorCodeAt } from './error-codes.js'

/**
 * The meaning of one `code` of the token endpoint
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}). Failures come
 * with HTTP 200.
 */
export interface TokenCode {
  readonly meaning: Bilingual
  /** Whether to ask again: never, after a minute, or no need because it succeeded. */
  readonly access: 'ok' | 'fatal' | 'rate_limited'
  readonly message?: string
}

const OK: TokenCode = { access: 'ok', meaning: { en: 'ok', zh: '成功' } }

/** The codes of §1.2, and of the reports on the token endpoint (§2.7). */
const CODES = [10004, 11298, 100001, 100002, 100007, 100016, 100017]

const rowOf = (code: number): TokenCode => {
  const row = errorCodeAt(code, 'token')
  if (!row) return OK
  const { en, zh, message } = row
  return {
    access: row.class === 'limited' ? 'rate_limited' : 'fatal',
    meaning: { en, zh },
    ...(message !== undefined && { message }),
  }
}

const table = (): Readonly<Record<number, TokenCode>> => ({
  0: OK,
  ...Object.fromEntries(CODES.map((code) => [code, rowOf(code)])),
})

/**
 * The codes of the token endpoint
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7}). Advice: see
 * `adviceForToken`.
 */
export const tokenCodes: Readonly<Record<number, TokenCode>> = /* @__PURE__ */ table()
