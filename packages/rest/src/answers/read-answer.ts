import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'

import type { HttpReply } from '../http/exchange.js'
import { isObject } from '../http/json.js'

type Decoder = (body: Buffer, options: ZlibOptions) => Buffer

/** Some servers leave out the head of a stream that they call `deflate`. */
const inflate: Decoder = (body, options) => {
  try {
    return inflateSync(body, options)
  } catch {
    return inflateRawSync(body, options)
  }
}

/** Nothing asks for an encoding, but proxies in between encode all the same. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['identity', (body) => body],
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
])

/** As much as an answer may have that is not encoded, in bytes. */
const LARGEST = 16 * 1024 * 1024

const BYTE_ORDER_MARK = '\uFEFF'

const utf8 = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** The text of a body; `null` where it came in an encoding that nobody here knows, or was damaged. */
const decodeBody = ({ headers, body }: Pick<HttpReply, 'headers' | 'body'>): string | null => {
  if (body === null) return ''
  const encoding = headers['content-encoding']
  if (encoding === undefined || body.length === 0) return utf8(body)
  try {
    let bytes: Buffer = body
    // The last one was put on last.
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

const SECOND = 1000

/**
 * Reads a `Retry-After` header as ms from now: seconds or an HTTP date; `null` for nonsense or none. Nobody has seen the
 * platform send one (§2.6), so the value is not trusted further than that.
 *
 * @param wall wall time in ms, for dates
 */
export const readRetryAfter = (header: string | undefined, wall: number): number | null => {
  const text = header?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * SECOND
  // Only real dates: `Date.parse` would also take "-5" or "1 fish" for one.
  if (!/^[A-Za-z]{3,9},? .*GMT$/.test(text)) return null
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - wall)
}

/** However long a header asks for, in ms: one odd answer must not silence a bot for days. */
export const MAX_HOLD = 3_600_000

/** The numbers of a body; `null` for one that it does not name. */
export interface ErrorCodes {
  readonly errCode: number | null
  readonly code: number | null
  readonly bizCode: number | null
}

/**
 * What a body is: an `'object'` or a `'list'`, `'nothing'` (empty, or JSON that says so), a `'word'` or other scalar;
 * `'garbled'` when it is broken JSON, a page of HTML, an unknown encoding, or tells of a failure by anything but a code.
 */
export type ContentKind = 'object' | 'list' | 'nothing' | 'word' | 'garbled'

/** What an answer says, before anyone judges it. */
export interface ParsedAnswer {
  readonly status: number
  /** Whole, and not free of secrets. */
  readonly traceId: string | null
  /** ms, from `Retry-After`. */
  readonly retryAfter: number | null
  /** The parsed body; `null` when empty, text when it is neither JSON nor markup. */
  readonly body: unknown
  readonly content: ContentKind
  /** The platform's numbers (§2.3), as sent. */
  readonly numbers: ErrorCodes
  /** The platform's own words; empty without any. */
  readonly text: string
  /** Set when a person has to look at the message first (§2.5). */
  readonly auditId: string | null
}

type Fields = Readonly<Record<string, unknown>>

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A whole number, as such or as text, with blanks around it or not; `null` for anything else. */
const number = (value: unknown): number | null => {
  const read = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : null
}

/** How other generations and what stands in front of the platform call the code. */
const OTHER_CODES = ['biz_code', 'retcode', 'ret', 'errcode', 'error_code'] as const

const numbersIn = (fields: Fields): ErrorCodes => {
  const others = OTHER_CODES.map((name) => number(fields[name])).filter((code) => code !== null)
  return {
    errCode: number(fields['err_code']),
    code: number(fields['code']),
    bizCode: others.find((code) => code !== 0) ?? others[0] ?? null,
  }
}

/** The fields of a wrapper that some answers of the field have (§2.3). */
export const wrapped = (fields: Fields): Fields => {
  for (const name of ['error', 'data']) {
    const inner = fields[name]
    if (isObject(inner)) return inner
  }
  return {}
}

/** Those at the top, unless they say that all is well and those in the wrapper do not. */
const numbersOf = (fields: Fields): ErrorCodes => {
  const top = numbersIn(fields)
  if (firstNumber(top) !== 0) return top
  const inner = numbersIn(wrapped(fields))
  return firstNumber(inner) === 0 ? top : inner
}

/** Whether a field might as well not be there. */
export const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Whether a failure is told in a way that cannot be read: a code that is no number, or somebody else's words for it. */
const hasStrangeFailure = (fields: Fields): boolean =>
  ['err_code', 'code', ...OTHER_CODES].some(
    (name) => !isNothing(fields[name]) && number(fields[name]) === null,
  ) ||
  fields['success'] === false ||
  !(isNothing(fields['error']) || fields['error'] === false || fields['error'] === 0)

/** The first of the numbers that says that something failed; 0 when none does. */
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
  return hasStrangeFailure(body) ? 'garbled' : 'object'
}

/** Whether a body that is no object is broken JSON or a page: what it says is meant for nobody. */
const isBroken = (text: string): boolean => /^\s*[{[<]/.test(text)

const parse = (raw: string | null): { readonly body: unknown; readonly content: ContentKind } => {
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

const wordsIn = (fields: Fields): string =>
  text(fields['message']) || text(fields['msg']) || text(fields['err_msg'])

const wordsOf = (fields: Fields): string => wordsIn(fields) || wordsIn(wrapped(fields))

/** What a body says of itself, for those who have nothing but the body. A word that stands alone is what it says. */
export const readBody = (body: unknown): { readonly numbers: ErrorCodes; readonly text: string } => {
  const fields = isObject(body) ? body : {}
  const word = typeof body === 'string' && !isBroken(body) ? body.trim() : ''
  return { numbers: numbersOf(fields), text: word || wordsOf(fields) }
}

/** Reads status, headers and body of any of the generations of error bodies (§2.3). */
export const readAnswer = (reply: HttpReply, wall: number): ParsedAnswer => {
  const { body, content } = parse(decodeBody(reply))
  const fields = isObject(body) ? body : {}
  const traceId = text(first(reply.headers['x-tps-trace-id'])) || text(fields['trace_id'])
  return {
    status: reply.status,
    traceId: traceId === '' ? null : traceId,
    retryAfter: readRetryAfter(first(reply.headers['retry-after']), wall),
    body,
    content,
    ...readBody(body),
    auditId: auditIdOf(fields),
  }
}
