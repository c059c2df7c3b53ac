import { type Advice, QqkitError } from '@qqkit/core'

import { misuse } from '../common/errors.js'

/** Message and advice of each code. */
const MISUSES = {
  decoder_missing: {
    message: 'sound of this format needs the package audio-decode',
    en: 'Run `npm install audio-decode`, give a decoder of your own as the option `decode`, or give wav, mp3, ogg or silk, which need none.',
    zh: '请运行 `npm install audio-decode`，或用 decode 选项传入自己的解码函数；wav、mp3、ogg、silk 无需转换，可直接发送。',
  },
  not_sound: {
    message: 'the sound cannot be decoded',
    en: 'Check that it is a whole file of sound (see `cause`), or give wav, mp3, ogg or silk.',
    zh: '请确认它是完整的音频文件（原因见 cause），或改用 wav、mp3、ogg、silk。',
  },
  too_large: {
    message: 'the sound is too large',
    en: 'Cut or compress it, or raise the option `maxBytes`; the platform shows voice over 20 MB as a file.',
    zh: '请剪短或压缩音频，或调大 maxBytes 选项；超过 20 MB 的语音会被平台显示为文件。',
  },
  bad_source: {
    message: 'this is no sound',
    en: "Give bytes, { path: 'hello.m4a' } or { stream }. For an address: voice(url) if it leads to wav, mp3, ogg or silk, otherwise the bytes of `await (await fetch(url)).arrayBuffer()`.",
    zh: "请传入字节、{ path: 'hello.m4a' } 或 { stream }。网址若指向 wav、mp3、ogg、silk 请用 voice(url)，否则传入 `await (await fetch(url)).arrayBuffer()` 的字节。",
  },
} as const

/** The code of a {@link VoiceError}. */
export type VoiceErrorCode = keyof typeof MISUSES

/** Sound that cannot be made a voice message: see `code` and `advice`. */
export class VoiceError extends QqkitError {
  declare readonly code: VoiceErrorCode
  declare readonly advice: Advice

  /** @param detail appended to the message, e.g. the size */
  constructor(code: VoiceErrorCode, detail?: string, cause?: unknown) {
    super(misuse(MISUSES, code, detail, cause))
  }
}
