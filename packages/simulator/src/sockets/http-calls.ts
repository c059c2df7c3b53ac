import type { IncomingMessage, ServerResponse } from 'node:http'

import type { HttpAnswer } from '../core/kernel/effect.js'
import type { HttpRequest } from '../core/kernel/input.js'
import type { Runtime } from '../runtime/runtime.js'

const headersOf = (message: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )

/** Splits a request target; the origin of an absolute target is dropped. */
const splitTarget = (target: string): { readonly path: string; readonly query: string } => {
  const rest = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const mark = rest.indexOf('?')
  const path = mark < 0 ? rest : rest.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : rest.slice(mark + 1) }
}

/** Reads a whole request. A body beyond `limit` bytes is dropped. */
const readRequest = async (message: IncomingMessage, limit: number): Promise<HttpRequest> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
    else chunks.length = 0
  }
  return {
    method: message.method ?? 'GET',
    ...splitTarget(message.url ?? '/'),
    headers: headersOf(message),
    body: Buffer.concat(chunks),
    tooLarge: size > limit,
  }
}

const writeHalf = (response: ServerResponse, partial: HttpAnswer, done: () => void = () => {}): void => {
  const body = Buffer.from(partial.body)
  response.writeHead(partial.status, { ...partial.headers, 'content-length': String(body.length) })
  response.flushHeaders()
  response.write(body.subarray(0, body.length >> 1), done)
}

/** Connects HTTP requests with the core. */
export class HttpCalls {
  readonly #runtime: Runtime
  readonly #open = new Map<number, ServerResponse>()
  #count = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Handles a request. */
  async take(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = ++this.#count
    response.on('error', () => {})
    response.on('close', () => {
      if (this.#open.delete(call)) this.#runtime.input({ kind: 'cancelled', call })
    })
    try {
      const request = await readRequest(message, this.#runtime.world.settings.bodyLimit)
      if (response.destroyed) return
      this.#open.set(call, response)
      this.#runtime.input({ kind: 'called', call, request })
    } catch {
      // The client disconnected while it was sending.
      response.destroy()
    }
  }

  /** Answers a call. */
  respond(call: number, answer: HttpAnswer): void {
    const response = this.#take(call)
    if (!response) return
    try {
      response.writeHead(answer.status, answer.headers)
      response.end(answer.body)
    } catch {
      // Node refuses to send this answer, so the call gets none.
      response.destroy()
    }
  }

  /** Sends the head and half of the body, without an end. */
  begin(call: number, partial: HttpAnswer): void {
    const response = this.#open.get(call)
    if (response) writeHalf(response, partial)
  }

  /** Destroys the connection of a call, after the head and half of the body if there is a partial answer. */
  abort(call: number, partial: HttpAnswer | null): void {
    const response = this.#take(call)
    if (!response) return
    if (!partial) {
      response.socket?.resetAndDestroy()
      return
    }
    writeHalf(response, partial, () => response.socket?.resetAndDestroy())
  }

  #take(call: number): ServerResponse | undefined {
    const response = this.#open.get(call)
    this.#open.delete(call)
    return response
  }
}
