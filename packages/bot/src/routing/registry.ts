import type { Context, ContextMap, EventName } from '../context/context.js'
import type { InteractionContext } from '../context/interaction-context.js'
import type { MessageContext } from '../context/message-context.js'
import type { CommandOptions } from '../events/command.js'
import type { Scene } from '../events/message.js'
import type { Filter, Matched, Middleware, Pattern } from './layers.js'
import {
  checkFilter,
  checkRest,
  commandOf,
  type Extension,
  type Feature,
  isFeature,
  registerButton,
  registerCommand,
  registerEvent,
  registerMiddleware,
  registerText,
  type Registration,
} from './registration.js'
import type { SceneFilter } from './scene.js'

/** What `use()` takes, where contexts have `X`. */
export type Usable<X> = Middleware<Context & X> | Feature<Context & X>

/**
 * Takes handlers, in the order in which they get events. `X` is what middleware has added to their contexts.
 */
export abstract class HandlerRegistry<X = unknown> {
  /** @internal */
  protected abstract register(registration: Registration): void

  /**
   * Handles events of one name: `'message'`, `'interaction'`, a name on the wire such as `'FRIEND_ADD'`, or `'raw'` for
   * all events. Handlers run in registration order. The first match handles the event, unless it calls `next()`; handlers of
   * `'raw'` always pass it on.
   *
   * @example
   * bot.on('message', (ctx) => ctx.reply(`You said: ${ctx.text}`))
   * bot.on('message', scene('group'), (ctx) => ctx.reply(ctx.message.groupId))
   * bot.on('FRIEND_ADD', (ctx) => ctx.reply('Welcome!'))
   * @throws BotError `registered_after_start`, `unknown_event`, `no_filter`, `no_handler`
   */
  on<E extends EventName>(event: E, handler: Middleware<ContextMap[E] & X>): this
  on<S extends Scene>(
    event: 'message',
    filter: SceneFilter<S>,
    handler: Middleware<MessageContext<S> & X>,
  ): this
  on<E extends EventName, C extends ContextMap[E] & X>(
    event: E,
    filter: (ctx: ContextMap[E] & X) => ctx is C,
    handler: Middleware<C>,
  ): this
  on<E extends EventName, C extends ContextMap[E]>(
    event: E,
    filter: (ctx: ContextMap[E]) => ctx is C,
    handler: Middleware<C & X>,
  ): this
  on<E extends EventName>(
    event: E,
    filter: Filter<ContextMap[E] & X>,
    handler: Middleware<ContextMap[E] & X>,
  ): this
  on<E extends EventName>(event: E, ...given: readonly unknown[]): this {
    // By the number of arguments: a handler that is undefined by mistake must not turn the filter into the handler.
    const [filter, handler] = given.length > 1 ? given : [null, given[0]]
    if (given.length > 1) checkFilter(filter)
    checkRest(given, 2)
    this.register(registerEvent(event, filter as Filter<ContextMap[E]> | null, handler as never))
    return this
  }

  /**
   * Handles a command such as `/ping`, `/天气 北京` or `/天气北京`; of several the longest name counts. Names are case-insensitive;
   * one with blanks is a sub-command: `'todo add'`.
   *
   * @example
   * bot.command('echo', { usage: '<text>', aliases: ['say'] }, (ctx) => ctx.reply(ctx.args.join(' ')))
   * @throws BotError `registered_after_start`, `bad_command_name`, `registered_twice`, `no_handler`; OptionsError
   */
  command(name: string, handler: Middleware<MessageContext & X>): this
  command<P = Readonly<Record<string, unknown>>>(
    name: string,
    options: CommandOptions<P>,
    handler: Middleware<MessageContext & X & { readonly params: P }>,
  ): this
  command(name: string, ...given: readonly unknown[]): this {
    const [options, handler] = given.length > 1 ? given : [{}, given[0]]
    checkRest(given, 2)
    this.register(registerCommand(commandOf(name, options as CommandOptions), handler as never))
    return this
  }

  /**
   * Handles messages that equal a text or match a pattern, or one of several; `ctx.match` is the match.
   *
   * @example
   * bot.hears(['hi', /^hello (?<name>.+)/i], (ctx) => ctx.reply(`Hi ${ctx.match.groups?.name ?? 'you'}`))
   * @throws BotError `registered_after_start`, `bad_pattern`, `registered_twice`, `no_handler`
   */
  hears(pattern: Pattern | readonly Pattern[], handler: Middleware<MessageContext & X & Matched>): this
  hears(pattern: unknown, ...given: readonly unknown[]): this {
    checkRest(given, 1)
    this.register(registerText(pattern, given[0] as never))
    return this
  }

  /**
   * Handles clicks on buttons whose data equals a text or matches a pattern, or one of several; `ctx.match` is the match. The
   * click is acknowledged by the bot (`interactionAck`).
   *
   * @example
   * bot.button('tea', (ctx) => ctx.reply('Here is your tea.'))
   * bot.button(/^page:(\d+)$/, (ctx) => ctx.reply(`Page ${ctx.match[1]}`))
   * @throws BotError `registered_after_start`, `bad_button`, `registered_twice`, `no_handler`
   */
  button(data: Pattern | readonly Pattern[], handler: Middleware<InteractionContext & X & Matched>): this
  button(data: unknown, ...given: readonly unknown[]): this {
    checkRest(given, 1)
    this.register(registerButton(data, given[0] as never))
    return this
  }

  /**
   * Registers middleware, which sees every event before the handlers that are registered later; or a feature, such as a
   * `Composer`, whose handlers are registered as if they stood here. Middleware that is `Disposable` is disposed of at every stop,
   * and may run again after it.
   *
   * @example
   * bot.use(async (ctx, next) => {
   *   const begun = performance.now()
   *   await next()
   *   console.log(ctx.name, performance.now() - begun)
   * })
   * @throws BotError `registered_after_start`, `no_handler`
   */
  use<Y>(extension: Extension<Y>): HandlerRegistry<X & Y> & this
  use(...given: readonly [Usable<X>, ...Usable<X>[]]): this
  use(...given: readonly [Usable<X>, ...Usable<X>[]]): this {
    // `use()` without arguments is reported like a missing handler.
    for (const one of given.length > 0 ? given : [undefined as never]) {
      if (!isFeature(one)) this.register(registerMiddleware(one))
      else
        for (const registration of one.registrations())
          this.register({ ...registration, handles: [...registration.handles, one] })
    }
    return this
  }
}
