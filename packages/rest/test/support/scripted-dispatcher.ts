import { Dispatcher } from 'undici'

/** What a request looked like on the wire. */
export interface Seen {
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** An answer of the platform. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly raw?: string | Uint8Array
  readonly headers?: Record<string, string>
}

/** What happens to one request. */
export type Reply =
  | Answer
  /** The connection cannot be made. */
  | 'refused'
  /** The connection breaks after the request has left. */
  | 'reset'
  /** No answer, ever. */
  | 'hang'
  /** Not even a connection, ever. */
  | 'connecting'
  /** The head of an answer and nothing more. */
  | 'half'
  /** The exchange ends with this error, before or after the request has left. */
  | { readonly error: Error; readonly left: boolean }
  /** The request has left, and its answer comes later. */
  | { readonly later: Promise<Answer> }

/** Decides what happens to a request. */
export type Script = (request: Seen, index: number) => Reply | Promise<Reply>

const headerMap = (list: readonly string[]): Record<string, string> => {
  const map: Record<string, string> = {}
  for (let i = 0; i < list.length; i += 2) map[list[i] ?? ''] = list[i + 1] ?? ''
  return map
}

/** A dispatcher without a network: answers as told and remembers what it saw. */
export class ScriptedDispatcher extends Dispatcher {
  readonly seen: Seen[] = []
  /** Requests that were ended from our side after they had left. */
  aborted = 0
  script: Script

  constructor(script: Script) {
    super()
    this.script = script
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const text = typeof options.body === 'string' ? options.body : ''
    const request: Seen = {
      method: options.method,
      origin: String(options.origin),
      path: options.path,
      headers: headerMap(options.headers as string[]),
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    }
    void this.#answer(request, handler)
    return true
  }

  async #answer(request: Seen, handler: Dispatcher.DispatchHandler): Promise<void> {
    const scripted = await this.script(request, this.seen.push(request) - 1)
    let over = false
    const controller: Dispatcher.DispatchController = {
      aborted: false,
      paused: false,
      reason: null,
      abort: (reason: Error) => {
        over = true
        this.aborted += 1
        handler.onResponseError?.(controller, reason)
      },
      pause: () => {},
      resume: () => {},
    }
    const isLate = typeof scripted === 'object' && 'later' in scripted
    if (isLate) handler.onRequestStart?.(controller, {})
    const reply = isLate ? await scripted.later : scripted
    if (reply === 'connecting') return
    if (reply === 'refused') {
      handler.onResponseError?.(controller, new Error('connect ECONNREFUSED'))
      return
    }
    if (typeof reply === 'object' && 'error' in reply && !reply.left) {
      handler.onResponseError?.(controller, reply.error)
      return
    }
    if (!isLate) handler.onRequestStart?.(controller, {})
    if (typeof reply === 'object' && 'error' in reply) {
      handler.onResponseError?.(controller, reply.error)
      return
    }
    if (over || reply === 'hang') return
    if (reply === 'reset') {
      handler.onResponseError?.(controller, new Error('read ECONNRESET'))
      return
    }
    if (reply === 'half') {
      handler.onResponseStart?.(controller, 200, {})
      handler.onResponseData?.(controller, Buffer.from('{"id":'))
      return
    }
    const raw = reply.raw ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
    handler.onResponseStart?.(controller, reply.status, { ...reply.headers })
    if (raw.length > 0) handler.onResponseData?.(controller, Buffer.from(raw))
    handler.onResponseEnd?.(controller, {})
  }
}
