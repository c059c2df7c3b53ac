import { fileURLToPath } from 'node:url'

import { MediaError } from './error.js'
import type { MediaSource } from './media.js'

const LONGEST_URL = 8192

const refuseUrl = (hint: string): never => {
  throw new MediaError({ code: 'media_url', path: 'source.url', hint })
}

/**
 * Checks an address: http or https, without credentials. Errors do not repeat the address, which can be a secret.
 *
 * @throws MediaError `media_url`
 */
export const checkUrl = (value: unknown): URL => {
  if (typeof value !== 'string' && !(value instanceof URL))
    return refuseUrl('give the address as a string or URL')
  const text = String(value)
  if (text.length > LONGEST_URL)
    return refuseUrl(`no address is longer than ${LONGEST_URL} characters; give content as { data }`)
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return refuseUrl('is not an address; give a file on this machine as { path }')
  if (url.protocol === 'data:') return refuseUrl('a data: address is content: give it as { data }')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuseUrl(`only http and https can be downloaded, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') return refuseUrl('must not hold a user name or password')
  return url
}

/** A checked address. */
export interface UrlInput {
  readonly kind: 'url'
  readonly url: URL
  readonly download: boolean
  readonly immutable: boolean
  readonly name: string | null
}

/** A source that contains or yields content. */
export type ContentInput =
  | { readonly kind: 'data'; readonly data: Uint8Array; readonly name: string | null }
  | { readonly kind: 'path'; readonly path: string; readonly name: string | null }
  | {
      readonly kind: 'stream'
      readonly stream: AsyncIterable<unknown>
      readonly size: number | null
      readonly name: string | null
    }

const KINDS = ['url', 'data', 'path', 'stream'] as const
type Fields = Readonly<Record<string, unknown>>

const refuse = (path: string, hint: string): never => {
  throw new MediaError({ code: 'media_source', path, hint })
}

const bytesOf = (value: unknown): Uint8Array | null => {
  if (value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null
}

const pathOf = (value: unknown): string => {
  if (value instanceof URL && value.protocol === 'file:') return fileURLToPath(value)
  if (typeof value !== 'string' || value === '') return refuse('source.path', 'give the path as a string')
  return value.includes('\0') ? refuse('source.path', 'must not contain NUL') : value
}

const streamOf = (value: unknown): AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
    ? (value as AsyncIterable<unknown>)
    : refuse('source.stream', 'give a readable stream or another async iterable of bytes')

const sizeOf = (value: unknown): number | null => {
  if (value === undefined) return null
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse('source.size', 'give the number of bytes')
}

const nameOf = (value: unknown): string | null => {
  if (value === undefined) return null
  return typeof value === 'string' && value !== ''
    ? value
    : refuse('source.name', 'give the name as a string')
}

const readFields = (fields: Fields): UrlInput | ContentInput => {
  const kinds = KINDS.filter((kind) => fields[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1)
    return refuse('source', 'give exactly one of url, data, path and stream')
  const name = nameOf(fields['name'])
  const value = fields[kind]
  if (kind === 'url') {
    const { download, immutable } = fields
    return { kind, url: checkUrl(value), download: download === true, immutable: immutable === true, name }
  }
  if (kind === 'data') return { kind, data: bytesOf(value) ?? refuse('source.data', 'give bytes'), name }
  if (kind === 'path') return { kind, path: pathOf(value), name }
  return { kind, stream: streamOf(value), size: sizeOf(fields['size']), name }
}

/**
 * Checks a source and determines its kind, without opening it.
 *
 * @throws MediaError `media_source`, `media_url`
 */
export const readSource = (source: MediaSource): UrlInput | ContentInput => {
  const bytes = bytesOf(source)
  if (bytes) return readFields({ data: bytes })
  if (source instanceof URL && source.protocol === 'file:') return readFields({ path: source })
  if (typeof source === 'string' || source instanceof URL) return readFields({ url: source })
  if (typeof source !== 'object' || source === null)
    return refuse('source', 'give an address, bytes, or one of { url }, { data }, { path } and { stream }')
  return readFields(source as unknown as Fields)
}
