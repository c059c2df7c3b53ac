/** Voice from sound of any format: what is sent as it is, what is decoded, and what is refused. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type Sound, type SoundSource, voiceFrom, type VoiceOptions } from '../../src/voice/index.js'
import { wavOf } from '../../src/voice/wav.js'
import { aiffOf } from '../support/aiff.js'

const sent = async (source: SoundSource, options?: VoiceOptions): Promise<Buffer> => {
  const { file } = await voiceFrom(source, options)
  expect(file.type).toBe('voice')
  return Buffer.from((file.source as { readonly data: Uint8Array }).data)
}

const refusal = async (source: unknown, options?: unknown): Promise<unknown> =>
  voiceFrom(source as SoundSource, options as VoiceOptions).catch((error: unknown) => error)

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const TAKEN = [
  '#!SILK_V3....',
  '\u0002#!SILK_V3....',
  'RIFF....WAVEfmt ',
  'OggS....',
  'ID3.....',
  '\xFF\xFB\x90....',
]

const header = (wav: Buffer): object => ({
  riff: wav.toString('latin1', 0, 4),
  size: wav.readUInt32LE(4) + 8 - wav.length,
  channels: wav.readUInt16LE(22),
  rate: wav.readUInt32LE(24),
  bits: wav.readUInt16LE(34),
  data: wav.readUInt32LE(40) + 44 - wav.length,
})
const WAV = { riff: 'RIFF', size: 0, channels: 1, bits: 16, data: 0 }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qqkit-voice-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('BT-47 voice from sound', () => {
  it.each(TAKEN)('is sent as it is where the platform takes it: %j', async (beginning) => {
    const never = (): never => {
      throw new Error('decoded')
    }
    expect(await sent(latin1(beginning), { decode: never })).toEqual(latin1(beginning))
  })

  it('is decoded by the installed package, and sent as wav of one channel', async () => {
    const wav = await sent(aiffOf(0.5))
    expect(header(wav)).toEqual({ ...WAV, rate: 24_000 })
    expect(wav.length).toBe(44 + 12_000 * 2)
    const samples = Array.from({ length: 12_000 }, (_, at) => wav.readInt16LE(44 + at * 2))
    // The tone is still there: loud, and through zero 440 times a second.
    expect(Math.max(...samples)).toBeGreaterThan(15_000)
    const crossings = samples.filter((sample, at) => at > 0 && sample >= 0 !== samples[at - 1]! >= 0)
    expect(crossings.length).toBeGreaterThan(435)
    expect(crossings.length).toBeLessThan(445)
  })

  it('comes from bytes, a file by path or URL, and a stream', async () => {
    const bytes = latin1('ID3 sound')
    const file = path.join(folder, 'sound')
    await writeFile(file, bytes)
    const exact = new ArrayBuffer(bytes.length)
    new Uint8Array(exact).set(bytes)
    const stream = (async function* () {
      yield bytes.subarray(0, 2)
      yield bytes.subarray(2)
    })()
    for (const source of [
      exact,
      { data: bytes },
      { data: exact },
      { path: file },
      { path: pathToFileURL(file) },
      { stream },
    ])
      expect(await sent(source)).toEqual(bytes)
  })

  it('is refused with what to do instead', async () => {
    for (const source of [
      null,
      undefined,
      'hello.m4a',
      'https://example.com/a.m4a',
      {},
      { path: '' },
      { stream: 1 },
      7,
    ])
      expect(await refusal(source)).toMatchObject({ code: 'bad_source' })
    expect(await refusal({ path: path.join(folder, 'none') })).toMatchObject({ code: 'ENOENT' })
    expect(await refusal(latin1('no sound at all'))).toMatchObject({ code: 'not_sound' })
    expect(await refusal(new Uint8Array())).toMatchObject({ code: 'not_sound' })
    expect(await refusal(new Uint8Array(11), { maxBytes: 10 })).toMatchObject({ code: 'too_large' })
    expect(await refusal(new Uint8Array(1), { maxBytes: 0 })).toMatchObject({ path: 'maxBytes' })
    expect(await refusal(new Uint8Array(1), { decode: 'ffmpeg' })).toMatchObject({ path: 'decode' })
    for (const decoded of [
      null,
      { channelData: 5 },
      { channelData: [], sampleRate: 8000 },
      { channelData: [new Float32Array(8)], sampleRate: Infinity },
    ])
      expect(await refusal(new Uint8Array(1), { decode: () => decoded })).toMatchObject({ code: 'not_sound' })
    const texts = async function* () {
      yield 'RIFF'
    }
    expect(await refusal({ stream: texts() })).toMatchObject({ code: 'bad_source' })
    const hours = { channelData: [new Float32Array(11_000_000)], sampleRate: 24_000 }
    expect(await refusal(new Uint8Array(1), { decode: () => hours })).toMatchObject({ code: 'too_large' })
  })

  it('stops a stream that is too large', async () => {
    let parts = 0
    const stream = (async function* () {
      for (; parts < 100; parts += 1) yield new Uint8Array(10)
    })()
    expect(await refusal({ stream }, { maxBytes: 25 })).toMatchObject({ code: 'too_large' })
    expect(parts).toBe(2)
  })
})

describe('BT-47 decoded sound as wav', () => {
  const samples = ({ channelData, sampleRate }: Sound): readonly number[] => {
    const wav = Buffer.from(wavOf({ channelData, sampleRate }))
    return Array.from({ length: (wav.length - 44) / 2 }, (_, at) => wav.readInt16LE(44 + at * 2))
  }

  it('has the mean of the channels, cut at the loudest, and silence for what is no number', () => {
    const left = Float32Array.of(1, 1, -2, Number.NaN, 0)
    const right = Float32Array.of(1, 0, -2, 0.5, 0)
    expect(samples({ channelData: [left, right], sampleRate: 8000 })).toEqual([32_767, 16_384, -32_767, 0, 0])
  })

  it.each([
    [8000, 8000, 800],
    [44_100, 24_000, 2400],
    [48_000, 24_000, 2400],
    [192_000, 24_000, 2400],
  ])('at %i samples a second has %i', (sampleRate, rate, length) => {
    const wav = Buffer.from(wavOf({ channelData: [new Float32Array(sampleRate / 10)], sampleRate }))
    expect(header(wav)).toEqual({ ...WAV, rate })
    expect((wav.length - 44) / 2).toBe(length)
  })
})
