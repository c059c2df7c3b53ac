import type { HttpRequest } from '../input.js'

type Body = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON object of a request; an empty body is an empty object; `null` when it is something else. */
export const readBody = (request: HttpRequest): Body | null => {
  if (request.body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(request.body))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}
