import { type LogSink, QqkitError } from '@qqkit/core'

import { BotError } from '../common/errors.js'
import { nameOfKeeper } from '../common/in-process.js'
import type { Context } from '../context/context.js'
import { type Command, commandNames, type CommandStyle, helpOf, usageOf } from '../events/command.js'
import { type PeopleTexts, peopleTexts, textFor } from '../reply/people-texts.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { EventTakers, TakersDeps } from './intake.js'
import type { Interest } from './intents.js'
import { commandReader, compose, lastOfAll } from './layers.js'
import {
  bothScenes,
  checkTaken,
  isWatcher,
  type LayerTools,
  type MadeHandlers,
  type MadeLayer,
  type Registration,
} from './registration.js'

/** Called with the error of a handler. */
export type ErrorHandler = (error: unknown, ctx: Context) => unknown

/** Where {@link Handlers} report. */
export interface HandlersDeps {
  readonly log: LogSink
  /** Whether records may contain the text of messages. */
  readonly logContents?: boolean
  /** Default Chinese. */
  readonly texts?: Partial<PeopleTexts> | undefined
}

/** All handlers and middleware of a bot, in registration order. */
export class Handlers implements MadeHandlers {
  readonly #style: CommandStyle
  readonly #texts: Partial<PeopleTexts> | undefined
  readonly #log: LogSink
  readonly #logContents: boolean
  #registrations: readonly Registration[] = []
  /** Made for the first event after a change, as the two functions of them are. */
  #layers: readonly MadeLayer[] | null = null
  #all: ((ctx: Context) => unknown) | null = null
  #watchers: ((ctx: Context) => unknown) | null = null
  #onError: ErrorHandler | null = null
  #frozen = false

  constructor(style: CommandStyle, { log, logContents = false, texts }: HandlersDeps) {
    this.#style = style
    this.#texts = texts
    this.#log = log
    this.#logContents = logContents
  }

  /** The events that the handlers need. */
  get interests(): readonly Interest[] {
    return this.#registrations.flatMap(({ interest, guard }) =>
      interest === null
        ? []
        : { event: interest.event, scenes: bothScenes(interest.scenes, guard?.scenes ?? null) },
    )
  }

  /** The middleware that remembers in this process alone. */
  get keepers(): readonly string[] {
    return this.#registrations.flatMap(({ handles }) => handles.flatMap((one) => nameOfKeeper(one) ?? []))
  }

  /** Whether no handler and no middleware is registered. */
  get empty(): boolean {
    return this.#registrations.length === 0
  }

  /** Whether registering is an error now. */
  set frozen(frozen: boolean) {
    this.#frozen = frozen
  }

  /** @throws BotError `registered_after_start`, `bad_command_name`, `registered_twice` */
  add(registration: Registration): void {
    if (this.#frozen) throw new BotError('registered_after_start')
    for (const name of registration.command ? commandNames(registration.command) : []) this.#checkPrefix(name)
    checkTaken(this.#registrations, registration)
    registration.taker?.check?.(this.#registrations)
    // `concat` makes no room for more: a bot of many in a process has few handlers.
    this.#setRegistrations(this.#registrations.concat(registration))
  }

  /**
   * Removes handlers by a function or feature, also while the bot runs: events that are being handled still reach them.
   *
   * @throws BotError `not_registered`
   */
  remove(handle: unknown): void {
    const isMeant = ({ handles }: Registration): boolean => handles.includes(handle)
    const removed = this.#registrations.filter(isMeant)
    if (removed.length === 0) throw new BotError('not_registered', typeof handle)
    this.#setRegistrations(this.#registrations.filter((one) => !isMeant(one)))
    this.#dispose(removed)
  }

  /** Disposes of middleware, which may run again after it. */
  dispose(): void {
    this.#dispose(this.#registrations)
  }

  #dispose(registrations: readonly Registration[]): void {
    for (const { interest, handles } of registrations) {
      const [run] = handles
      if (interest || typeof run !== 'function' || !(Symbol.dispose in run)) continue
      try {
        ;(run as unknown as Disposable)[Symbol.dispose]()
      } catch (error) {
        this.#record('bot.dispose_failed', 'a middleware failed to dispose of its resources', error)
      }
    }
  }

  catch(onError: ErrorHandler): void {
    if (this.#frozen) throw new BotError('registered_after_start')
    if (typeof onError !== 'function') throw new BotError('no_handler')
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

  /** What to say about all commands. */
  help(): OutgoingMessage | null {
    const commands = helpOf(this.#commands, this.prefix)
    return textFor(this.#texts, 'help', peopleTexts.help, { commands })
  }

  /** Gives an event to everything; may return a promise. */
  run(ctx: Context): unknown {
    this.#all ??= compose(
      this.made.map(({ layer }) => layer).concat(lastOfAll((one) => this.#onUntaken(one))),
    )
    return this.#all(ctx)
  }

  /** Gives an event that must not be replied to to the handlers of `'raw'` alone. */
  runWatchers(ctx: Context): unknown {
    this.#watchers ??= compose(this.made.filter(isWatcher).map(({ layer }) => layer))
    return this.#watchers(ctx)
  }

  /** What takes events before all handlers, made for one run of the bot; `null` for nearly every bot. */
  attachTakers(deps: TakersDeps): EventTakers | null {
    const first = this.#registrations.find(({ taker }) => taker)
    return first?.taker?.join(this, deps) ?? null
  }

  /** All registrations with their layers: the same list until a handler is removed. */
  get made(): readonly MadeLayer[] {
    return (this.#layers ??= this.#makeLayers())
  }

  #setRegistrations(registrations: readonly Registration[]): void {
    this.#registrations = registrations
    this.#layers = null
    this.#all = null
    this.#watchers = null
  }

  #makeLayers(): readonly MadeLayer[] {
    const tools: LayerTools = {
      read: commandReader(this.#commands, this.#style),
      usage: (about, problems) =>
        textFor(this.#texts, 'usage', peopleTexts.usage, { usages: this.#usagesOf(about), problems }),
      fail: async (error, ctx) => this.fail(error, ctx),
    }
    return this.#registrations.map((registration) => ({
      registration,
      layer: registration.makeLayer(tools, registration.guard?.accepts ?? null),
    }))
  }

  get #commands(): readonly Command[] {
    return this.#registrations.flatMap(({ command }) => command ?? [])
  }

  #usagesOf(about: Command | { readonly group: string }): readonly string[] {
    const prefix = this.#style.prefixes[0] ?? ''
    if ('name' in about) return [usageOf(about, prefix)]
    const isBelow = (command: Command): boolean =>
      command.hidden !== true &&
      commandNames(command).some((name) => name.toLowerCase().startsWith(`${about.group} `))
    return this.#commands.filter(isBelow).map((command) => usageOf(command, prefix))
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

  #checkPrefix(name: string): void {
    if (this.#style.prefixes.some((prefix) => name.startsWith(prefix)))
      throw new BotError('bad_command_name', JSON.stringify(name))
  }
}
