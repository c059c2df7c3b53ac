import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

import type { Webhook } from '../webhook.js'

/** The request as some hosts extend it: they read the body themselves, and keep its bytes. */
type HostRequest = IncomingMessage & { readonly rawBody?: unknown }

const headersOf = (request: IncomingMessage): Headers => {
  const headers = new Headers()
  for (let n = 0; n + 1 < request.rawHeaders.length; n += 2) {
    headers.append(request.rawHeaders[n] ?? '', request.rawHeaders[n + 1] ?? '')
  }
  return headers
}

const bodyOf = (request: HostRequest): ReadableStream | Uint8Array<ArrayBuffer> | string => {
  const { rawBody } = request
  if (rawBody instanceof Uint8Array) return rawBody as Uint8Array<ArrayBuffer>
  return request.readableDidRead ? '' : (Readable.toWeb(request) as ReadableStream)
}

const requestOf = async (request: HostRequest): Promise<Request> => {
  const { method = 'GET' } = request
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? bodyOf(request) : null
  // The address is of no interest to a webhook; `Request` insists on one.
  const standard = new Request('http://webhook.invalid/', {
    method,
    headers: headersOf(request),
    ...(body !== null && { body, duplex: 'half' as const }),
  })
  // A parser was faster. The webhook must see that the body is gone, and not an empty one.
  if (body === '') await standard.text()
  return standard
}

/**
 * The same webhook as a listener of `node:http` and of every framework built on it. Give it the request before any body
 * parser has read it: the signature covers the raw bytes.
 */
export const nodeHandler =
  (webhook: Pick<Webhook, 'fetch'>) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await webhook.fetch(await requestOf(request))
    // What was not read of a refused body must not be waited for.
    if (!request.complete) response.setHeader('connection', 'close')
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  }
