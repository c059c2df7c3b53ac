/** A program without the package that decodes: in a file of its own, since the package is replaced for all of it. */
import { describe, expect, it, vi } from 'vitest'

import { voiceFrom } from '../../src/voice/index.js'
import { aiffOf } from '../support/aiff.js'

vi.mock('audio-decode', () => {
  throw Object.assign(new Error("Cannot find package 'audio-decode'"), { code: 'ERR_MODULE_NOT_FOUND' })
})

describe('BT-47 voice without a decoder', () => {
  it('tells which package to install, and sends what needs none', async () => {
    const error: unknown = await voiceFrom(aiffOf(0.1)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'decoder_missing', cause: expect.anything() })
    expect((error as { advice: { en: string; zh: string } }).advice.en).toContain('npm install audio-decode')
    // No decoder would help.
    await expect(voiceFrom(new Uint8Array())).rejects.toMatchObject({ code: 'not_sound' })
    expect(await voiceFrom(Buffer.from('ID3 sound'))).toMatchObject({ file: { type: 'voice' } })
  })

  it('takes a decoder of the user', async () => {
    const decode = () => ({ channelData: [new Float32Array(80)], sampleRate: 8000 })
    const { file } = await voiceFrom(aiffOf(0.1), { decode })
    expect((file.source as { data: Uint8Array }).data).toHaveLength(44 + 160)
  })
})
