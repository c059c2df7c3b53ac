import { Buffer } from 'node:buffer'

/**
 * Reads a body up to `limit` bytes. `'too_large'` as soon as it is known to be longer, without reading the rest;
 * `'consumed'` when somebody else reads it, `'unreadable'` when it breaks off.
 */
export const readBody = async (
  request: Request,
  limit: number,
): Promise<Uint8Array | 'too_large' | 'consumed' | 'unreadable'> => {
  if (request.bodyUsed || request.body?.locked === true) return 'consumed'
  if (Number(request.headers.get('content-length') ?? 0) > limit) return 'too_large'
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return Buffer.concat(chunks, length)
      length += value.byteLength
      if (length > limit) {
        // The rest is of no interest, and neither is whether cancelling works.
        reader.cancel().catch(() => {})
        return 'too_large'
      }
      chunks.push(value)
    }
  } catch {
    return 'unreadable'
  }
}
