import type { HttpRequest } from '../input.js'
import { readMultipart } from './multipart.js'

type Body = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder()

const isRecord = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deeper ones could not be written out again, here or by whoever reads the log. */
const DEEPEST = 100

const isShallow = (value: unknown, left: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((inner) => isShallow(inner, left - 1)))

/** A field that is `null` is absent, at any depth: the official Python client sends it for all that it leaves out. */
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

/** The object in a request: JSON, or a form (§2.2). An empty body is an empty object; `null` when it is something else. */
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
