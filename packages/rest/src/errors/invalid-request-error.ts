import { QqkitError, type AccessFault, type Advice } from '@qqkit/core'

/** Fields of an {@link InvalidRequestError}. */
export interface InvalidRequestInit {
  /** Path of the wrong value, e.g. `keyboard.content.rows[5]`. */
  readonly path: string
  /** What to write instead. */
  readonly hint: string
  readonly received?: unknown
  /** The limit that was exceeded, where it is a number. */
  readonly limit?: number
  /** Advice, if correcting the value is not enough. */
  readonly advice?: Advice
  readonly cause?: unknown
}

const LONGEST = 40

/** A short form of a value for an error line, because texts can be long and private. */
const brief = (value: unknown): string => {
  if (typeof value === 'string')
    return value.length > LONGEST ? `a string of ${value.length} characters` : JSON.stringify(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** Default advice: the caller has to correct the value, and nothing was sent. */
const correct = (path: string, limit: number | undefined): Advice => {
  const [en, zh] = limit === undefined ? ['', ''] : [` (limit: ${limit})`, `（限制：${limit}）`]
  return { en: `Correct ${path}${en}; nothing was sent.`, zh: `请修改 ${path}${zh}；没有发出任何请求。` }
}

/**
 * A message, id or parameter that the platform would refuse, found before any request.
 *
 * @example
 * try {
 *   await rest.send(target, input)
 * } catch (error) {
 *   if (error instanceof InvalidRequestError) console.error(error.path, error.hint)
 * }
 */
export class InvalidRequestError extends QqkitError implements AccessFault {
  /** Path of the wrong value, e.g. `keyboard.content.rows[5]`. */
  readonly path: string
  /** What to write instead. */
  readonly hint: string
  /** The limit that was exceeded; `null` when the error is not about a number. */
  readonly limit: number | null
  /** Nothing was sent. */
  readonly delivered = 'no'
  /** For a gateway: repeating the same call does not help. */
  readonly access = 'fatal'

  constructor(init: InvalidRequestInit) {
    const received = 'received' in init ? `; received ${brief(init.received)}` : ''
    super({
      code: 'invalid_request',
      message: `${init.path}: ${init.hint}${received}`,
      cause: init.cause,
      advice: init.advice ?? correct(init.path, init.limit),
    })
    this.path = init.path
    this.hint = init.hint
    this.limit = init.limit ?? null
  }
}
