import { QqkitError, type AccessFault, type Advice } from '@qqkit/core'

/** What an {@link InvalidRequestError} is made of. */
export interface InvalidRequestInit {
  /** Where the value stands, e.g. `keyboard.content.rows[5]`. */
  readonly path: string
  /** What would be right. */
  readonly hint: string
  readonly received?: unknown
  /** The limit that was passed, where it is a number. */
  readonly limit?: number
  /** The next step, where it is more than to correct the value. */
  readonly advice?: Advice
  readonly cause?: unknown
}

const LONGEST = 40

/** A value short enough for an error line: what a person wrote can be long, and may be private. */
const brief = (value: unknown): string => {
  if (typeof value === 'string')
    return value.length > LONGEST ? `a string of ${value.length} characters` : JSON.stringify(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** What is wrong stands in the message; this says that it is up to the caller, and that nothing has happened. */
const correct = (path: string, limit: number | undefined): Advice => {
  const [en, zh] = limit === undefined ? ['', ''] : [` (limit: ${limit})`, `（限制：${limit}）`]
  return { en: `Correct ${path}${en}; nothing was sent.`, zh: `请修改 ${path}${zh}；没有发出任何请求。` }
}

/** A message, id or parameter that the platform would refuse, found before any request was made. */
export class InvalidRequestError extends QqkitError implements AccessFault {
  /** Where the value stands, e.g. `keyboard.content.rows[5]`. */
  readonly path: string
  /** What would be right. */
  readonly hint: string
  /** The limit that was passed; `null` when it is not about a number. */
  readonly limit: number | null
  /** Nothing was sent. */
  readonly delivered = 'no'
  /** For those who need the gateway: asking again in the same way changes nothing. */
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
