import { type Clock, type LogSink, systemClock } from '@qqkit/core'
import { languageOf } from '@qqkit/core/internal'
import type { Api, Interceptor, Rest } from '@qqkit/rest'
import type { Webhook } from '@qqkit/webhook'

import type { CommandOptions } from './events/command.js'
import type { Target } from './events/message.js'
import type { OutgoingMessage } from './reply/platform-client.js'
import { NO_OPTIONS, type ProactiveOptions } from './reply/reply-options.js'
import type { Sent } from './reply/sent.js'
import { Handlers, type ErrorHandler } from './routing/handlers.js'
import type { Middleware } from './routing/layers.js'
import type { Feature, Registration } from './routing/registration.js'
import { HandlerRegistry } from './routing/registry.js'
import { BotRuntime, type ReadyOptions } from './runtime/bot-runtime.js'
import type { Language } from './language/translate.js'
import { botLog, chooseSink } from './runtime/log.js'
import { resolveBotOptions, type BotOptions } from './runtime/options.js'
import { type BotStatus, sayStatus } from './runtime/status.js'

/** What imports beside the bot, such as `@qqkit/bot/proactive`, need to know of it. */
export interface BotFacts {
  readonly appId: string
  readonly clock: Clock
  readonly handlers: Pick<Handlers, 'commands' | 'prefix'>
  /** Adds a stage to the HTTP client, and to those of later runs. */
  readonly intercept: (interceptor: Interceptor) => void
}

/**
 * A QQ bot: handlers, a connection for events, and a client for calls.
 *
 * Where an event goes:
 * 1. A source (`runtime/gateway-source.ts`, the webhook, or your own) delivers it to the run of the bot (`runtime/bot-run.ts`).
 * 2. The dispatcher (`dispatch/event-dispatcher.ts`) lets each event through once, makes its context, and queues it behind the
 *    others of its conversation.
 * 3. A handler run (`dispatch/handler-run.ts`) gives it to the middleware and handlers (`routing/layers.ts`) under a deadline.
 * 4. When they end, the delivery is settled, and its source moves the checkpoint.
 *
 * Where a reply goes:
 *
 * 5. `ctx.reply` (`context/base-context.ts`) asks the replier of the event (`reply/replier.ts`) for anchor and numbers.
 * 6. The message is cut into pieces (`reply/send-pieces.ts`), which the HTTP client sends one after the other.
 * 7. A reply that comes too late is sent as a proactive message. If that is refused too, it throws, or waits in the parking lot
 *    (`reply/parking-lot.ts`) for the next event of its place, which sends it before step 3.
 *
 * @example
 * ```ts
 * const bot = new Bot({ appId, secret })
 * bot.command('ping', (ctx) => ctx.reply('pong'))
 * await bot.start()
 * ```
 */
export class Bot extends HandlerRegistry {
  readonly #handlers: Handlers
  readonly #runtime: BotRuntime
  readonly #language: Language
  readonly #facts: BotFacts

  /**
   * The facts of a bot; `null` for anything else.
   *
   * @internal
   */
  static factsOf(bot: unknown): BotFacts | null {
    return typeof bot === 'object' && bot !== null && #facts in bot ? bot.#facts : null
  }

  /** @throws OptionsError */
  constructor(options: BotOptions) {
    super()
    const resolved = resolveBotOptions(options)
    this.#language = resolved.language ?? languageOf(process.env)
    const clock = resolved.clock ?? systemClock
    const chosen = chooseSink(resolved, clock)
    const sink: LogSink | undefined = chosen?.sink
    const log = botLog(sink)
    this.#handlers = new Handlers(
      { prefixes: resolved.prefix, bare: resolved.bareCommands },
      { log, logContents: resolved.logContents, texts: resolved.texts },
    )
    this.#runtime = new BotRuntime({
      options: resolved,
      handlers: this.#handlers,
      sink,
      log,
      flush: chosen?.flush ?? null,
    })
    const intercept = (interceptor: Interceptor): void => this.#runtime.intercept(interceptor)
    this.#facts = { appId: resolved.appId, clock, handlers: this.#handlers, intercept }
  }

  /**
   * Every call of the HTTP API, for calls that contexts do not have: `bot.api.pins.add(channelId, messageId)`.
   *
   * @throws the errors of `rest.request`
   */
  get api(): Api {
    return this.rest.api
  }

  /** The HTTP client: uploads, streams, interceptors of your own. A bot that was stopped has a new one. */
  get rest(): Rest {
    return this.#runtime.rest
  }

  /**
   * Receives the callbacks of the platform, for a bot with `source: 'webhook'` or `['gateway', 'webhook']`. Give its `fetch`, or
   * `nodeHandler(bot.webhook)`, to your web server; until the bot is started it answers 503.
   *
   * @example
   * createServer(nodeHandler(bot.webhook)).listen(8080)
   * @throws BotError `no_webhook`
   */
  get webhook(): Webhook {
    return this.#runtime.webhook
  }

  /** @internal */
  protected override register(registration: Registration): void {
    this.#handlers.add(registration)
  }

  /**
   * Registers a command that replies with the list of all commands that are not hidden.
   *
   * @param name default `'help'`
   * @throws BotError `registered_after_start`
   */
  help(name: string = 'help', options: CommandOptions = {}): this {
    return this.command(name, options, async (ctx) => {
      const list = this.#handlers.help()
      if (list !== null) await ctx.reply(list)
    })
  }

  /**
   * Removes a handler, a middleware or a feature, wherever it was registered; also while the bot runs, from the next event on.
   *
   * @example
   * const welcome = (ctx: MessageContext) => ctx.reply('Welcome!')
   * bot.on('message', welcome)
   * bot.off(welcome)
   * @throws BotError `not_registered`
   */
  off(handler: Middleware<never> | Feature): this {
    this.#handlers.remove(handler)
    return this
  }

  /**
   * Handles the errors of handlers, with the context of the event. Without it errors go to the log. Only the last function
   * counts.
   *
   * @example
   * bot.catch((error, ctx) => console.error(ctx.name, error))
   * @throws BotError `registered_after_start`
   */
  catch(handler: ErrorHandler): this {
    this.#handlers.catch(handler)
    return this
  }

  /**
   * Sends a proactive message. It draws on a small quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}): if there is
   * an event to reply to, prefer `ctx.reply`. Long text is sent in pieces.
   *
   * @example
   * await bot.send({ scene: 'group', id: groupOpenid }, 'Good morning!')
   * @returns the result of the message, with all its pieces; `recall()` recalls them
   * @throws the errors of `rest.send`; IncompleteError where a piece after the first failed, with the pieces left
   */
  async send(
    target: Target,
    message: OutgoingMessage,
    options: ProactiveOptions = NO_OPTIONS,
  ): Promise<Sent> {
    return this.#runtime.send(target, message, options)
  }

  /**
   * Connects, and settles when the bot has stopped: resolves after `stop()`, rejects with the error that stopped the bot for
   * good. Awaiting it is optional. A second call returns the same run; after `stop()` it begins a new one.
   *
   * @throws BotError `no_handlers`; the errors of the source
   */
  start(): Promise<void> {
    return this.#runtime.start()
  }

  /**
   * Resolves when the bot receives events on every source, at once if it does. Needed where code depends on it, as in
   * tests; handlers need no such wait.
   *
   * @example
   * void bot.start()
   * await bot.ready()
   * @throws BotError `not_started`; `not_ready` after the timeout, with the reason; `signal.reason`; the error that stopped the
   * bot for good
   */
  async ready(options: ReadyOptions = NO_OPTIONS): Promise<void> {
    return this.#runtime.ready(options)
  }

  /**
   * Stops receiving events, waits for handlers and their replies (up to `stopTimeout`), and closes. A handler must not await the
   * stop of its own bot: it would wait for itself.
   */
  async stop(): Promise<void> {
    return this.#runtime.stop()
  }

  /** A snapshot for a health endpoint, in the language of the option `language`. */
  status(): BotStatus {
    return sayStatus(this.#runtime.status(), this.#language)
  }
}
