import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'

import { readRetryAfter } from '@qqkit/core/internal'

import type { HttpReply } from '../http/exchange.js'
import { isObject } from '../http/json.js'

type Decoder = (body: Buffer, options: ZlibOptions) => Buffer

/** Some servers omit the zlib header of a `deflate` stream. */
const inflate: Decoder = (body, options) => {
  try {
    return inflateSync(body, options)
  } catch {
    return inflateRawSync(body, options)
  }
}

/** The client asks for no encoding, but proxies compress all the same. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['identity', (body) => body],
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
])

/** Largest decoded answer, in bytes. */
const LARGEST = 16 * 1024 * 1024

const BYTE_ORDER_MARK = '\uFEFF'

const utf8 = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** The text of a body; `null` for an unknown encoding or damaged data. */
const decodeBody = ({ headers, body }: Pick<HttpReply, 'headers' | 'body'>): string | null => {
  if (body === null) return ''
  const encoding = headers['content-encoding']
  if (encoding === undefined || body.length === 0) return utf8(body)
  try {
    let bytes: Buffer = body
    // The last encoding was applied last.
    for (const name of String(encoding).toLowerCase().split(',').toReversed()) {
      const decode = DECODERS.get(name.trim() || 'identity')
      if (!decode) return null
      bytes = decode(bytes, { maxOutputLength: LARGEST })
    }
    return utf8(bytes)
  } catch {
    return null
  }
}

/** The error numbers of a body; `null` for a missing one. */
export interface ErrorCodes {
  readonly errCode: number | null
  readonly code: number | null
  readonly bizCode: number | null
}

/**
 * The kind of a body: `'object'`, `'list'`, `'nothing'` (empty or null), `'word'` (a scalar), or `'garbled'` (broken
 * JSON, HTML, an unknown encoding, or a failure without a readable code).
 */
export type ContentKind = 'object' | 'list' | 'nothing' | 'word' | 'garbled'

/** What the body of an answer says. */
interface BodyReading {
  /** The parsed body; `null` when empty, a string when it is not JSON. */
  readonly body: unknown
  readonly content: ContentKind
}

/** An answer, parsed but not classified. */
export interface ParsedAnswer extends BodyReading {
  readonly status: number
  /** Complete; may contain secrets. */
  readonly traceId: string | null
  /** ms, from `Retry-After`. */
  readonly retryAfter: number | null
  /** The error numbers (§2.3), as sent. */
  readonly numbers: ErrorCodes
  /** The platform's message; empty without one. */
  readonly text: string
  /** Id of the audit that the message waits for (§2.5). */
  readonly auditId: string | null
}

type Fields = Readonly<Record<string, unknown>>

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** An integer, given as a number or as a string; `null` for anything else. */
const number = (value: unknown): number | null => {
  const read = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : null
}

/** Names of the error code in older APIs and proxies. */
const OTHER_CODES = ['biz_code', 'retcode', 'ret', 'errcode', 'error_code'] as const
const CODES = ['err_code', 'code', ...OTHER_CODES] as const
const WRAPPERS = ['error', 'data'] as const
const WORDS = ['message', 'msg', 'err_msg'] as const

/**
 * Every field that {@link readAnswer} reads. Most answers, such as that to a message (§5.2), have none of them, so that
 * one look at their names is enough.
 */
const READ: ReadonlySet<string> = new Set([
  ...CODES,
  ...WRAPPERS,
  ...WORDS,
  'success',
  'trace_id',
  'audit_id',
])

/** Whether no field of a body says anything about a failure, an audit or a trace. */
export const isPlain = (body: Fields): boolean => {
  for (const name in body) if (READ.has(name)) return false
  return true
}

const NO_FIELDS: Fields = Object.freeze({})
const NO_NUMBERS: ErrorCodes = Object.freeze({ errCode: null, code: null, bizCode: null })

const numbersIn = (fields: Fields): ErrorCodes => {
  const others = OTHER_CODES.map((name) => number(fields[name])).filter((code) => code !== null)
  return {
    errCode: number(fields['err_code']),
    code: number(fields['code']),
    bizCode: others.find((code) => code !== 0) ?? others[0] ?? null,
  }
}

/** The fields inside the wrapper that some real answers have (§2.3). */
export const wrapped = (fields: Fields): Fields => {
  for (const name of WRAPPERS) {
    const inner = fields[name]
    if (isObject(inner)) return inner
  }
  return NO_FIELDS
}

/**
 * The fields of a successful answer, which some real ones have in `data` (§2.3).
 *
 * @param name a field that every such answer has
 */
export const unwrapped = (body: unknown, name: string): Fields => {
  if (!isObject(body)) return NO_FIELDS
  const { data } = body
  return isObject(data) && isNothing(body[name]) ? { ...body, ...data, data } : body
}

/** The numbers at the top level, unless only those in the wrapper report a failure. */
const numbersOf = (fields: Fields): ErrorCodes => {
  const top = numbersIn(fields)
  if (firstNumber(top) !== 0) return top
  const inner = numbersIn(wrapped(fields))
  return firstNumber(inner) === 0 ? top : inner
}

/** Whether a field is empty. */
export const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Whether a failure is reported in an unknown form: a code that is no number, or the fields of another system. */
const hasStrangeFailure = (fields: Fields): boolean =>
  CODES.some((name) => !isNothing(fields[name]) && number(fields[name]) === null) ||
  fields['success'] === false ||
  !(isNothing(fields['error']) || fields['error'] === false || fields['error'] === 0)

/** The first number that reports a failure; 0 if none does. */
export const firstNumber = ({ errCode, code, bizCode }: ErrorCodes): number => errCode || code || bizCode || 0

const auditIdOf = (body: Fields): string | null => {
  const audit = isObject(body['data']) ? body['data']['message_audit'] : undefined
  const id = (isObject(audit) ? audit['audit_id'] : undefined) ?? body['audit_id']
  return typeof id === 'string' && id !== '' ? id : null
}

const contentOf = (body: unknown): ContentKind => {
  if (body === null || body === '') return 'nothing'
  if (Array.isArray(body)) return 'list'
  if (!isObject(body)) return 'word'
  return !isPlain(body) && hasStrangeFailure(body) ? 'garbled' : 'object'
}

/** Whether a text is broken JSON or HTML. */
const isBroken = (text: string): boolean => /^\s*[{[<]/.test(text)

const parse = (raw: string | null): BodyReading => {
  if (raw === null) return { body: null, content: 'garbled' }
  if (raw.trim() === '') return { body: null, content: 'nothing' }
  try {
    const body = JSON.parse(raw) as unknown
    return { body, content: contentOf(body) }
  } catch {
    // One endpoint may answer with a plain word (§2.3); broken JSON or a page is no answer.
    return { body: raw, content: isBroken(raw) ? 'garbled' : 'word' }
  }
}

const wordsIn = (fields: Fields): string => {
  for (const name of WORDS) if (text(fields[name]) !== '') return text(fields[name])
  return ''
}

const wordsOf = (fields: Fields): string => wordsIn(fields) || wordsIn(wrapped(fields))

/** Error numbers and message of a body. A plain word is its own message. */
export const readBody = (body: unknown): { readonly numbers: ErrorCodes; readonly text: string } => {
  const fields = isObject(body) ? body : {}
  const word = typeof body === 'string' && !isBroken(body) ? body.trim() : ''
  return { numbers: numbersOf(fields), text: word || wordsOf(fields) }
}

/** Parses an answer, with error bodies of every API generation (§2.3). */
export const readAnswer = (reply: HttpReply, wall: number): ParsedAnswer => {
  const { status, headers } = reply
  const { body, content } = parse(decodeBody(reply))
  const fields = isObject(body) ? body : NO_FIELDS
  const trace = text(first(headers['x-tps-trace-id']))
  const retryAfter = readRetryAfter(first(headers['retry-after']), wall)
  if (content === 'object' && isPlain(fields)) {
    const traceId = trace === '' ? null : trace
    return { status, traceId, retryAfter, body, content, numbers: NO_NUMBERS, text: '', auditId: null }
  }
  const traceId = trace || text(fields['trace_id']) || null
  const { numbers, text: words } = readBody(body)
  return { status, traceId, retryAfter, body, content, numbers, text: words, auditId: auditIdOf(fields) }
}
