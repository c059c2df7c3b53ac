import { type Advice, QqkitError } from '@qqkit/core'

import { misuse } from '../common/errors.js'

/** Message and advice of each code. */
const MISUSES = {
  same_button: {
    message: 'two buttons have the same data',
    en: 'Give each button data of its own: the first handler would get the clicks on both.',
    zh: '请为每个按钮设置不同的 data，否则两个按钮的点击都会交给第一个处理函数。',
  },
  composer_in_use: {
    message: 'a handler was added to a composer that a bot already uses',
    en: 'Add all handlers first, then call bot.use(composer).',
    zh: '请先添加所有处理函数，再调用 bot.use(composer)。',
  },
  unreachable_handler: {
    message: 'the filter of the composer never lets these events through',
    en: "Register the handler on the composer itself, or filter by place: composer.filter((ctx) => ctx.target?.scene === 'group') accepts clicks too.",
    zh: "请把该处理函数注册在 composer 本身上；若要包含按钮点击，请按位置过滤：composer.filter((ctx) => ctx.target?.scene === 'group')。",
  },
  bad_extension: {
    message: 'extend() takes a function that returns an object, or middleware with of(), by name',
    en: 'Write extend(async (ctx) => ({ member: await find(ctx) })), or extend({ chat: session({ … }) }).',
    zh: '请写成 extend(async (ctx) => ({ member: await find(ctx) }))，或 extend({ chat: session({ … }) })。',
  },
  name_taken: {
    message: 'contexts already have a property of this name',
    en: 'Choose another name in extend(); a context is extended once with each name.',
    zh: '请在 extend() 中换一个名称；同一名称只能添加一次。',
  },
} as const

/** The code of a {@link ComposerError}. */
export type ComposerErrorCode = keyof typeof MISUSES

/** Wrong use of a composer or of its buttons: see `code` and `advice`. Other mistakes are errors of the bot. */
export class ComposerError extends QqkitError {
  declare readonly code: ComposerErrorCode
  declare readonly advice: Advice

  /** @param detail appended to the message, e.g. the name of a property */
  constructor(code: ComposerErrorCode, detail?: string) {
    super(misuse(MISUSES, code, detail))
  }
}
