import { type LogSink, QqkitError } from '@qqkit/core'
import { didYouMean } from '@qqkit/core/internal'

import { BotError } from '../common/errors.js'
import type { Context, ContextMap, EventName } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import { checkCommand, type Command, type CommandStyle, helpText } from '../events/command.js'
import { canHandle, handledNames } from '../events/event-names.js'
import type { Interest } from './intents.js'
import {
  commandLayer,
  commandReader,
  compose,
  type Filter,
  hearsLayer,
  lastOfAll,
  type Layer,
  type Middleware,
  namedEvent,
  observer,
  type Pattern,
} from './layers.js'
import { scenesOf } from './scene.js'

/** Called with the error of a handler. */
export type ErrorHandler = (error: unknown, ctx: Context) => unknown

type MessageMiddleware = Middleware<MessageContext>

/** For users of JavaScript, who have no compiler to report it. */
const checkFunctions = (...handlers: readonly unknown[]): void => {
  if (!handlers.every((handler) => typeof handler === 'function')) throw new BotError('no_handler')
}

const checkPattern = (pattern: unknown): void => {
  if (typeof pattern !== 'string' && !(pattern instanceof RegExp))
    throw new BotError('bad_pattern', String(pattern))
}

/** Where {@link Handlers} report. */
export interface HandlersDeps {
  readonly log: LogSink
  /** Whether records may contain the text of messages. */
  readonly logContents?: boolean
}

/** All handlers and middleware of a bot, in registration order. */
export class Handlers {
  readonly #style: CommandStyle
  readonly #read: ReturnType<typeof commandReader>
  readonly #log: LogSink
  readonly #logContents: boolean
  readonly #layers: Layer<Context>[] = []
  /** The handlers of `'raw'` alone. */
  readonly #watchers: Layer<Context>[] = []
  readonly #interests: Interest[] = []
  readonly #commands: Command[] = []
  readonly #disposables: Disposable[] = []
  #onError: ErrorHandler | null = null
  #frozen = false

  constructor(style: CommandStyle, { log, logContents = false }: HandlersDeps) {
    this.#style = style
    this.#read = commandReader(style)
    this.#log = log
    this.#logContents = logContents
  }

  /** The events that the handlers need. */
  get interests(): readonly Interest[] {
    return this.#interests
  }

  /** Whether no handler and no middleware is registered. */
  get empty(): boolean {
    return this.#layers.length === 0
  }

  /** Whether registering is an error now. */
  set frozen(frozen: boolean) {
    this.#frozen = frozen
  }

  use(middleware: Middleware<Context> | (Middleware<Context> & Disposable)): void {
    checkFunctions(middleware)
    this.#add({ accepts: () => true, run: middleware }, null)
    if (Symbol.dispose in middleware) this.#disposables.push(middleware)
  }

  /** Disposes of middleware, which may run again after it. */
  dispose(): void {
    for (const disposable of this.#disposables) {
      try {
        disposable[Symbol.dispose]()
      } catch (error) {
        this.#record('bot.dispose_failed', 'a middleware failed to dispose of its resources', error)
      }
    }
  }

  on<E extends EventName>(
    event: E,
    filter: Filter<ContextMap[E]> | null,
    run: Middleware<ContextMap[E]>,
  ): void {
    if (!canHandle(event)) throw new BotError('unknown_event', event + didYouMean(event, handledNames()))
    checkFunctions(run, filter ?? run)
    const layer =
      event === 'raw'
        ? observer(filter as Filter<Context> | null, run as Middleware<Context>, async (error, ctx) =>
            this.fail(error, ctx),
          )
        : namedEvent(event, filter, run)
    this.#add(layer, { event, scenes: scenesOf(filter) })
    if (event === 'raw') this.#watchers.push(layer)
  }

  command(command: Command, run: MessageMiddleware): void {
    checkFunctions(run)
    this.#checkName(command.name)
    checkCommand(command)
    for (const alias of command.aliases ?? []) this.#checkName(alias)
    this.#add(commandLayer(command, this.#read, run), { event: 'message', scenes: null })
    this.#commands.push(command)
  }

  hears(pattern: Pattern | readonly Pattern[], run: MessageMiddleware): void {
    checkFunctions(run)
    const patterns = [pattern].flat() as readonly Pattern[]
    for (const one of patterns) checkPattern(one)
    this.#add(hearsLayer(patterns, run), { event: 'message', scenes: null })
  }

  catch(onError: ErrorHandler): void {
    this.#check()
    checkFunctions(onError)
    this.#onError = onError
  }

  /** The registered commands, in registration order. */
  get commands(): readonly Command[] {
    return this.#commands
  }

  /** The prefix that texts for people show. */
  get prefix(): string {
    return this.#style.prefixes[0] ?? ''
  }

  helpText(): string {
    return helpText(this.#commands, this.prefix)
  }

  /** Everything as one function of an event. */
  compose(): (ctx: Context) => unknown {
    return compose([...this.#layers, lastOfAll((ctx) => this.#onUntaken(ctx))])
  }

  /** The handlers of `'raw'` alone, for events that must not be replied to. */
  composeWatchers(): (ctx: Context) => unknown {
    return compose(this.#watchers)
  }

  /** Passes an error on to the user's handler, or records it. Never rejects. */
  async fail(error: unknown, ctx: Context): Promise<void> {
    if (!this.#onError) return this.#record('bot.handler_failed', `a handler of ${ctx.name} failed`, error)
    try {
      await this.#onError(error, ctx)
    } catch (failure) {
      this.#record('bot.catch_failed', 'the handler of bot.catch() failed', failure)
    }
  }

  /** READY and RESUMED are no news for most bots. */
  #onUntaken(ctx: Context): void {
    if (ctx.event === 'READY' || ctx.event === 'RESUMED') return
    const { name, id } = ctx
    const message = `no handler took ${name}`
    const text = this.#logContents && ctx.event === 'message' && { text: ctx.text }
    this.#log({ level: 'debug', event: 'bot.untaken', message, name, id, ...text })
  }

  #record(event: string, message: string, error: unknown): void {
    const code = QqkitError.is(error) ? { code: error.code } : {}
    this.#log({ level: 'error', event, message, error, ...code })
  }

  #add(layer: Layer<Context>, interest: Interest | null): void {
    this.#check()
    this.#layers.push(layer)
    if (interest) this.#interests.push(interest)
  }

  #checkName(name: unknown): void {
    const prefixed = this.#style.prefixes.some((prefix) => String(name).startsWith(prefix))
    if (typeof name !== 'string' || name === '' || prefixed || /\s/.test(name))
      throw new BotError('bad_command_name', JSON.stringify(name))
  }

  #check(): void {
    if (this.#frozen) throw new BotError('registered_after_start')
  }
}
