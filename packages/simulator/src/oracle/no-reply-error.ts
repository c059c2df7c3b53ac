import { QqkitError } from '@qqkit/core'

const REASONS = {
  unheard: {
    message: 'the event was published to no session and no webhook, so no bot will ever receive it',
    en: 'Wait until the bot is connected before people speak: `await bot.ready()`, or startDesk() of @qqkit/simulator/testing. If it is, check its intents, and whether the message mentions the bot.',
    zh: '请等机器人连接之后再让用户说话：`await bot.ready()`，或使用 @qqkit/simulator/testing 的 startDesk()。若已连接，请检查 intents，以及消息是否 @ 了机器人。',
  },
  no_reply: {
    message: 'the bot did not reply',
    en: 'sim.log shows what the bot received and called; startDesk() of @qqkit/simulator/testing reports it in the error. A longer wait: the option timeout, in ms.',
    zh: 'sim.log 记录了机器人收到的事件和发出的请求；@qqkit/simulator/testing 的 startDesk() 会把它们写进报错。如需等待更久，请设置 timeout（毫秒）。',
  },
} as const

/** No reply came, or none can come: see `code` and `advice`. */
export class NoReplyError extends QqkitError {
  declare readonly code: keyof typeof REASONS

  /** @internal */
  constructor(code: keyof typeof REASONS, detail?: string) {
    const { message, en, zh } = REASONS[code]
    super({ code, message: detail ? `${message} ${detail}` : message, advice: { en, zh } })
  }
}
