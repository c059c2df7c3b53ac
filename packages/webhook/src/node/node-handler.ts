import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Refusal } from '../request/refusal.js'
import { refuse, type Webhook } from '../webhook.js'
import { rawBodyOf } from './raw-body.js'

/** Headers one by one, as they came; hosts that make the request themselves may have those only that Node joins. */
const headerLines = function* ({ rawHeaders, headers }: IncomingMessage): Generator<[string, string]> {
  if (rawHeaders.length > 0)
    for (let n = 0; n + 1 < rawHeaders.length; n += 2) yield [rawHeaders[n] ?? '', rawHeaders[n + 1] ?? '']
  else
    for (const [name, values] of Object.entries(headers))
      for (const value of [values ?? []].flat()) yield [name, value]
}

const headersOf = (request: IncomingMessage): Headers => {
  const headers = new Headers()
  for (const [name, value] of headerLines(request)) {
    try {
      headers.append(name, value)
    } catch {
      // No name or value for `Headers`, e.g. `:path` of HTTP/2; none that a webhook looks at.
    }
  }
  return headers
}

/** Aborts when the connection ends before the answer is out. */
const goneWith = (response: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

const requestOf = (request: IncomingMessage, response: ServerResponse): Request | Refusal => {
  // `Request` itself throws for some methods, and none but this is taken.
  if (request.method !== 'POST') return 'method'
  const body = rawBodyOf(request)
  if (typeof body === 'string') return body
  // The address is of no interest to a webhook; `Request` insists on one.
  return new Request('http://webhook.invalid/', {
    method: 'POST',
    headers: headersOf(request),
    body,
    duplex: 'half',
    signal: goneWith(response),
  })
}

const send = (
  { status, headers }: Response,
  text: string,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  // What was not read of a refused body must not be waited for.
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(status, Object.fromEntries(headers))
  response.end(text)
}

const ignore = (): void => {}

/**
 * The same webhook as a listener of `node:http` and of every framework built on it. Give it the request before any body
 * parser has read it, or with the raw body as `request.rawBody`: the signature covers the raw bytes. Whatever comes in is
 * answered and recorded; the listener never throws, and its promise never rejects.
 */
export const nodeHandler =
  (webhook: Pick<Webhook, 'fetch'>) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      // An answer that cannot be written harms nobody but who asked.
      response.on('error', ignore)
      const standard = requestOf(request, response)
      const answer = typeof standard === 'string' ? refuse(webhook, standard) : await webhook.fetch(standard)
      send(answer, await answer.text(), request, response)
    } catch (error) {
      await lastWord(webhook, error, request, response)
    }
  }

/** Tells whoever still listens that something broke; if even that breaks, the connection ends. */
const lastWord = async (
  webhook: Pick<Webhook, 'fetch'>,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const answer = refuse(webhook, 'failed', error)
    // Somebody else has answered, e.g. the framework for want of time: the connection may carry other requests.
    if (response.writableEnded) return
    if (response.headersSent) response.destroy()
    else send(answer, await answer.text(), request, response)
  } catch {
    try {
      response.destroy()
    } catch {
      // There is nothing left to try.
    }
  }
}
