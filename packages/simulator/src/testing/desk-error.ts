import { type Advice, QqkitError } from '@qqkit/core'

const ADVICE = {
  not_connected: {
    en: 'The bot must use the options that startDesk() gives: startDesk((options) => new Bot({ ...options, … })).',
    zh: '机器人必须使用 startDesk() 传入的选项：startDesk((options) => new Bot({ ...options, … }))。',
  },
  unheard: {
    en: 'Check that the bot is connected, that it asks for this event (intents), and that the message mentions it where that is needed.',
    zh: '请检查机器人是否已连接、是否订阅了该事件（intents），以及在需要时消息是否 @ 了机器人。',
  },
  unexpected: {
    en: 'The report above says what the bot received, called and logged. A longer wait: the option timeout, in ms.',
    zh: '以上报告列出了机器人收到、调用和记录的内容。如需等待更久，请设置 timeout（毫秒）。',
  },
  taken: {
    en: 'Close the first desk before, or give a function: startDesk(createBot, { simulator }) adds a bot of its own for each desk.',
    zh: '请先关闭前一个，或传入函数：startDesk(createBot, { simulator }) 会为每次调用添加独立的机器人。',
  },
  closed: {
    en: 'Close the desk when the test is over: await everything before, and close it in t.after() or onTestFinished().',
    zh: '请在测试结束时才关闭：先 await 之前的所有操作，再在 t.after() 或 onTestFinished() 中关闭。',
  },
  stuck: {
    en: 'Let the handlers end when ctx.signal aborts.',
    zh: '请让处理函数在 ctx.signal 中止时结束。',
  },
} as const

/** An expectation that failed, with a report of the conversation in its message. */
export class DeskError extends QqkitError {
  declare readonly code: keyof typeof ADVICE
  declare readonly advice: Advice

  /** @internal */
  constructor(code: keyof typeof ADVICE, message: string, cause?: unknown) {
    super({ code, message, advice: ADVICE[code], cause })
  }
}
