import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

import type { Webhook } from '../webhook.js'

const headersOf = (request: IncomingMessage): Headers => {
  const headers = new Headers()
  for (let n = 0; n + 1 < request.rawHeaders.length; n += 2) {
    headers.append(request.rawHeaders[n] ?? '', request.rawHeaders[n + 1] ?? '')
  }
  return headers
}

const requestOf = (request: IncomingMessage): Request => {
  const { method = 'GET' } = request
  const hasBody = method !== 'GET' && method !== 'HEAD'
  // The address is of no interest to a webhook; `Request` insists on one.
  return new Request('http://webhook.invalid/', {
    method,
    headers: headersOf(request),
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' as const }),
  })
}

/**
 * The same webhook as a listener of `node:http` and of every framework built on it. Give it the request before any body
 * parser has read it: the signature covers the raw bytes.
 */
export const nodeHandler =
  (webhook: Pick<Webhook, 'fetch'>) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await webhook.fetch(requestOf(request))
    // What was not read of a refused body must not be waited for.
    if (!request.complete) response.setHeader('connection', 'close')
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  }
