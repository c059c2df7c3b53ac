import { readRetryAfter } from './retry-after.js'
import type { HttpReply } from './exchange.js'

/** The numbers of a body; `null` for one that it does not name. */
export interface Numbers {
  readonly errCode: number | null
  readonly code: number | null
  readonly bizCode: number | null
}

/** What an answer says, before anyone judges it. */
export interface Reading {
  readonly status: number
  /** Whole, and not free of secrets. */
  readonly traceId: string | null
  /** ms, from `Retry-After`. */
  readonly retryAfter: number | null
  /** The parsed body; `null` when empty, text when it is neither JSON nor markup. */
  readonly body: unknown
  /** JSON that does not parse, or a page of HTML. */
  readonly garbled: boolean
  /** The platform's numbers (§2.3), as sent. */
  readonly numbers: Numbers
  /** The platform's own words; empty without any. */
  readonly text: string
  /** Set when a person has to look at the message first (§2.5). */
  readonly auditId: string | null
}

type Fields = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A whole number, as such or as text; `null` for anything else. */
const number = (value: unknown): number | null => {
  const read = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : null
}

const numbersOf = (fields: Fields): Numbers => ({
  errCode: number(fields['err_code']),
  code: number(fields['code']),
  bizCode: number(fields['biz_code']),
})

/** The first of the numbers that says that something failed; 0 when none does. */
export const firstNumber = ({ errCode, code, bizCode }: Numbers): number => errCode || code || bizCode || 0

const auditIdOf = (body: Fields): string | null => {
  const audit = isObject(body['data']) ? body['data']['message_audit'] : undefined
  const id = (isObject(audit) ? audit['audit_id'] : undefined) ?? body['audit_id']
  return typeof id === 'string' && id !== '' ? id : null
}

const parse = (raw: string): { body: unknown; garbled: boolean } => {
  if (raw === '') return { body: null, garbled: false }
  try {
    return { body: JSON.parse(raw) as unknown, garbled: false }
  } catch {
    // Some endpoints answer with a plain word (§5.7); broken JSON or a page is no answer.
    const opening = raw.trimStart().charAt(0)
    return { body: raw, garbled: opening === '{' || opening === '[' || opening === '<' }
  }
}

const wordsOf = (fields: Fields): string =>
  text(fields['message']) || text(fields['msg']) || text(fields['err_msg'])

/** What a body says of itself, for those who have nothing but the body. */
export const readBody = (body: unknown): { readonly numbers: Numbers; readonly text: string } => {
  const fields = isObject(body) ? body : {}
  return { numbers: numbersOf(fields), text: wordsOf(fields) }
}

/** Reads status, headers and body of any of the generations of error bodies (§2.3). */
export const readAnswer = (reply: HttpReply, wall: number): Reading => {
  const { body, garbled } = parse(reply.text)
  const fields = isObject(body) ? body : {}
  const traceId = text(first(reply.headers['x-tps-trace-id'])) || text(fields['trace_id'])
  return {
    status: reply.status,
    traceId: traceId === '' ? null : traceId,
    retryAfter: readRetryAfter(first(reply.headers['retry-after']), wall),
    body,
    garbled,
    ...readBody(body),
    auditId: auditIdOf(fields),
  }
}
