import { BotError } from '../common/errors.js'
import { requireSync } from '../common/require-sync.js'
import type { Context, ContextMap, EventName } from '../context/context.js'
import { type Failure, WatchedPromise } from '../context/handler-scope.js'
import type { InteractionContext } from '../context/interaction-context.js'
import type { MessageContext } from '../context/message-context.js'
import { markFiltered, markUnhandled } from '../context/unaddressed.js'
import { readArguments, type UsageProblem } from '../events/arguments.js'
import {
  type Command,
  commandKeys,
  type CommandLine,
  type CommandStyle,
  CommandTable,
} from '../events/command.js'
import type { OutgoingMessage } from '../reply/platform-client.js'

/** Passes the event on to the handlers registered later; resolves when they are done. */
export type Next = () => Promise<void>

/** Handles an event, or passes it on with `next`. An event that is not passed on reaches no later handler. */
export type Middleware<C> = (ctx: C, next: Next) => unknown

/** A middleware with the events it is for. */
export interface Layer<C> {
  /** Synchronous and cheap: it runs for every event. */
  readonly accepts: (ctx: C) => boolean
  readonly run: Middleware<C>
}

/** A layer ends when the layers that it passed the event to have ended. Their unhandled failure becomes its own. */
const settleLayer = async (result: unknown, passed: WatchedPromise<void>): Promise<void> => {
  let failure: Failure | null = null
  try {
    await result
  } catch (error) {
    failure = { error }
  }
  const forgotten = passed.isHandled ? null : await passed.unhandled()
  failure ??= forgotten
  if (failure) throw failure.error
}

/**
 * Runs an event through the layers that accept it, in order; each one decides with `next` whether later ones get it. A layer
 * that does not accept the event costs one call. The result is a promise only if a layer returned one, or passed the event on.
 *
 * @throws BotError `next_called_twice`, or what a layer throws
 */
export const compose = <C>(layers: readonly Layer<C>[]): ((ctx: C) => unknown) => {
  const enter = (ctx: C, from: number): unknown => {
    let index = from
    while (index < layers.length && !layers[index]!.accepts(ctx)) index += 1
    const layer = layers[index]
    if (!layer) return undefined
    let passed: WatchedPromise<void> | null = null
    const next = (): Promise<void> => {
      // Thrown synchronously, so that it is noticed even where `next()` is not awaited.
      if (passed) throw new BotError('next_called_twice')
      passed = WatchedPromise.of(enterWhole(ctx, index + 1))
      return passed
    }
    let result: unknown
    try {
      result = layer.run(ctx, next)
    } catch (error) {
      if (!passed) throw error
      result = Promise.reject(error)
    }
    return passed === null || passed === result ? result : settleLayer(result, passed)
  }
  const enterWhole = async (ctx: C, from: number): Promise<void> => {
    await enter(ctx, from)
  }
  return (ctx) => enter(ctx, 0)
}

/** Decides whether a handler is for an event. */
export type Filter<C> = (ctx: C) => boolean

const A_FILTER = 'a filter'

const isMessage = (ctx: Context): ctx is Extract<Context, { readonly event: 'message' }> =>
  ctx.event === 'message'

/**
 * A layer for every event that a filter accepts, which always passes the event on: directly, or when the handler has ended or failed.
 *
 * @param fail called with its own errors; never rejects
 */
export const observer = (
  filter: Filter<Context> | null,
  watch: Middleware<Context>,
  fail: (error: unknown, ctx: Context) => Promise<void>,
): Layer<Context> => ({
  accepts: (ctx) => {
    try {
      return filter === null || requireSync(filter(ctx), A_FILTER)
    } catch (error) {
      void fail(error, ctx)
      return false
    }
  },
  run: async (ctx, next) => {
    let passed: Promise<void> | undefined
    const pass: Next = async () => (passed ??= next())
    let failure: { readonly error: unknown } | null = null
    try {
      await watch(ctx, pass)
    } catch (error) {
      failure = { error }
    }
    // An error of a later layer is thrown here, once.
    await pass()
    // After an abort, the error was already reported.
    if (failure && !ctx.signal.aborted) await fail(failure.error, ctx)
  },
})

/** A layer for the events of one name that a filter accepts. */
export const namedEvent = <E extends EventName>(
  event: E,
  filter: Filter<ContextMap[E]> | null,
  run: Middleware<ContextMap[E]>,
): Layer<Context> => ({
  // The compiler cannot derive the type of the context from its name here.
  accepts: (ctx) => {
    if (ctx.event !== event) return false
    if (filter === null || requireSync(filter(ctx as unknown as ContextMap[E]), A_FILTER)) return true
    markFiltered(ctx)
    return false
  },
  run: run as unknown as Middleware<Context>,
})

/** The last layer: it notes events that no handler took. */
export const lastOfAll = (onUntaken: (ctx: Context) => void): Layer<Context> => ({
  accepts: (ctx) => {
    markUnhandled(ctx)
    onUntaken(ctx)
    return false
  },
  run: () => {},
})

/** What layers of commands work with. */
export interface CommandTools {
  /** Reads a message as a command. */
  readonly read: (ctx: MessageContext) => CommandLine | null
  /** What to say about wrong arguments; `group`: the beginning of the commands to show. */
  readonly usage: (
    about: Command | { readonly group: string },
    problems: readonly UsageProblem[],
  ) => OutgoingMessage | null
}

const tell = async (ctx: MessageContext, text: OutgoingMessage | null): Promise<void> => {
  if (text !== null) await ctx.reply(text)
}

/** Reads messages as commands, and remembers the last one, since every command layer asks about the same message. */
export const commandReader = (
  commands: readonly Command[],
  style: CommandStyle,
): ((ctx: MessageContext) => CommandLine | null) => {
  let table: CommandTable | null = null
  let last: MessageContext | null = null
  let line: CommandLine | null = null
  return (ctx) => {
    if (ctx !== last) line = (table ??= new CommandTable(commands, style)).read(ctx.text)
    last = ctx
    return line
  }
}

/**
 * A layer for the messages that call a command. The first command of a group also answers messages that name the group alone, with
 * the usage of all of them.
 */
export const commandLayer = (
  command: Command,
  run: Middleware<MessageContext>,
  { read, usage }: CommandTools,
): Layer<Context> => {
  const keys = commandKeys(command)
  const lineFor = (ctx: Context): CommandLine | null => {
    const line = isMessage(ctx) ? read(ctx) : null
    if (line === null || keys.has(line.key)) return line
    return line.isGroup && [...keys].some((key) => key.startsWith(`${line.key} `)) ? line : null
  }
  return {
    accepts: (ctx) => lineFor(ctx) !== null,
    run: async (ctx, next) => {
      const message = ctx as MessageContext
      const line = lineFor(ctx)
      message.command = line
      if (line?.isGroup === true) return tell(message, usage({ group: line.key }, []))
      if (line && command.args) {
        const { params, problems } = await readArguments(line.rest, command)
        if (problems) return tell(message, usage(command, problems))
        message.command = { ...line, params }
      }
      await run(message, next)
      return undefined
    },
  }
}

/** A whole text, or a regular expression, to compare texts with. */
export type Pattern = string | RegExp

/** A context whose text matched a pattern. */
export interface Matched {
  readonly match: RegExpExecArray
}

const findOne = (pattern: Pattern, text: string): RegExpExecArray | null => {
  if (typeof pattern === 'string') return text === pattern ? ([text] as unknown as RegExpExecArray) : null
  // A global or sticky pattern remembers where it stopped.
  pattern.lastIndex = 0
  return pattern.exec(text)
}

/** A layer for events whose text equals one of several texts, or matches a pattern. */
export const matchLayer = (
  textOf: (ctx: Context) => string | null,
  patterns: readonly Pattern[],
  run: Middleware<Context>,
): Layer<Context> => {
  const find = (ctx: Context): RegExpExecArray | null => {
    const text = textOf(ctx)
    if (text === null) return null
    for (const pattern of patterns) {
      const match = findOne(pattern, text)
      if (match) return match
    }
    return null
  }
  return {
    accepts: (ctx) => find(ctx) !== null,
    run: async (ctx, next) => {
      ;(ctx as MessageContext | InteractionContext).match = find(ctx)
      await run(ctx, next)
    },
  }
}

/** The text that `hears` compares. */
export const messageText = (ctx: Context): string | null => (isMessage(ctx) ? ctx.text : null)

/** The data that `button` compares. */
export const buttonData = (ctx: Context): string | null =>
  ctx.event === 'interaction' && ctx.interaction.kind === 'button' ? ctx.data : null

/** Restricts a layer: the guard is asked last, about events that the layer accepts. */
export const guardedLayer = ({ accepts, run }: Layer<Context>, guard: Filter<Context>): Layer<Context> => ({
  accepts: (ctx) => {
    if (!accepts(ctx)) return false
    if (requireSync(guard(ctx), A_FILTER)) return true
    markFiltered(ctx)
    return false
  },
  run,
})
