import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { isAnyArrayBuffer } from 'node:util/types'

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
export const rawBodyOf = (
  request: HostRequest,
): Uint8Array<ArrayBuffer> | ReadableStream | 'raw_body' | 'consumed' => {
  const { rawBody } = request
  if (rawBody !== undefined && rawBody !== null) return bytesOf(rawBody) ?? 'raw_body'
  if (!request.readableDidRead) return unread(request)
  return bytesOf(request.body) ?? 'consumed'
}
