/** What the types of voice accept. */
import { describe, expectTypeOf, it } from 'vitest'

import type { Context, OutgoingMessage } from '../../src/index.js'
import { type SoundSource, voiceFrom } from '../../src/voice/index.js'

/** Never run: its calls are for the compiler. */
export const calls = (ctx: Context): readonly unknown[] => [
  voiceFrom({ path: 'hello.m4a' }).then((voice) => ctx.reply(voice)),
  voiceFrom(new Uint8Array(), { decode: () => ({ channelData: [new Float32Array()], sampleRate: 8000 }) }),
  // @ts-expect-error An address is not sound: the platform downloads it, or the program does.
  voiceFrom('https://example.com/hello.m4a'),
  // @ts-expect-error A decoder gives samples.
  voiceFrom(new Uint8Array(), { decode: (bytes: Uint8Array) => bytes }),
]

describe('the types of voice', () => {
  it('BT-47 give a part of a message', () => {
    expectTypeOf(voiceFrom).returns.resolves.toExtend<OutgoingMessage>()
    expectTypeOf<Buffer>().toExtend<SoundSource>()
  })
})
