import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'

import type { HttpReply } from './exchange.js'

type Decoder = (body: Buffer, options: ZlibOptions) => Buffer

/** Some servers leave out the head of a stream that they call `deflate`. */
const inflate: Decoder = (body, options) => {
  try {
    return inflateSync(body, options)
  } catch {
    return inflateRawSync(body, options)
  }
}

/** Nothing asks for an encoding, but proxies in between encode all the same. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['identity', (body) => body],
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
])

/** As much as an answer may have that is not encoded, in bytes. */
const LARGEST = 16 * 1024 * 1024

const BYTE_ORDER_MARK = '\uFEFF'

const utf8 = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** The text of a body; `null` where it came in an encoding that nobody here knows, or was damaged. */
export const decodeBody = ({ headers, body }: Pick<HttpReply, 'headers' | 'body'>): string | null => {
  if (body === null) return ''
  const encoding = headers['content-encoding']
  if (encoding === undefined || body.length === 0) return utf8(body)
  try {
    let bytes: Buffer = body
    // The last one was put on last.
    for (const name of String(encoding).toLowerCase().split(',').toReversed()) {
      const decode = DECODERS.get(name.trim() || 'identity')
      if (!decode) return null
      bytes = decode(bytes, { maxOutputLength: LARGEST })
    }
    return utf8(bytes)
  } catch {
    return null
  }
}
