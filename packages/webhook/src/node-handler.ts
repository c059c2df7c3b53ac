import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { isAnyArrayBuffer } from 'node:util/types'

import { OptionsError } from '@qqkit/core'

import { type Refusal, refuse } from './refusal.js'
import type { Webhook } from './webhook.js'

/** The headers one by one. Hosts that build the request themselves may only have the headers that Node has joined. */
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
      // Not valid in `Headers`, e.g. `:path` of HTTP/2. The webhook reads none of these.
    }
  }
  return headers
}

/** A signal that aborts when the connection ends before the answer is sent. */
const abortOnClose = (response: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

const requestOf = (request: IncomingMessage, response: ServerResponse): Request | Refusal => {
  // `Request` throws for some methods, and only POST is accepted.
  if (request.method !== 'POST') return 'method'
  const body = rawBodyOf(request)
  if (typeof body === 'string') return body
  // `Request` requires a URL; the webhook does not read it.
  return new Request('http://webhook.invalid/', {
    method: 'POST',
    headers: headersOf(request),
    body,
    duplex: 'half',
    signal: abortOnClose(response),
  })
}

const send = (
  { status, headers }: Response,
  text: string,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  // The server must not wait for the rest of a refused body.
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(status, Object.fromEntries(headers))
  response.end(text)
}

const ignore = (): void => {}

/**
 * Makes a request listener for `node:http` and every framework built on it. Register it before any body parser, or keep the
 * raw body as `request.rawBody`: the signature covers the raw bytes. Every request is answered; the listener never throws,
 * and its promise never rejects.
 *
 * @example
 *   createServer(nodeHandler(webhook)).listen(8080)
 *   app.post('/qq', nodeHandler(webhook)) // Express, before express.json()
 * @throws OptionsError
 */
export const nodeHandler = (
  webhook: Pick<Webhook, 'fetch'>,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  if (typeof webhook?.fetch !== 'function')
    throw new OptionsError({ subject: 'nodeHandler', path: '', received: typeof webhook, hint: A_WEBHOOK })
  return async (request, response) => {
    try {
      // An answer that cannot be written only affects its client.
      response.on('error', ignore)
      const standard = requestOf(request, response)
      const answer = typeof standard === 'string' ? refuse(webhook, standard) : await webhook.fetch(standard)
      send(answer, await answer.text(), request, response)
    } catch (error) {
      await answerError(webhook, error, request, response)
    }
  }
}

const A_WEBHOOK = 'give a webhook, e.g. nodeHandler(bot.webhook)'

/** Answers with an error, or ends the connection if that fails too. */
const answerError = async (
  webhook: Pick<Webhook, 'fetch'>,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const answer = refuse(webhook, 'failed', error)
    // The framework has answered, e.g. after its own timeout. The connection may carry other requests, so it stays open.
    if (response.writableEnded) return
    if (response.headersSent) response.destroy()
    else send(answer, await answer.text(), request, response)
  } catch {
    try {
      response.destroy()
    } catch {
      // The connection is gone.
    }
  }
}

/** A request of a host that has read the body and kept it. */
type HostRequest = IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown }

/** The bytes of a buffer, view or text; `null` for any other value. */
const bytesOf = (kept: unknown): Uint8Array<ArrayBuffer> | null => {
  if (typeof kept === 'string') return Buffer.from(kept)
  // Also accepts views of another realm, which `instanceof` would not.
  if (ArrayBuffer.isView(kept))
    return Buffer.from(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength))
  return isAnyArrayBuffer(kept) ? Buffer.from(new Uint8Array(kept)) : null
}

/** The bytes of a body on which the host has called `setEncoding()`: web streams do not support encodings. */
const encodedBytes = async function* (
  request: IncomingMessage,
  encoding: BufferEncoding,
): AsyncGenerator<Uint8Array> {
  // A refused request must still be answered.
  for await (const text of request.iterator({ destroyOnReturn: false }))
    yield Buffer.from(String(text), encoding)
}

/** The body of a request that has not been read. */
const unreadBody = (request: IncomingMessage): ReadableStream => {
  const { readableEncoding: encoding } = request
  return encoding === null
    ? (Readable.toWeb(request) as ReadableStream)
    : ReadableStream.from(encodedBytes(request, encoding))
}

/**
 * The raw body: `rawBody` of the host, else the unread stream, else the `body` of a parser for bytes or text. If there is
 * none, the reason (§7.2).
 */
const rawBodyOf = (
  request: HostRequest,
): Uint8Array<ArrayBuffer> | ReadableStream | 'raw_body' | 'consumed' => {
  const { rawBody } = request
  if (rawBody !== undefined && rawBody !== null) return bytesOf(rawBody) ?? 'raw_body'
  if (!request.readableDidRead) return unreadBody(request)
  return bytesOf(request.body) ?? 'consumed'
}
