import { systemClock, type LogSink } from '@qqkit/core'
import type { Api, Rest } from '@qqkit/rest'
import type { Webhook } from '@qqkit/webhook'

import type { Context, ContextMap, EventName } from './context/context.js'
import type { MessageContext } from './context/message-context.js'
import type { CommandOptions } from './events/command.js'
import type { Target } from './events/message.js'
import type { OutgoingMessage } from './reply/platform-client.js'
import type { ProactiveOptions } from './reply/reply-options.js'
import type { Sent } from './reply/sent.js'
import { Handlers, type ErrorHandler } from './routing/handlers.js'
import type { Filter, Middleware, Pattern } from './routing/layers.js'
import { BotRuntime } from './runtime/bot-runtime.js'
import { botLog, chooseSink, collapseRepeats } from './runtime/log.js'
import { resolveBotOptions, type BotOptions } from './runtime/options.js'
import type { BotStatus } from './runtime/status.js'

/**
 * A QQ bot.
 *
 * ```ts
 * const bot = new Bot({ appId, secret })
 * bot.command('ping', (ctx) => ctx.reply('pong'))
 * await bot.start()
 * ```
 */
export class Bot {
  readonly #handlers: Handlers
  readonly #lifecycle: BotRuntime

  /** @throws OptionsError */
  constructor(options: BotOptions) {
    const resolved = resolveBotOptions(options)
    const chosen = chooseSink(resolved.log)
    const counted = chosen && collapseRepeats(chosen, resolved.clock ?? systemClock)
    const sink: LogSink | undefined = counted?.sink
    const log = botLog(sink)
    this.#handlers = new Handlers({ prefixes: resolved.prefix, bare: resolved.bareCommands }, log)
    this.#lifecycle = new BotRuntime({
      options: resolved,
      handlers: this.#handlers,
      sink,
      log,
      flush: () => counted?.flush(),
    })
  }

  /**
   * Every call of the HTTP API, for what contexts do not offer: `bot.api.pins.add(channelId, messageId)`.
   *
   * @throws the errors of `rest.request`
   */
  get api(): Api {
    return this.rest.api
  }

  /** The HTTP client itself: uploads, streams, stages of your own. A bot that was stopped has a new one. */
  get rest(): Rest {
    return this.#lifecycle.rest
  }

  /**
   * Takes the callbacks of the platform, for a bot with `source: 'webhook'` or `['gateway', 'webhook']`. Give its `fetch`, or
   * `nodeHandler(bot.webhook)`, to your web server; until the bot is started it answers 503.
   *
   * @throws BotError `no_webhook`
   */
  get webhook(): Webhook {
    return this.#lifecycle.webhook
  }

  /**
   * Handles events of one name: `'message'`, `'interaction'`, a name on the wire such as `'FRIEND_ADD'`, or `'raw'` for
   * every event there is. Handlers are asked in the order of registration; the first that accepts an event has it,
   * unless it calls `next()`. Handlers of `'raw'` only watch.
   *
   * @throws BotError `registered_after_start`, `unknown_event`, `no_handler`
   */
  on<E extends EventName>(event: E, handler: Middleware<ContextMap[E]>): this
  on<E extends EventName, C extends ContextMap[E]>(
    event: E,
    filter: (ctx: ContextMap[E]) => ctx is C,
    handler: Middleware<C>,
  ): this
  on<E extends EventName>(event: E, filter: Filter<ContextMap[E]>, handler: Middleware<ContextMap[E]>): this
  on<E extends EventName>(
    event: E,
    filterOrHandler: Filter<ContextMap[E]> | Middleware<ContextMap[E]>,
    ...rest: readonly Middleware<ContextMap[E]>[]
  ): this {
    // Counted, not looked at: a handler that is undefined by mistake must not turn the filter into one.
    if (rest.length > 0) this.#handlers.on(event, filterOrHandler as Filter<ContextMap[E]>, rest[0] as never)
    else this.#handlers.on(event, null, filterOrHandler)
    return this
  }

  /**
   * Handles a command such as `/ping`. Names are compared without regard to case.
   *
   * @throws BotError `registered_after_start`, `bad_command_name`, `no_handler`; OptionsError
   */
  command(name: string, handler: Middleware<MessageContext>): this
  command(name: string, options: CommandOptions, handler: Middleware<MessageContext>): this
  command(
    name: string,
    optionsOrHandler: CommandOptions | Middleware<MessageContext>,
    handler?: Middleware<MessageContext>,
  ): this {
    if (typeof optionsOrHandler === 'function') this.#handlers.command({ name }, optionsOrHandler)
    else this.#handlers.command({ ...optionsOrHandler, name }, handler as Middleware<MessageContext>)
    return this
  }

  /**
   * Answers a command with the list of all commands that are not hidden.
   *
   * @param name default `'help'`
   * @throws BotError `registered_after_start`
   */
  help(name: string = 'help', options: CommandOptions = {}): this {
    return this.command(name, options, async (ctx) => ctx.reply(this.#handlers.helpText()))
  }

  /**
   * Handles messages that are exactly a text, or that match a pattern, or one of several; `ctx.match` has what was found.
   *
   * @throws BotError `registered_after_start`, `bad_pattern`, `no_handler`
   */
  hears(pattern: Pattern | readonly Pattern[], handler: Middleware<MessageContext>): this {
    this.#handlers.hears(pattern, handler)
    return this
  }

  /**
   * Puts middlewares before the handlers that are registered later; they see every event, in this order. One that is
   * `Disposable` is disposed of at every stop, and may run again after it.
   *
   * @throws BotError `registered_after_start`, `no_handler`
   */
  use(...middlewares: readonly [Middleware<Context>, ...Middleware<Context>[]]): this {
    // Not even one is a mistake like any other.
    for (const middleware of middlewares.length > 0 ? middlewares : [undefined])
      this.#handlers.use(middleware as Middleware<Context>)
    return this
  }

  /**
   * Takes what handlers throw, with the context it happened in. Without it errors are records. The last one given
   * counts.
   *
   * @throws BotError `registered_after_start`
   */
  catch(handler: ErrorHandler): this {
    this.#handlers.catch(handler)
    return this
  }

  /**
   * Sends a proactive message. It draws on a small quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}): where there is
   * an event to answer, prefer `ctx.reply`. Long text goes out in pieces.
   *
   * @returns what became of it, with all its pieces; `recall()` takes them back
   * @throws the errors of `rest.send`; IncompleteError where a piece after the first failed, with what is left
   */
  async send(target: Target, message: OutgoingMessage, options: ProactiveOptions = {}): Promise<Sent> {
    return this.#lifecycle.send(target, message, options)
  }

  /**
   * Connects, and settles when the bot has stopped: resolves after `stop()`, rejects with what made it stop for good.
   * It may be awaited or not; called again it is the same run; after `stop()` it starts anew.
   *
   * @throws BotError `no_handlers`; the errors of the source
   */
  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  /**
   * Takes no more events, lets handlers finish (up to `stopTimeout`) and their replies go out, closes. A handler that
   * stops its own bot must not wait for it: it would wait for itself.
   */
  async stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** A snapshot for a health endpoint. */
  status(): BotStatus {
    return this.#lifecycle.status()
  }
}
