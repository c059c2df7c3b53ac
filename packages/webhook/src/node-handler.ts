import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { isAnyArrayBuffer } from 'node:util/types'

import type { Refusal } from './refusal.js'
import { refuse, type Webhook } from './webhook.js'

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

/** The request as some hosts extend it: they read the body themselves, and keep it. */
type HostRequest = IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown }

/** Bytes out of whatever holds them unchanged, or their text; `null` for anything else. */
const bytesOf = (kept: unknown): Uint8Array<ArrayBuffer> | null => {
  if (typeof kept === 'string') return Buffer.from(kept)
  // Also of another realm, which `instanceof` does not know.
  if (ArrayBuffer.isView(kept))
    return Buffer.from(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength))
  return isAnyArrayBuffer(kept) ? Buffer.from(new Uint8Array(kept)) : null
}

/** The bytes of a body whose reader is to be given text: web streams know nothing of encodings. */
const bytesIn = async function* (
  request: IncomingMessage,
  encoding: BufferEncoding,
): AsyncGenerator<Uint8Array> {
  // Whoever is refused is still to be answered.
  for await (const text of request.iterator({ destroyOnReturn: false }))
    yield Buffer.from(String(text), encoding)
}

/** A body that nobody has read. */
const unread = (request: IncomingMessage): ReadableStream => {
  const { readableEncoding: encoding } = request
  return encoding === null
    ? (Readable.toWeb(request) as ReadableStream)
    : ReadableStream.from(bytesIn(request, encoding))
}

/**
 * The body as it came over the wire: what a host has kept as `rawBody`, else what is there to be read, else what a parser of
 * bytes or text has left as `body`; or why there is none (§7.2).
 */
const rawBodyOf = (
  request: HostRequest,
): Uint8Array<ArrayBuffer> | ReadableStream | 'raw_body' | 'consumed' => {
  const { rawBody } = request
  if (rawBody !== undefined && rawBody !== null) return bytesOf(rawBody) ?? 'raw_body'
  if (!request.readableDidRead) return unread(request)
  return bytesOf(request.body) ?? 'consumed'
}
