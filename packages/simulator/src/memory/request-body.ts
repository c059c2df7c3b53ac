import { randomUUID } from 'node:crypto'

const bytes = (chunk: unknown): Uint8Array => {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (chunk instanceof Uint8Array) return chunk
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk)
  throw new TypeError('a request body must consist of text or bytes')
}

interface FormLike {
  entries(): Iterable<readonly [string, unknown]>
}

interface BlobLike {
  readonly name?: string
  readonly type?: string
  arrayBuffer(): Promise<ArrayBuffer>
}

const has = <K extends PropertyKey>(value: unknown, key: K): value is Record<K, unknown> =>
  typeof value === 'object' && value !== null && key in value

const isForm = (value: unknown): value is FormLike =>
  has(value, Symbol.toStringTag) && value[Symbol.toStringTag] === 'FormData'

const isBlob = (value: unknown): value is BlobLike =>
  has(value, 'arrayBuffer') && typeof value.arrayBuffer === 'function'

/** A body with its implied content type, if any. */
export interface ReadBody {
  readonly bytes: Uint8Array
  readonly type: string | null
  /** The body exceeded the limit and was dropped. */
  readonly tooLarge?: boolean
}

const readForm = async (form: FormLike): Promise<ReadBody> => {
  const boundary = `form-${randomUUID()}`
  const parts: Uint8Array[] = []
  for (const [name, value] of form.entries()) {
    const file = isBlob(value)
    const disposition = `form-data; name="${name}"${file ? `; filename="${value.name ?? 'blob'}"` : ''}`
    const type = file ? `\r\ncontent-type: ${value.type ?? 'application/octet-stream'}` : ''
    parts.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: ${disposition}${type}\r\n\r\n`),
      file ? new Uint8Array(await value.arrayBuffer()) : Buffer.from(String(value)),
      Buffer.from('\r\n'),
    )
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return { bytes: Buffer.concat(parts), type: `multipart/form-data; boundary=${boundary}` }
}

/** The bytes of a stream; beyond `limit` they are dropped and only counted. */
const readChunks = async (body: AsyncIterable<unknown>, limit: number): Promise<ReadBody> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    const read = bytes(chunk)
    size += read.length
    if (size <= limit) chunks.push(read)
    else chunks.length = 0
  }
  return { bytes: Buffer.concat(chunks), type: null, tooLarge: size > limit }
}

/** Reads any body that undici accepts: text, bytes, a stream, an iterable, a form or a blob. */
export const readRequestBody = async (body: unknown, limit: number): Promise<ReadBody> => {
  const read = await readWhole(body, limit)
  return read.bytes.length > limit ? { ...read, bytes: new Uint8Array(), tooLarge: true } : read
}

const readWhole = async (body: unknown, limit: number): Promise<ReadBody> => {
  if (body === null || body === undefined) return { bytes: new Uint8Array(), type: null }
  if (typeof body === 'string' || body instanceof Uint8Array) return { bytes: bytes(body), type: null }
  if (isForm(body)) return readForm(body)
  if (isBlob(body)) return { bytes: new Uint8Array(await body.arrayBuffer()), type: body.type ?? null }
  return readChunks(body as AsyncIterable<unknown>, limit)
}
