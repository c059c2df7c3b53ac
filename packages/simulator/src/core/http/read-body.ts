import type { HttpRequest } from '../kernel/input.js'

/** A part of a form. */
interface Part {
  readonly name: string
  readonly file: boolean
  readonly bytes: Buffer
}

const BREAK = Buffer.from('\r\n\r\n')

const partOf = (bytes: Buffer): Part | null => {
  const end = bytes.indexOf(BREAK)
  if (end < 0) return null
  const head = bytes.subarray(0, end).toString('utf8')
  const name = /content-disposition:[^\r\n]*?\bname="([^"]*)"/i.exec(head)?.[1]
  if (name === undefined) return null
  return { name, file: /filename\*?=/i.test(head), bytes: bytes.subarray(end + BREAK.length) }
}

/** The parts between boundaries; at most 64. */
const split = (body: Buffer, boundary: string): readonly Part[] | null => {
  const mark = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  let at = body.indexOf(mark)
  while (at >= 0 && parts.length < 64) {
    const from = at + mark.length
    const next = body.indexOf(mark, from)
    if (next < 0) return body.subarray(from, from + 2).toString() === '--' ? parts : null
    // A line break follows each boundary and precedes the next one.
    const part = partOf(body.subarray(from + 2, next - 2))
    if (!part) return null
    parts.push(part)
    at = next
  }
  return null
}

const valueOf = ({ file, bytes }: Part): unknown => {
  if (file) return { size: bytes.length }
  const text = bytes.toString('utf8')
  // Object and array fields are JSON texts (§2.2).
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const partsIn = (body: Uint8Array, contentType: string): readonly Part[] | null => {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  return boundary === undefined
    ? null
    : split(Buffer.from(body.buffer, body.byteOffset, body.length), boundary)
}

/** The bytes of a file in a form. */
export const fileIn = ({ body, headers }: HttpRequest, name: string): Uint8Array | null => {
  const parts = partsIn(body, headers['content-type'] ?? '')
  return parts?.find((part) => part.file && part.name === name)?.bytes ?? null
}

/** The fields of a `multipart/form-data` body; files become their size. `null` when it is malformed. */
const readMultipart = (body: Uint8Array, contentType: string): Readonly<Record<string, unknown>> | null => {
  const parts = partsIn(body, contentType)
  return parts ? Object.fromEntries(parts.map((part) => [part.name, valueOf(part)])) : null
}

type Body = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder()

const isRecord = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deepest nesting of a body. A deeper one would overflow the stack of `JSON.stringify`. */
const DEEPEST = 100

const isShallow = (value: unknown, left: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((inner) => isShallow(inner, left - 1)))

/** Removes `null` fields at any depth: the official Python client sends `null` for every omitted field. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])),
  )
}

const objectIn = (value: unknown): Body | null =>
  isRecord(value) && isShallow(value, DEEPEST) ? (withoutNulls(value) as Body) : null

/** Whether a body is sent as a form of either kind. */
export const isForm = ({ headers }: HttpRequest): boolean =>
  /^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(headers['content-type'] ?? '')

/** The object in a request: JSON, or a form (§2.2). An empty body is an empty object; `null` for any other body. */
export const readBody = (request: HttpRequest): Body | null => {
  if (request.body.length === 0) return {}
  const type = request.headers['content-type'] ?? ''
  if (type.toLowerCase().startsWith('multipart/form-data')) {
    return objectIn(readMultipart(request.body, type))
  }
  try {
    return objectIn(JSON.parse(utf8.decode(request.body)))
  } catch {
    return null
  }
}
