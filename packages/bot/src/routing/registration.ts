import { describeValue, didYouMean, keyOfName } from '@qqkit/core/internal'

import { BotError, nameIn } from '../common/errors.js'
import type { Context, ContextMap, EventName } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import { checkCommandOptions, type Command, commandNames, type CommandOptions } from '../events/command.js'
import { canHandle, handledNames } from '../events/event-names.js'
import type { Scene } from '../events/message.js'
import type { EventTakers, Intake, IntakeHost, TakersDeps } from './intake.js'
import type { Interest } from './intents.js'
import {
  buttonData,
  commandLayer,
  type CommandTools,
  type Filter,
  guardedLayer,
  type Layer,
  matchLayer,
  messageText,
  type Middleware,
  namedEvent,
  observer,
  type Pattern,
} from './layers.js'
import { scenesOf } from './scene.js'

/** What layers are made with, once all handlers are known. */
export interface LayerTools extends CommandTools {
  /** Called with errors of watching handlers; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
}

/** One handler or middleware, as data: it can be registered with several bots. */
export interface Registration {
  /** The events that it needs; `null` for middleware. */
  readonly interest: Interest | null
  readonly command: Command | null
  /** What it alone can take, e.g. `'button tea'`: another handler of the same would never get it. */
  readonly takes?: readonly string[]
  /** The functions and features that it is removed by. */
  readonly handles: readonly unknown[]
  /** What it applies to, by the composers it is in. */
  readonly guard: Guard | null
  readonly makeLayer: (tools: LayerTools, guard: Filter<Context> | null) => Layer<Context>
  /** Takes events before all handlers. */
  readonly taker?: TakerInit
}

/** A registration with its layer. */
export interface MadeLayer {
  readonly registration: Registration
  readonly layer: Layer<Context>
}

/** Whether it watches events without taking any. */
export const isWatcher = ({ registration }: MadeLayer): boolean => registration.interest?.event === 'raw'

/** All handlers, in registration order: the same list until one is removed. */
export interface MadeHandlers {
  readonly made: readonly MadeLayer[]
}

/** How a feature takes events. */
export interface TakerInit {
  /** Makes it for one run of a bot. */
  readonly attach: (host: IntakeHost) => Intake
  /** Called at its registration, with all registrations before it: throws where it cannot be used with one of them. */
  readonly check?: (others: readonly Registration[]) => void
  /** Joins all features of a bot that take events. The same for each of them, so that bots without them do not contain it. */
  readonly join: (handlers: MadeHandlers, deps: TakersDeps) => EventTakers
}

/** A filter of a composer. */
export interface Guard {
  readonly accepts: Filter<Context>
  /** The only scenes whose messages it accepts; `null` for all. */
  readonly scenes: readonly Scene[] | null
}

/** The scenes that both lists allow; `null` for all. */
export const bothScenes = (
  one: readonly Scene[] | null,
  other: readonly Scene[] | null,
): readonly Scene[] | null => (one && other ? one.filter((scene) => other.includes(scene)) : (one ?? other))

/** Handlers as one value, for `bot.use()`. `N` is what they need earlier middleware to have added to contexts. */
export interface Feature<in N = unknown> {
  /** Only a type. */
  readonly needs?: (ctx: N) => void
  /** Its handlers, which bots register. */
  registrations(): readonly Registration[]
}

declare const ADDS: unique symbol

/** A {@link Feature} that adds properties to the contexts of later handlers. */
export interface Extension<Y> extends Feature {
  /** Only a type. */
  readonly [ADDS]: Y
}

/** Whether a value is a feature. */
export const isFeature = (value: unknown): value is Feature<never> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Feature>).registrations === 'function'

/** For users of JavaScript, who have no compiler to report it. */
const checkFunctions = (...handlers: readonly unknown[]): void => {
  if (!handlers.every((handler) => typeof handler === 'function')) throw new BotError('no_handler')
}

const checkName = (name: unknown): void => {
  // Words with one blank between them: a command and its sub-commands.
  if (typeof name !== 'string' || !/^\S+(?: \S+)*$/.test(name))
    throw new BotError('bad_command_name', describeValue(name))
}

/** A second handler would be left out silently. @throws BotError `one_handler` */
export const checkRest = (given: readonly unknown[], most: number): void => {
  if (given.length > most) throw new BotError('one_handler', String(given.length))
}

/** @throws BotError `no_filter` */
export const checkFilter = (filter: unknown): void => {
  if (typeof filter !== 'function') throw new BotError('no_filter')
}

const patternsOf = (given: unknown, code: 'bad_pattern' | 'bad_button'): readonly Pattern[] => {
  const patterns = [given].flat()
  const isRight = (one: unknown): one is Pattern =>
    (typeof one === 'string' && one !== '') || one instanceof RegExp
  const wrong = patterns.find((one) => !isRight(one))
  if (wrong !== undefined || patterns.length === 0 || patterns.includes(undefined))
    throw new BotError(code, describeValue(wrong))
  return patterns as readonly Pattern[]
}

const nameOf = (pattern: Pattern): string =>
  typeof pattern === 'string' ? JSON.stringify(pattern) : String(pattern)

/** @throws BotError `registered_twice` */
const takesOf = (kind: 'command' | 'text' | 'button', names: readonly string[]): readonly string[] => {
  const takes = names.map((name) => `${kind} ${name}`)
  const twice = takes.find((one, index) => takes.indexOf(one) < index)
  if (twice !== undefined) throw new BotError('registered_twice', twice)
  return takes
}

const guarded = (layer: Layer<Context>, guard: Filter<Context> | null): Layer<Context> =>
  guard ? guardedLayer(layer, guard) : layer

/** @throws BotError `no_handler` */
export const registerMiddleware = (run: Middleware<Context>): Registration => {
  checkFunctions(run)
  return {
    interest: null,
    command: null,
    handles: [run],
    guard: null,
    makeLayer: (_tools, guard) => guarded({ accepts: () => true, run }, guard),
  }
}

/**
 * Refuses a registration of which one before it takes every event. Others may go together: a filter of the first one lets events
 * through.
 *
 * @throws BotError `registered_twice`
 */
export const checkTaken = (before: readonly Registration[], { takes = [], guard }: Registration): void => {
  const hides = (one: Registration): boolean => one.guard === null || one.guard === guard
  const twice = takes.find((take) => before.some((one) => one.takes?.includes(take) === true && hides(one)))
  if (twice !== undefined) throw new BotError('registered_twice', twice)
}

/** @throws BotError `unknown_event`, `no_handler` */
export const registerEvent = <E extends EventName>(
  event: E,
  filter: Filter<ContextMap[E]> | null,
  run: Middleware<ContextMap[E]>,
): Registration => {
  const name: unknown = event
  if (!canHandle(event)) throw new BotError('unknown_event', nameIn(name) + didYouMean(name, handledNames()))
  checkFunctions(run)
  return {
    interest: { event, scenes: scenesOf(filter) },
    command: null,
    handles: [run],
    guard: null,
    makeLayer: ({ fail }, guard) => {
      if (event !== 'raw') return guarded(namedEvent(event, filter, run), guard)
      const asked = filter as Filter<Context> | null
      const both = guard && asked ? (ctx: Context) => guard(ctx) && asked(ctx) : (guard ?? asked)
      return observer(both, run as Middleware<Context>, fail)
    },
  }
}

/** A command with the options of a user. @throws BotError `bad_command_name`; OptionsError */
export const commandOf = (name: string, options: CommandOptions): Command => {
  checkName(name)
  checkCommandOptions(name, options)
  return { ...options, name }
}

/** @throws BotError `bad_command_name`, `registered_twice`, `no_handler` */
export const registerCommand = <C>(command: Command, run: Middleware<C>): Registration => {
  checkFunctions(run)
  const names = commandNames(command)
  for (const name of names) checkName(name)
  return {
    interest: { event: 'message', scenes: null },
    command,
    takes: takesOf('command', names.map(keyOfName)),
    handles: [run],
    guard: null,
    makeLayer: (tools, guard) =>
      guarded(commandLayer(command, run as Middleware<never> as Middleware<MessageContext>, tools), guard),
  }
}

/** @throws BotError `bad_pattern`, `registered_twice`, `no_handler` */
export const registerText = <C>(pattern: unknown, run: Middleware<C>): Registration => {
  checkFunctions(run)
  const patterns = patternsOf(pattern, 'bad_pattern')
  return {
    interest: { event: 'message', scenes: null },
    command: null,
    takes: takesOf('text', patterns.map(nameOf)),
    handles: [run],
    guard: null,
    makeLayer: (_tools, guard) =>
      guarded(matchLayer(messageText, patterns, run as Middleware<never> as Middleware<Context>), guard),
  }
}

/** @throws BotError `bad_button`, `registered_twice`, `no_handler` */
export const registerButton = <C>(data: unknown, run: Middleware<C>): Registration => {
  checkFunctions(run)
  const patterns = patternsOf(data, 'bad_button')
  return {
    interest: { event: 'interaction', scenes: null },
    command: null,
    takes: takesOf('button', patterns.map(nameOf)),
    handles: [run],
    guard: null,
    makeLayer: (_tools, guard) =>
      guarded(matchLayer(buttonData, patterns, run as Middleware<never> as Middleware<Context>), guard),
  }
}
