import { type Advice, QqkitError, type QqkitErrorInit } from '@qqkit/core'
import { describeValue } from '@qqkit/core/internal'

/** Message and advice of a mistake. */
interface MisuseTexts extends Advice {
  readonly message: string
}

/** A name that was given, as part of a message; of what is no name, what it is. */
export const nameIn = (given: unknown): string => (typeof given === 'string' ? given : describeValue(given))

/** The fields of an error with a code of a table; `detail` is appended to its message. */
export const misuse = <C extends string>(
  table: Readonly<Record<C, MisuseTexts>>,
  code: C,
  detail?: string,
  cause?: unknown,
): QqkitErrorInit => {
  const { message, en, zh } = table[code]
  return { code, message: detail ? `${message}: ${detail}` : message, advice: { en, zh }, cause }
}

/** Message and advice of each code. */
const MISUSES = {
  next_called_twice: {
    message: 'a middleware called next() twice for one event',
    en: 'Call next() at most once, and write `await next()` or `return next()`.',
    zh: '每个事件最多调用一次 next()，请写成 `await next()` 或 `return next()`。',
  },
  registered_after_start: {
    message: 'a handler was registered while the bot is running',
    en: 'Register all handlers first, then call bot.start().',
    zh: '请先注册所有处理函数，再调用 bot.start()。',
  },
  unknown_event: {
    message: 'unknown event name',
    en: "Use 'message' with scene('group'), 'interaction', the name of another event as the platform writes it, or 'raw' for all events.",
    zh: "消息请使用 'message'（可配合 scene('group') 过滤），按钮请使用 'interaction'；其他事件使用平台事件名，或用 'raw' 接收全部事件。",
  },
  no_handler: {
    message: 'the handler is missing; it must be a function',
    en: "Pass a function, e.g. bot.on('message', (ctx) => ctx.reply('hi')).",
    zh: "请传入处理函数，例如 bot.on('message', (ctx) => ctx.reply('hi'))。",
  },
  no_filter: {
    message: 'the filter is missing; it must be a function',
    en: "Give a function before the handler, or the handler alone: bot.on('message', scene('group'), handler).",
    zh: "请传入过滤函数，或只传入处理函数：bot.on('message', scene('group'), handler)。",
  },
  one_handler: {
    message: 'only one handler is taken at a time',
    en: 'Use bot.use() for what comes before, and call further handlers and filters in this one.',
    zh: '前置步骤请用 bot.use()，其余处理与过滤请在同一个函数中调用。',
  },
  registered_twice: {
    message: 'two handlers are registered for the same',
    en: "Put both into one, rename one, or restrict the first: new Composer().filter(scene('group')).",
    zh: "请合并、改名，或限制第一个的范围：new Composer().filter(scene('group'))。",
  },
  not_at_once: {
    message: 'a function that must not be async returned a promise',
    en: 'Write it without async: do slow work in an earlier middleware, keep the result in ctx.state, and read it here.',
    zh: '该函数必须同步返回，不能是 async：请在前面的中间件中完成异步查询，存入 ctx.state，再在此处读取。',
  },
  bad_command_name: {
    message: 'invalid command name',
    en: "Give a name without prefix, one blank before each sub-command: bot.command('ping', …) handles /ping, 'todo add' handles /todo add; other names go into { aliases: ['p'] }.",
    zh: "请填写不含前缀的指令名，子指令前用一个空格：bot.command('ping', …) 响应 /ping，'todo add' 响应 /todo add；其他名称请写入 { aliases: ['p'] }。",
  },
  bad_pattern: {
    message: 'hears() takes a string, a RegExp, or an array of them',
    en: "Write for example bot.hears(['hi', /^hello/i], …).",
    zh: "请传入文本、正则表达式，或由它们组成的列表：bot.hears(['hi', /^hello/i], …)。",
  },
  bad_button: {
    message: 'button() takes the data of a button, a RegExp, or an array of them',
    en: "Write bot.button('tea', …) or bot.button(/^page:(\\d+)$/, …); the data is the second argument of button.callback('Tea', 'tea').",
    zh: "请写成 bot.button('tea', …) 或 bot.button(/^page:(\\d+)$/, …)；data 即 button.callback('Tea', 'tea') 的第二个参数。",
  },
  not_registered: {
    message: 'off() was called with something that is not registered',
    en: "Keep the function and pass it alone: bot.on('message', welcome), then bot.off(welcome). A new function of the same text is another one.",
    zh: "请保存并只传入注册时的那个函数：bot.on('message', welcome) 之后 bot.off(welcome)；内容相同的新函数不是同一个函数。",
  },
  unknown_scene: {
    message: 'unknown scene',
    en: "Use 'c2c' (private chat), 'group', 'channel' (guild channel) or 'dm' (direct message of a guild): scene('group').",
    zh: "请使用 'c2c'（单聊）、'group'（群聊）、'channel'（文字子频道）或 'dm'（频道私信），例如 scene('group')。",
  },
  no_handlers: {
    message: 'the bot was started without a handler',
    en: "Register one first, e.g. bot.on('message', (ctx) => ctx.reply('hi')), or give the `intents` option.",
    zh: "请先注册处理函数，例如 bot.on('message', (ctx) => ctx.reply('hi'))，或设置 intents 选项。",
  },
  no_intents: {
    message: 'the handlers need no intents, so the bot would receive no events',
    en: "bot.use() alone needs no intents: add a handler, e.g. bot.on('raw', () => {}), or give the `intents` option. For events that need a permission, name it in `permissions`.",
    zh: "仅有 bot.use() 不会订阅任何事件：请添加处理函数，例如 bot.on('raw', () => {})，或设置 intents 选项。需要权限的事件须先在 permissions 中声明该权限。",
  },
  not_started: {
    message: 'ready() was called on a bot that does not run',
    en: 'Call bot.start() first, without await, then `await bot.ready()`.',
    zh: '请先调用 bot.start()（不要 await），再 `await bot.ready()`。',
  },
  not_ready: {
    message: 'the bot was not ready in time',
    en: 'Read the reason, and bot.status(). If the platform only takes longer, raise the timeout: bot.ready({ timeout: 60_000 }).',
    zh: '请查看上述原因和 bot.status()；若只是平台较慢，请调大超时时间：bot.ready({ timeout: 60_000 })。',
  },
  no_webhook: {
    message: 'this bot has no webhook source',
    en: "Create it with source: 'webhook', or source: ['gateway', 'webhook'] for both.",
    zh: "请在创建机器人时设置 source: 'webhook'，或 source: ['gateway', 'webhook'] 同时使用两种方式。",
  },
  intents_refused: {
    message: 'the platform refused the requested intents',
    en: 'Apply for the permissions in the console, or remove them from the `permissions` and `intents` options.',
    zh: '请在管理端申请对应权限，或从 permissions 与 intents 选项中去掉它们。',
  },
  not_replyable: {
    message: 'this event accepts no replies',
    en: 'Use ctx.send() or bot.send(target, message) for a proactive message instead.',
    zh: '此事件不支持被动回复，请改用 ctx.send() 或 bot.send(target, message) 发送主动消息。',
  },
  no_target: {
    message: 'this event has no place to reply to',
    en: "Name the place: ctx.reply(message, { to: { scene: 'channel', id } }) or bot.send(target, message).",
    zh: "请指定发送位置：ctx.reply(message, { to: { scene: 'channel', id } }) 或 bot.send(target, message)。",
  },
  nothing_to_recall: {
    message: 'this message has no id, so it cannot be recalled',
    en: 'It is under review, or had arrived before. Check result.id before you recall it.',
    zh: '该消息正在审核，或此前已送达，平台没有返回消息 id。请在撤回前检查 result.id。',
  },
  stream_not_recallable: {
    message: 'a streamed message cannot be recalled',
    // The advice of the platform's own refusal (40061001, §5.6).
    en: 'The id of a streamed message is no message id. Send messages that you may have to recall as ordinary ones; otherwise check the id.',
    zh: '流式消息无法撤回：其返回的 id 并非消息 id。可能需要撤回的内容请用普通消息发送；若非流式消息，请检查消息 id。',
  },
  no_reactions: {
    message: 'messages of this scene accept no reactions',
    en: "Check ctx.scene === 'channel' first: only messages in guild channels accept reactions.",
    zh: "仅频道消息支持表情表态，请先判断 ctx.scene === 'channel'。",
  },
  unknown_emoji: {
    message: 'invalid emoji for a reaction',
    en: "Give the number of a QQ face ('277'), one character ('👍'), or { type, id }.",
    zh: "请传入 QQ 表情编号（如 '277'）、单个 emoji 字符（如 '👍'），或 { type, id }。",
  },
  already_acknowledged: {
    message: 'this interaction was already acknowledged',
    en: "To answer with another code, create the bot with interactionAck: 'handler' and call ctx.ack(code) once, within 3 s.",
    zh: "如需返回其他 code，请在创建机器人时设置 interactionAck: 'handler'，并在 3 秒内调用一次 ctx.ack(code)。",
  },
  not_awaited: {
    message: 'a reply failed, and no code awaited it',
    en: 'Write `await ctx.reply(…)` or `return ctx.reply(…)`, so that the error reaches your code.',
    zh: '请写成 `await ctx.reply(…)` 或 `return ctx.reply(…)`，以便捕获错误。',
  },
  no_session: {
    message: 'this event has no session state',
    en: 'Register the session with bot.use() before this handler. Events without a place have no state.',
    zh: '请先用 bot.use() 注册 session，再注册使用它的处理函数；没有会话位置的事件不带状态。',
  },
  park_store_slow: {
    message: 'the store of parked replies timed out',
    en: 'Check the store in parking.store. Until it answers again, undeliverable replies throw.',
    zh: '请检查 parking.store 所用的存储；在其恢复之前，无法送达的回复会抛出错误。',
  },
  park_store_odd: {
    message: 'the store of parked replies gave something else than replies',
    en: 'In parking.store, put() and close() give a list of replies, take() one or null.',
    zh: 'parking.store 的 put() 与 close() 应返回回复列表，take() 应返回一条回复或 null。',
  },
  handler_timeout: {
    message: 'a handler did not finish in time and was given up',
    en: 'Let it end when ctx.signal aborts, or raise the handlerTimeout option (ms).',
    zh: '请在 ctx.signal 中止时结束处理，或调大 handlerTimeout 选项（毫秒）。',
  },
  kept_in_process: {
    message: 'a middleware remembers in this process alone, and the source is shared by several',
    en: 'Give it a store that all processes share: history({ store: redis.states() }). Any of them may get the next event of a conversation.',
    zh: '请为它配置所有进程共享的 store，例如 history({ store: redis.states() })：会话的下一个事件可能由任意进程处理。',
  },
  key_of_context: {
    message:
      'the option conversationKey needs a context, and the source names conversations before there is one',
    en: 'Leave it out, and give the function of the raw event to the source: qqkitRedis({ conversation: ({ place }) => place }).',
    zh: '请去掉该选项，改为把基于原始事件的函数交给事件来源：qqkitRedis({ conversation: ({ place }) => place })。',
  },
  lease_lost: {
    message: 'another process handles this event now',
    en: 'Nothing is to be done: the process that got the event answers it. If it happens often, look for handlers that block their process for seconds.',
    zh: '无需处理：得到该事件的进程会作出回复。如果经常出现，请检查是否有处理函数长时间阻塞进程。',
  },
  stopping: {
    message: 'the bot is stopping and this handler did not finish in time',
    en: 'Let it end when ctx.signal aborts, or raise the stopTimeout option (ms). A handler must not await bot.stop().',
    zh: '请在 ctx.signal 中止时结束处理，或调大 stopTimeout 选项（毫秒）；处理函数自身不要 await bot.stop()。',
  },
} as const

/** The code of a {@link BotError}. */
export type BotErrorCode = keyof typeof MISUSES

/** Wrong use of the bot, or a handler that ran out of time: see `code` and `advice`. */
export class BotError extends QqkitError {
  declare readonly code: BotErrorCode
  declare readonly advice: Advice

  /** @param detail appended to the message, e.g. the name of the event */
  constructor(code: BotErrorCode, detail?: string, cause?: unknown) {
    super(misuse(MISUSES, code, detail, cause))
  }
}
