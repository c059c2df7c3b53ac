import { type Advice, QqkitError } from '@qqkit/core'

import { misuse } from '../common/errors.js'
import type { PublishReport } from './report.js'

/** Message and advice of each code. */
const MISUSES = {
  no_bot: {
    message: 'the first argument is no bot',
    en: 'Give the bot itself: publish(bot).',
    zh: '请传入机器人本身：publish(bot)。',
  },
  unknown_command: {
    message: 'the menu names a command that is not registered',
    en: "Register it with bot.command() before publish(bot), or give a whole item: { name, type: 'link', link }.",
    zh: "请在 publish(bot) 之前用 bot.command() 注册该指令，或写出完整的菜单项：{ name, type: 'link', link }。",
  },
  publish_blocked: {
    message: 'publishing was stopped',
    en: 'Each entry of `obstacles` says what stands in the way and what to write. `report.done` lists what was changed before, mostly nothing.',
    zh: 'obstacles 的每一项说明阻碍原因及解决办法；report.done 列出在此之前已完成的更改，通常为空。',
  },
} as const

/** The code of a {@link PublishError}. */
export type PublishErrorCode = keyof typeof MISUSES

/** Wrong use of `publish`, or a platform that does not let it: see `code`, `advice` and `report`. */
export class PublishError extends QqkitError {
  declare readonly code: PublishErrorCode
  declare readonly advice: Advice
  /** What was found and done; `null` where nothing was read yet. */
  readonly report: PublishReport | null

  constructor(code: PublishErrorCode, detail = '', report: PublishReport | null = null) {
    const cause = report?.obstacles.find(({ error }) => error !== null)?.error
    super(misuse(MISUSES, code, detail, cause))
    this.report = report
  }

  /** What stands in the way. */
  get obstacles(): PublishReport['obstacles'] {
    return this.report?.obstacles ?? []
  }
}
