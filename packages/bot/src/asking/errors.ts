import { type Advice, QqkitError } from '@qqkit/core'

import { misuse } from '../common/errors.js'
import type { Context } from '../context/context.js'

/** Message and advice of each code. */
const MISUSES = {
  question_timed_out: {
    message: 'no one answered a question in time',
    en: 'Catch it where the handler should go on without an answer; otherwise asking() tells the person. Raise { timeout } (ms) for slow answers.',
    zh: '如需在无人回答时继续，请在处理函数中捕获该错误；否则 asking() 会告知用户。需要更长时间时请调大 { timeout }（毫秒）。',
  },
  question_cancelled: {
    message: 'a question was cancelled',
    en: 'Catch it where the handler should go on without an answer; `by` says what cancelled it: a signal, a word, another command, or an error of the handler.',
    zh: '如需在取消后继续，请在处理函数中捕获该错误；by 字段说明取消原因：signal、取消词、其他指令或处理函数的错误。',
  },
  question_left: {
    message: 'the bot stops, and a question is open',
    en: 'Let the handler end: its event is left to the next process, which asks again under the same number.',
    zh: '请让处理函数结束：该事件留给下一个进程，由它以相同的序号再次提问。',
  },
  too_many_questions: {
    message: 'too many questions are open',
    en: 'Raise maxOpen of asking(), or lower its timeout: most of these questions get no answer.',
    zh: '请调大 asking() 的 maxOpen，或缩短 timeout：这些问题大多无人回答。',
  },
  not_asking: {
    message: 'this handler is over, or the bot does not use asking()',
    en: 'Ask from a handler that is registered after bot.use(asking()), and await the answer in it.',
    zh: '请先 bot.use(asking())，再注册提问的处理函数，并在其中 await 回答。',
  },
  nobody_to_ask: {
    message: 'this event has no place or no person to ask',
    en: "Ask in handlers of messages, clicks, or FRIEND_ADD; give { from: 'anyone' } where the event has a place only.",
    zh: "请在消息、按钮或 FRIEND_ADD 的处理函数中提问；若事件只有位置没有人，请使用 { from: 'anyone' }。",
  },
  shared_source: {
    message:
      'a question was asked about an event that any process may get, and the answer may reach another one',
    en: 'Use a dialogue() with a shared store, or buttons with handlers of their own: every process can continue with those. Or let one process handle its own gateway.',
    zh: '请使用带有共享 store 的 dialogue()，或为按钮注册独立的处理函数：任何进程都能继续处理。或者让单个进程处理自己的 gateway。',
  },
  bad_question: {
    message: 'a question is a text, or a message with a text',
    en: "Write ctx.ask('Which city?'), or ctx.ask({ markdown: { content: '**Which city?**' } }).",
    zh: "请写成 ctx.ask('哪个城市？')，或 ctx.ask({ markdown: { content: '**哪个城市？**' } })。",
  },
  bad_choices: {
    message: 'choose() takes 1 to 25 different choices',
    en: "Write ctx.choose('Delete?', ['yes', 'no']), or { yes: 'Yes, delete it', no: 'Keep it' } for labels of their own. For more choices, ask by pages.",
    zh: "请写成 ctx.choose('要删除吗？', ['是', '否'])，或用 { yes: '是', no: '否' } 指定显示文字；选项更多时请分页提问。",
  },
  bad_step: {
    message: 'the steps of a dialogue are wrong',
    en: "Give each step a name of its own, then .end(): dialogue('booking', { store }).ask('city', 'Which city?').end((ctx, { city }) => …). A check is a schema of valibot, zod or another with \"~standard\".",
    zh: "请为每一步使用不同的名称，最后调用 .end()：dialogue('booking', { store }).ask('city', '哪个城市？').end((ctx, { city }) => …)。check 应为 valibot、zod 或其他带有 \"~standard\" 的 schema。",
  },
  dialogue_unused: {
    message: 'the bot does not use this dialogue, so nothing would take its answers',
    en: 'Register it once, before the handlers of messages: bot.use(booking); then call booking.begin(ctx) in a handler.',
    zh: '请先注册一次，并放在消息处理函数之前：bot.use(booking)；然后在处理函数中调用 booking.begin(ctx)。',
  },
  store_refuses: {
    message: 'the state of a dialogue could not be saved: its store refused every swap',
    en: 'swap(key, before, value) compares the value of the key with what load(key) gave, saves and returns true if they are equal, and returns false otherwise.',
    zh: 'swap(key, before, value) 应将该键当前的值与 load(key) 返回的值比较：相等则保存并返回 true，否则返回 false。',
  },
  asking_twice: {
    message: 'asking() is used twice by one bot',
    en: 'Call bot.use(asking()) once, after the middleware that answers should pass, and before the handlers that ask.',
    zh: '请只调用一次 bot.use(asking())：放在回答应经过的中间件之后、提问的处理函数之前。',
  },
} as const

/** The code of an {@link AskError}. */
export type AskErrorCode = keyof typeof MISUSES

/** What cancelled a question: `signal`, a word of the person, a command, or an error that its handler threw meanwhile. */
export type CancelledBy = 'signal' | 'word' | 'command' | 'failure'

/** What an {@link AskError} tells beside its code. */
export interface AskErrorInit {
  /** Appended to the message. */
  readonly detail?: string | undefined
  readonly by?: CancelledBy
  readonly ctx?: Context
  readonly cause?: unknown
}

/** A question that ended without an answer, or wrong use: see `code` and `advice`. */
export class AskError extends QqkitError {
  declare readonly code: AskErrorCode
  declare readonly advice: Advice
  /** What cancelled the question; `null` with other codes. */
  readonly by: CancelledBy | null
  /** Where to tell the person: the message with the word, or the event with which the question was asked; `null` for misuse. */
  readonly ctx: Context | null

  constructor(code: AskErrorCode, { detail, by, ctx, cause }: AskErrorInit = {}) {
    super(misuse(MISUSES, code, detail, cause))
    this.by = by ?? null
    this.ctx = ctx ?? null
    // It is large, and no part of the message.
    Object.defineProperty(this, 'ctx', { enumerable: false })
  }

  /** Whether `value` is such an error, whichever copy of the package made it. */
  static override is(value: unknown): value is AskError {
    return QqkitError.is(value) && Object.hasOwn(MISUSES, value.code)
  }
}
