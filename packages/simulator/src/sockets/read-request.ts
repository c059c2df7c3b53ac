import type { IncomingMessage } from 'node:http'

import type { HttpRequest } from '../core/input.js'

const headersOf = (message: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )

/** Splits a request target; a target in absolute form loses its origin. */
const splitTarget = (target: string): { readonly path: string; readonly query: string } => {
  const rest = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const mark = rest.indexOf('?')
  const path = mark < 0 ? rest : rest.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : rest.slice(mark + 1) }
}

/** Reads a request whole. Beyond `limit` bytes the body is thrown away as it comes. */
export const readRequest = async (message: IncomingMessage, limit: number): Promise<HttpRequest> => {
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
