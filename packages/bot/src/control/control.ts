import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { PausableRun } from '../dispatch/pausable-run.js'
import type { Command } from '../events/command.js'
import { checkMiddlewareOptions, texts as textsOf } from '../middleware/check.js'
import type { ControlTexts } from '../reply/people-texts.js'
import type { Claim, Intake, IntakeHost, Turn } from '../routing/intake.js'
import type { Middleware } from '../routing/layers.js'
import {
  type Feature,
  registerCommand,
  registerMiddleware,
  type Registration,
} from '../routing/registration.js'
import { joinTakers } from '../routing/takers.js'
import { ControlError } from './errors.js'

/** The default texts. */
const controlTexts: ControlTexts = {
  stopped: '已停止。',
  nothing: '当前没有正在进行的任务。',
  forgotten: '已开始新的对话。',
}

/** What remembers a conversation: `session()`, `history()`, a dialogue, or your own. */
export interface Memory {
  /** Forgets the conversation of an event. */
  clear(ctx: Context): unknown
}

/** Options of {@link control}. */
export interface ControlOptions {
  /** Names of the command that stops; default `['stop', '停止']`. */
  readonly stop?: readonly string[]
  /** Names of the command that forgets; default `['new', '新对话']`. Only with `forget`. */
  readonly renew?: readonly string[]
  /** What `/new` clears. */
  readonly forget?: readonly Memory[]
  /** Replaces what the bot says. Default: `texts.control` of the bot. */
  readonly texts?: Partial<ControlTexts>
}

/** ms that a stopped handler may take to end before its conversation is forgotten. */
const PATIENCE = 5000

/** What a control word has begun. */
interface Order {
  readonly command: Command
  /** Handlers that were stopped. */
  readonly stopped: readonly Promise<void>[]
}

interface Running {
  readonly run: PausableRun
  readonly over: Promise<void>
}

/** The handlers that run, by conversation, and the control words on their way. In one run of a bot. */
class Conversations implements Intake {
  readonly host: IntakeHost
  readonly #commands: readonly Command[]
  readonly #of: WeakMap<Context, Conversations>
  readonly #running = new Map<string, Set<Running>>()
  readonly #turns = new WeakMap<Context, Turn>()
  readonly #orders = new WeakMap<Context, Order>()

  constructor(host: IntakeHost, commands: readonly Command[], of: WeakMap<Context, Conversations>) {
    this.host = host
    this.#commands = commands
    this.#of = of
  }

  /** Stops at once what runs in the conversation; the answer has a turn of its own. */
  claim(ctx: Context): Claim | null {
    const command = ctx.event === 'message' ? this.host.commandOf(ctx) : null
    if (!command || !this.#commands.includes(command)) return null
    const running = [...(this.#running.get(this.#keyOf(ctx)) ?? [])]
    const reason = new ControlError('stopped_by_person')
    for (const { run } of running) run.stop(reason)
    this.#orders.set(ctx, { command, stopped: running.map(({ over }) => over) })
    return { key: `control:${ctx.key}` }
  }

  begin(ctx: Context, turn: Turn): boolean {
    this.#of.set(ctx, this)
    this.#turns.set(ctx, turn)
    return this.#orders.has(ctx)
  }

  release(): void {}

  stop(): void {}

  orderOf(ctx: Context): Order | null {
    return this.#orders.get(ctx) ?? null
  }

  /** Remembers that the handlers of an event run. */
  async watch(ctx: Context, handle: () => Promise<void>): Promise<void> {
    const turn = this.#turns.get(ctx)
    if (!turn) return handle()
    const { key } = turn
    const known = this.#running.get(key) ?? new Set()
    this.#running.set(key, known)
    let end = (): void => {}
    const running = { run: PausableRun.of(turn), over: new Promise<void>((resolve) => (end = resolve)) }
    known.add(running)
    try {
      await handle()
    } finally {
      known.delete(running)
      if (known.size === 0) this.#running.delete(key)
      end()
    }
  }

  #keyOf(ctx: Context): string {
    return this.host.keyOf(ctx)
  }
}

/**
 * Words that people control a bot with: `/stop` aborts the handlers that run in their conversation, at once and past its queue, and says
 * so if none does; `/new` forgets the conversation too. Register it before the handlers: `ctx.signal` of those after it aborts, with a
 * {@link ControlError} as the reason, which is no failure.
 *
 * @example
 * bot.use(control({ forget: [chat, recent] }))
 * bot.on('message', (ctx) => ctx.stream(model(recent.of(ctx), ctx.text, ctx.signal)))
 * @throws OptionsError
 */
export const control = (options: ControlOptions = {}): Feature => {
  const message = v.union([v.string(), v.looseObject({})], 'must be a message')
  checkMiddlewareOptions(
    'control',
    {
      stop: v.optional(textsOf('must be a list of names, e.g. ["stop"]')),
      renew: v.optional(textsOf('must be a list of names, e.g. ["new"]')),
      forget: v.optional(
        v.array(
          v.custom<object>(
            (value) =>
              (typeof value === 'object' || typeof value === 'function') &&
              value !== null &&
              'clear' in value,
            'must be what has clear(ctx), e.g. session() or history()',
          ),
          'must be a list, e.g. [chat, recent]',
        ),
      ),
      texts: v.optional(
        v.strictObject(
          {
            stopped: v.optional(v.nullable(message)),
            nothing: v.optional(message),
            forgotten: v.optional(message),
          },
          'must be { stopped?, nothing?, forgotten? }',
        ),
      ),
    },
    options,
  )
  return new Control(options)
}

class Control implements Feature {
  readonly #forget: readonly Memory[]
  readonly #texts: Partial<ControlTexts> | undefined
  readonly #stop: Command | null
  readonly #renew: Command | null
  readonly #runs = new WeakMap<Context, Conversations>()

  constructor({ stop = ['stop', '停止'], renew = ['new', '新对话'], forget = [], texts }: ControlOptions) {
    this.#forget = forget
    this.#texts = texts
    this.#stop = commandOf(stop, '停止正在进行的任务')
    this.#renew = forget.length > 0 ? commandOf(renew, '开始新的对话') : null
  }

  registrations(): readonly Registration[] {
    const commands = [this.#stop, this.#renew].filter((command) => command !== null)
    return [
      {
        ...registerMiddleware(this.#run),
        taker: { attach: (host) => new Conversations(host, commands, this.#runs), join: joinTakers },
      },
      // They are taken before the handlers: these registrations name them, for help and panels.
      ...commands.map((command) => registerCommand(command, () => {})),
    ]
  }

  readonly #run: Middleware<Context> = async (ctx, next) => {
    const conversations = this.#runs.get(ctx)
    if (!conversations) return next()
    if (SEEN.has(ctx)) throw new ControlError('control_twice')
    SEEN.add(ctx)
    const order = conversations.orderOf(ctx)
    if (!order) return conversations.watch(ctx, next)
    if (order.command === this.#stop) return this.#say(ctx, order.stopped.length > 0)
    return this.#begin(ctx, order.stopped, conversations.host.clock)
  }

  async #say(ctx: Context, hasStopped: boolean): Promise<void> {
    const { stopped, nothing } = this.#textsOf(ctx)
    const text = hasStopped ? stopped : nothing
    if (text !== null) await ctx.reply(text)
  }

  /** A stopped handler may still remember something: it ends first. */
  async #begin(ctx: Context, stopped: readonly Promise<void>[], clock: Clock): Promise<void> {
    const ended = new AbortController()
    void Promise.all(stopped).then(() => ended.abort())
    if (stopped.length > 0) await sleep(clock, PATIENCE, ended.signal).catch(() => {})
    for (const memory of this.#forget) await memory.clear(ctx)
    await ctx.reply(this.#textsOf(ctx).forgotten)
  }

  #textsOf(ctx: Context): ControlTexts {
    return { ...controlTexts, ...BaseContext.textsOf(ctx)?.control, ...this.#texts }
  }
}

/** Contexts that a `control()` has seen. */
const SEEN = new WeakSet<Context>()

const commandOf = ([name, ...aliases]: readonly string[], description: string): Command | null =>
  name === undefined ? null : { name, aliases, description }
