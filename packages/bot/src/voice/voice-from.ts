import { createReadStream } from 'node:fs'

import { checkOptions } from '@qqkit/core/internal'
import { uploadLimits } from '@qqkit/protocol'
import { voice } from '@qqkit/rest'
import * as v from 'valibot'

import { VoiceError } from './errors.js'
import { type Sound, wavOf } from './wav.js'

/** Sound in memory, in a file, or from a stream, which is read once. */
export type SoundSource =
  | Uint8Array
  | ArrayBuffer
  | { readonly data: Uint8Array | ArrayBuffer }
  | { readonly path: string | URL }
  | { readonly stream: AsyncIterable<Uint8Array> }

/** Options of {@link voiceFrom}. */
export interface VoiceOptions {
  /** Decodes sound. Default: the package `audio-decode`, if it is installed. */
  readonly decode?: (bytes: Uint8Array) => Sound | Promise<Sound>
  /** Bytes of the sound that is taken. Default 20 MB; decoded sound takes several times as much memory. */
  readonly maxBytes?: number
}

/** Beginnings of the formats that the platform takes (§5.5): they are sent as they are. */
const TAKEN = /^(?:[^#]?#!SILK_V3|RIFF[^]{4}WAVE|OggS|ID3|\xFF[\xFB\xFA\xF3\xF2\xE3\xE2])/

const HEAD = 16

const isTaken = (bytes: Uint8Array): boolean =>
  TAKEN.test(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD)).toString('latin1'))

/** The bytes of a stream, which is left when there are too many. */
const gather = async (stream: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const given of stream) {
    const part = asBytes(given)
    if (!part) throw new VoiceError('bad_source', `a stream of ${typeof given}`)
    parts.push(part)
    size += part.byteLength
    if (size > most) break
  }
  return Buffer.concat(parts)
}

const asBytes = (data: unknown): Uint8Array | null => {
  if (data instanceof Uint8Array) return data
  return data instanceof ArrayBuffer ? new Uint8Array(data) : null
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

const bytesOf = async (source: SoundSource, most: number): Promise<Uint8Array> => {
  const bytes = asBytes(source)
  if (bytes) return bytes
  const { data, path, stream } = (typeof source === 'object' && source !== null ? source : {}) as Readonly<
    Record<'data' | 'path' | 'stream', unknown>
  >
  const given = asBytes(data)
  if (given) return given
  if ((typeof path === 'string' && path !== '') || path instanceof URL)
    return gather(createReadStream(path), most)
  if (isStream(stream)) return gather(stream, most)
  throw new VoiceError('bad_source', typeof source)
}

/** The decoder of the package `audio-decode`. @throws VoiceError `decoder_missing` */
const installedDecoder = async (): Promise<NonNullable<VoiceOptions['decode']>> => {
  try {
    return (await import('audio-decode')).default as NonNullable<VoiceOptions['decode']>
  } catch (error) {
    throw new VoiceError('decoder_missing', undefined, error)
  }
}

/** For decoders of the user's own. */
const isWhole = (sound: Partial<Sound> | null | undefined): sound is Sound => {
  const { channelData, sampleRate = 0 } = sound ?? {}
  const isFilled = Array.isArray(channelData) && channelData.length > 0 && channelData[0]?.length > 0
  return isFilled && sampleRate > 0 && Number.isFinite(sampleRate)
}

const decoded = async (bytes: Uint8Array, decode: VoiceOptions['decode']): Promise<Sound> => {
  const run = decode ?? (await installedDecoder())
  let sound: Sound | null
  try {
    sound = await run(bytes)
  } catch (error) {
    throw new VoiceError('not_sound', undefined, error)
  }
  if (!isWhole(sound)) throw new VoiceError('not_sound', 'it has no samples')
  return sound
}

const LARGEST = uploadLimits.voice.softBytes

const schema = v.strictObject(
  {
    decode: v.optional(v.function('must be a function of bytes that gives { channelData, sampleRate }')),
    maxBytes: v.optional(
      v.pipe(v.number('must be bytes from 1 up'), v.minValue(1, 'must be bytes from 1 up')),
    ),
  },
  'must be { decode?, maxBytes? }',
)

/**
 * A voice message from sound of any format, in private chats and groups. Wav, mp3, ogg and silk are sent as they are; other
 * formats are decoded by the package `audio-decode`, if it is installed, and sent as wav.
 *
 * @example
 * await ctx.reply(await voiceFrom({ path: 'hello.m4a' }))
 * @throws VoiceError; OptionsError; the error of the file or stream
 */
export const voiceFrom = async (
  source: SoundSource,
  options: VoiceOptions = {},
): Promise<ReturnType<typeof voice>> => {
  checkOptions('voiceFrom', schema, options)
  const { decode, maxBytes = LARGEST } = options
  const bytes = await bytesOf(source, maxBytes)
  if (bytes.byteLength > maxBytes) throw new VoiceError('too_large', `more than ${maxBytes} bytes`)
  if (bytes.byteLength === 0) throw new VoiceError('not_sound', 'it has no bytes')
  if (isTaken(bytes)) return voice({ data: bytes })
  const wav = wavOf(await decoded(bytes, decode))
  if (wav.byteLength > LARGEST) throw new VoiceError('too_large', `${wav.byteLength} bytes as wav`)
  return voice({ data: wav })
}
