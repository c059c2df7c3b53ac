import { type Advice, QqkitError } from '@qqkit/core'

import { misuse } from '../common/errors.js'

const MISUSES = {
  stopped_by_person: {
    message: 'the person stopped the handler',
    en: 'Let it end: pass ctx.signal to the model and to tools, so that they end too.',
    zh: '请让处理函数结束：将 ctx.signal 传给模型与工具，使其一并停止。',
  },
  control_twice: {
    message: 'control() is used twice by one bot',
    en: 'Call bot.use(control()) once, before the handlers that it stops.',
    zh: '请只调用一次 bot.use(control())，并放在可被停止的处理函数之前。',
  },
} as const

/** The code of a {@link ControlError}. */
export type ControlErrorCode = keyof typeof MISUSES

/** With `stopped_by_person` the reason of `ctx.signal`; otherwise wrong use: see `advice`. */
export class ControlError extends QqkitError {
  declare readonly code: ControlErrorCode
  declare readonly advice: Advice

  constructor(code: ControlErrorCode) {
    super(misuse(MISUSES, code))
  }

  /** Whether `value` is such an error, whichever copy of the package made it. */
  static override is(value: unknown): value is ControlError {
    return QqkitError.is(value) && Object.hasOwn(MISUSES, value.code)
  }
}
