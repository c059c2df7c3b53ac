import { uploadLimits } from '@qqkit/protocol'

import { MediaError } from './error.js'
import type { MediaType } from './media.js'

/** Bytes at a place in a file. */
type Mark = readonly [offset: number, bytes: string]

/** A file format, by its first bytes. */
export interface Format {
  /** Name and usual file extension. */
  readonly name: string
  readonly mime: string
  /** Required bytes, as Latin-1. */
  readonly marks: readonly Mark[]
}

const row = (name: string, mime: string, ...marks: readonly Mark[]): Format => ({ name, mime, marks })

/** Brands after `ftyp` of MPEG-4 files that the platform accepts as `mp4`. */
const BRANDS = 'isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 M4V  MSNV dash mmp4 f4v '

/**
 * Known formats; the first matching row applies. Besides those that the platform accepts (§5.5), common others are
 * listed to detect a file that is sent as the wrong type.
 */
export const formats: readonly Format[] = Object.freeze([
  row('png', 'image/png', [0, '\x89PNG\r\n\x1A\n']),
  row('jpg', 'image/jpeg', [0, '\xFF\xD8\xFF']),
  row('gif', 'image/gif', [0, 'GIF87a']),
  row('gif', 'image/gif', [0, 'GIF89a']),
  row('webp', 'image/webp', [0, 'RIFF'], [8, 'WEBP']),
  // Two letters are not enough; the reserved bytes are always zero.
  row('bmp', 'image/bmp', [0, 'BM'], [6, '\0\0\0\0']),
  ...(BRANDS.match(/.{5}/g) ?? []).map((brand) =>
    row('mp4', 'video/mp4', [4, 'ftyp'], [8, brand.slice(0, 4)]),
  ),
  row('mov', 'video/quicktime', [4, 'ftyp'], [8, 'qt']),
  row('m4a', 'audio/mp4', [4, 'ftyp'], [8, 'M4A']),
  row('heic', 'image/heic', [4, 'ftyp'], [8, 'hei']),
  row('heic', 'image/heic', [4, 'ftyp'], [8, 'mif1']),
  row('avif', 'image/avif', [4, 'ftyp'], [8, 'avif']),
  row('3gp', 'video/3gpp', [4, 'ftyp'], [8, '3g']),
  row('silk', 'audio/silk', [0, '#!SILK_V3']),
  // As recorded by the clients of the platform.
  row('silk', 'audio/silk', [0, '\x02#!SILK_V3']),
  row('wav', 'audio/wav', [0, 'RIFF'], [8, 'WAVE']),
  row('ogg', 'audio/ogg', [0, 'OggS']),
  row('mp3', 'audio/mpeg', [0, 'ID3']),
  ...['\xFB', '\xFA', '\xF3', '\xF2', '\xE3', '\xE2'].map((layer) =>
    row('mp3', 'audio/mpeg', [0, `\xFF${layer}`]),
  ),
  row('amr', 'audio/amr', [0, '#!AMR']),
  row('flac', 'audio/flac', [0, 'fLaC']),
  row('aac', 'audio/aac', [0, '\xFF\xF1']),
  row('aac', 'audio/aac', [0, '\xFF\xF9']),
  row('avi', 'video/x-msvideo', [0, 'RIFF'], [8, 'AVI ']),
  row('webm', 'video/webm', [0, '\x1AE\xDF\xA3']),
  row('flv', 'video/x-flv', [0, 'FLV\x01']),
  row('tiff', 'image/tiff', [0, 'II*\0']),
  row('tiff', 'image/tiff', [0, 'MM\0*']),
  row('ico', 'image/x-icon', [0, '\0\0\x01\0']),
  row('pdf', 'application/pdf', [0, '%PDF-']),
  row('zip', 'application/zip', [0, 'PK\x03\x04']),
  row('gz', 'application/gzip', [0, '\x1F\x8B']),
  row('rar', 'application/vnd.rar', [0, 'Rar!\x1A\x07']),
  row('7z', 'application/x-7z-compressed', [0, '7z\xBC\xAF\x27\x1C']),
  row('elf', 'application/x-executable', [0, '\x7FELF']),
  row('exe', 'application/x-msdownload', [0, 'MZ\x90\0']),
])

/** Number of bytes that {@link detectFormat} needs. */
export const headBytes = 512

const TEXT: Format = Object.freeze({ name: 'txt', mime: 'text/plain', marks: [] })
// Control characters except those of lines and terminals.
// oxlint-disable-next-line no-control-regex
const BINARY = /[\0-\x06\x0E-\x1A\x1C-\x1F\x7F]/

const isText = (head: Uint8Array): boolean => {
  try {
    // The last character may be incomplete.
    return !BINARY.test(new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }))
  } catch {
    return false
  }
}

/** Detects the format of a file by its first bytes, never by its name; `null` if unknown. */
export const detectFormat = (head: Uint8Array): Format | null => {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, headBytes))
  const text = start.toString('latin1')
  const found = formats.find(({ marks }) => marks.every(([offset, bytes]) => text.startsWith(bytes, offset)))
  return found ?? (isText(start) ? TEXT : null)
}

const typeOfFormat = (name: string): MediaType =>
  (Object.keys(uploadLimits) as MediaType[]).find((type) => uploadLimits[type].formats.includes(name)) ??
  'file'

/**
 * The type of content. A given type applies, unless the content is known to be something else.
 *
 * @throws MediaError `media_type`
 */
export const chooseType = (given: MediaType | undefined, format: Format | null): MediaType => {
  const found = format ? typeOfFormat(format.name) : 'file'
  if (given === undefined) return found
  if (given === 'file' || given === found || format === null) return given
  throw new MediaError({
    code: 'media_type',
    path: 'type',
    hint: `the content is ${format.name}, which the platform accepts as ${found}, not as ${given}`,
  })
}

/**
 * The type of bytes whose address was refused for its format: they must have a known format, unless they are sent as a
 * plain file.
 *
 * @param asked type that the address was sent as
 * @throws MediaError `media_type`
 */
export const takenType = (
  given: MediaType | undefined,
  asked: MediaType,
  format: Format | null,
): MediaType => {
  const type = chooseType(given, format)
  if (asked === 'file' || (format && type === typeOfFormat(format.name) && type !== 'file')) return type
  throw new MediaError({
    code: 'media_type',
    path: 'source.url',
    hint: `leads to ${format ? format.name : 'an unknown format'}, which the platform does not accept as ${asked}`,
  })
}

const ENDING = /\.([a-z0-9]{2,5})$/i

/**
 * The type of an address: the given type, otherwise by its file extension, since the content is not downloaded here.
 *
 * @throws MediaError `media_type`
 */
export const chooseUrlType = (given: MediaType | undefined, url: URL): MediaType => {
  if (given !== undefined) return given
  const ending = ENDING.exec(url.pathname)?.[1]?.toLowerCase()
  if (ending !== undefined) return typeOfFormat(ending)
  throw new MediaError({
    code: 'media_type',
    path: 'type',
    hint: 'the path of the address has no file extension: give the type',
  })
}
