import type { DeliveryOrder } from '@qqkit/core'
import { onAbort, sleep } from '@qqkit/core/internal'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import { isUnaddressed, markDeclined } from '../context/unaddressed.js'
import { PausableRun } from '../dispatch/pausable-run.js'
import type { Command } from '../events/command.js'
import { checkMiddlewareOptions, fn, texts as textsOf } from '../middleware/check.js'
import { type ControlTexts, messageFor } from '../reply/people-texts.js'
import type { Claim, Intake, IntakeHost, Turn } from '../routing/intake.js'
import type { Middleware } from '../routing/layers.js'
import {
  type Feature,
  registerCommand,
  registerMiddleware,
  type Registration,
  type TakerInit,
} from '../routing/registration.js'
import { joinTakers } from '../routing/takers.js'
import { ControlError } from './errors.js'

/** The default texts. */
const controlTexts: ControlTexts = {
  stopped: ({ waiting }) => (waiting === 0 ? '已停止。' : `已停止，排队中的 ${waiting} 条消息也已取消。`),
  nothing: '当前没有正在进行的任务。',
  forgotten: ({ waiting }) =>
    waiting === 0 ? '已开始新的对话。' : `已开始新的对话，排队中的 ${waiting} 条消息也已取消。`,
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
  /**
   * What the person said or clicked before the control word, and no handler has begun: `'drop'` (default) leaves it out and says how
   * much, `'keep'` handles it after what was stopped.
   */
  readonly waiting?: 'drop' | 'keep'
  /** Replaces what the bot says. Default: `texts.control` of the bot. */
  readonly texts?: Partial<ControlTexts>
}

/** ms that a stopped handler may take to end before its conversation is forgotten. */
const PATIENCE = 5000

/** A word that waited in the queue of its conversation stops nothing. */
const LATE = {
  message: 'a control word came after what it should stop, since the publisher does not know it',
  advice: {
    en: 'Give it to the publisher, with its prefix: redis.publish(gateway, { controlWords: ["/stop", "/new"] }).',
    zh: '请把它连同前缀交给发布者：redis.publish(gateway, { controlWords: ["/stop", "/new"] })。',
  },
} as const

/** What a control word has begun. */
interface Order {
  readonly command: Command
  /** Handlers that were stopped in this process; each resolves at its end. */
  readonly stopped: readonly Promise<void>[]
  /** What a shared source stops, here and in other processes; `null` where this process is alone, or has heard it. */
  readonly passing: ReturnType<DeliveryOrder['stop']> | null
  /** How many that were. */
  readonly shared: number
  /** How many events will not be handled. */
  readonly waiting: number
}

interface Running {
  readonly run: PausableRun
  readonly over: Promise<void>
}

/** Whether an event was said after an order that the platform pushed again late. */
const isYounger = (event: Pick<Context, 'sentAt'>, order: Context): boolean =>
  event.sentAt !== null && order.sentAt !== null && event.sentAt > order.sentAt

/** What {@link Conversations} work with. */
interface ConversationsDeps {
  readonly host: IntakeHost
  readonly commands: readonly Command[]
  readonly dropsWaiting: boolean
  /** Told which conversations belong to the run of the bot that handles an event. */
  readonly runs: WeakMap<Context, Conversations>
}

/** The handlers that run and the events that wait, by conversation, and the control words on their way. In one run of a bot. */
class Conversations implements Intake {
  readonly host: IntakeHost
  readonly #deps: ConversationsDeps
  readonly #running = new Map<string, Set<Running>>()
  /** Events that wait for their turn, by their keys. */
  readonly #waiting = new Map<string, { readonly conversation: string; readonly sentAt: number | null }>()
  /** Keys of events that wait and will not be handled. */
  readonly #dropped = new Set<string>()
  readonly #turns = new WeakMap<Context, Turn>()
  readonly #orders = new WeakMap<Context, Order>()

  constructor(deps: ConversationsDeps) {
    this.#deps = deps
    this.host = deps.host
  }

  /**
   * Stops at once what runs in the conversation; the answer has a turn of its own. A word that is not known to be for the bot counts
   * where there is something to stop.
   */
  claim(ctx: Context): Claim | null {
    if (ctx.event !== 'message' && ctx.event !== 'interaction') return null
    const { commands, dropsWaiting } = this.#deps
    const command = this.host.commandOf(ctx)
    const conversation = this.host.keyOf(ctx)
    if (!command || !commands.includes(command)) {
      if (dropsWaiting) this.#waiting.set(ctx.key, { conversation, sentAt: ctx.sentAt })
      return null
    }
    const key = `control:${ctx.key}`
    // What runs here may have been said after it: a shared source stops what is older, in this process too.
    const { order } = BaseContext.deliveryOf(ctx)
    if (order) {
      const passing = (async () => order.stop({ waiting: dropsWaiting }))()
      // Its turn may never come, and it is awaited there.
      passing.catch(() => {})
      this.#orders.set(ctx, { command, stopped: [], passing, shared: 0, waiting: 0 })
      return { key }
    }
    const running = [...(this.#running.get(conversation) ?? [])].filter(({ run }) => !isYounger(run.ctx, ctx))
    const waits = this.#waitingFor(ctx, conversation)
    if (isUnaddressed(ctx) && running.length + waits.length === 0) return null
    const reason = new ControlError('stopped_by_person')
    for (const { run } of running) run.stop(reason)
    const stopped = running.map(({ over }) => over)
    for (const one of waits) {
      this.#waiting.delete(one)
      this.#dropped.add(one)
    }
    this.#orders.set(ctx, { command, stopped, passing: null, shared: 0, waiting: waits.length })
    return { key }
  }

  /** The ends of the handlers in the conversation of an event that were stopped. */
  stoppedBeside(ctx: Context): readonly Promise<void>[] {
    const running = [...(this.#running.get(this.host.keyOf(ctx)) ?? [])]
    return running.flatMap(({ run, over }) => (run.isStopped ? over : []))
  }

  /** The keys of events that wait in a conversation and are not younger than an order. */
  #waitingFor(order: Context, conversation: string): readonly string[] {
    return [...this.#waiting].flatMap(([key, one]) =>
      one.conversation === conversation && !isYounger(one, order) ? key : [],
    )
  }

  begin(ctx: Context, turn: Turn): boolean {
    this.#deps.runs.set(ctx, this)
    this.#turns.set(ctx, turn)
    this.#waiting.delete(ctx.key)
    return this.#orders.has(ctx) || this.#dropped.has(ctx.key)
  }

  release(ctx: Context): void {
    this.#waiting.delete(ctx.key)
    this.#dropped.delete(ctx.key)
  }

  /** Whether an event is not handled, since a control word came while it waited. */
  isDropped(ctx: Context): boolean {
    return this.#dropped.has(ctx.key) || BaseContext.deliveryOf(ctx).lease?.stop?.aborted === true
  }

  stop(): void {}

  orderOf(ctx: Context): Order | null {
    return this.#orders.get(ctx) ?? null
  }

  /** Waits for something outside of this process, or of this turn, while others have the place of the event. */
  async aside<T>(ctx: Context, what: Promise<T>): Promise<T> {
    const turn = this.#turns.get(ctx)
    if (!turn) return what
    const run = PausableRun.of(turn)
    // A run has its place once its handlers have waited for something.
    await Promise.resolve()
    run.pause()
    try {
      return await what
    } finally {
      run.continueAlone()
    }
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
    const { lease } = BaseContext.deliveryOf(ctx)
    const unlisten =
      lease?.stop && onAbort(lease.stop, () => running.run.stop(new ControlError('stopped_by_person')))
    try {
      await handle()
    } finally {
      unlisten?.()
      try {
        // It may have asked again meanwhile, and what comes next has its turn after this one.
        if (running.run.isStopped) await this.host.endWaits(ctx)
      } finally {
        known.delete(running)
        if (known.size === 0) this.#running.delete(key)
        end()
      }
    }
  }
}

/**
 * Words that people control a bot with: `/stop` aborts the handlers that run in their conversation, at once and past its queue, leaves out
 * what waits there, ends the person's open dialogue, and says so if there is nothing; `/new` forgets the conversation too. Register it before the handlers: `ctx.signal` of those after it aborts, with a
 * {@link ControlError} as the reason, which is no failure.
 *
 * @example
 * bot.use(control({ forget: [chat, recent] }))
 * bot.on('message', (ctx) => ctx.stream(model(recent.of(ctx), ctx.text, ctx.signal)))
 * @throws OptionsError
 */
export const control = (options: ControlOptions = {}): Feature => {
  const text = v.optional(
    v.nullable(v.union([v.string(), v.looseObject({}), fn('')], 'must be a message, a function, or null')),
  )
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
      waiting: v.optional(v.picklist(['drop', 'keep'], 'must be "drop" or "keep"')),
      texts: v.optional(
        v.strictObject(
          { stopped: text, nothing: text, forgotten: text },
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
  readonly #dropsWaiting: boolean
  readonly #runs = new WeakMap<Context, Conversations>()

  constructor(options: ControlOptions) {
    const {
      stop = ['stop', '停止'],
      renew = ['new', '新对话'],
      forget = [],
      waiting = 'drop',
      texts,
    } = options
    this.#dropsWaiting = waiting === 'drop'
    this.#forget = forget
    this.#texts = texts
    this.#stop = commandOf(stop, '停止正在进行的任务')
    this.#renew = forget.length > 0 ? commandOf(renew, '开始新的对话') : null
  }

  registrations(): readonly Registration[] {
    const commands = [this.#stop, this.#renew].filter((command) => command !== null)
    const deps = { commands, dropsWaiting: this.#dropsWaiting, runs: this.#runs }
    const taker: TakerInit = {
      attach: (host) => new Conversations({ host, ...deps }),
      check: (others) => {
        if (others.some((one) => one.taker && TAKERS.has(one.taker))) throw new ControlError('control_twice')
      },
      join: joinTakers,
    }
    TAKERS.add(taker)
    return [
      { ...registerMiddleware(this.#run), taker },
      // They are taken before the handlers, unless they are not for the bot: these registrations name them, for help and panels.
      ...commands.map((command) => registerCommand(command, this.#unclaimed)),
    ]
  }

  readonly #run: Middleware<Context> = async (ctx, next) => {
    const conversations = this.#runs.get(ctx)
    if (!conversations) return next()
    // A handler runs from its turn on: without a wait in between, in which /stop would find nothing.
    const own = conversations.orderOf(ctx)
    const order = own && (await this.#withShared(ctx, own, conversations))
    if (order === null) return conversations.isDropped(ctx) ? undefined : conversations.watch(ctx, next)
    return this.#obey(ctx, order, conversations, await conversations.host.endWaits(ctx))
  }

  /** A word that is not known to be for the bot, where no handler runs and no event waits: a dialogue may wait for the person. */
  readonly #unclaimed: Middleware<MessageContext> = async (ctx) => {
    const conversations = this.#runs.get(ctx)
    const command = conversations?.host.commandOf(ctx)
    if (!conversations || !command || !(await conversations.host.endWaits(ctx))) return markDeclined(ctx)
    const order = { command, stopped: [], passing: null, shared: 0, waiting: 0 }
    return this.#obey(ctx, order, conversations, true)
  }

  async #obey(ctx: Context, order: Order, conversations: Conversations, ended: boolean): Promise<void> {
    if (order.command === this.#renew) return this.#begin(ctx, order, conversations)
    const some = ended || order.shared + order.stopped.length + order.waiting > 0
    return this.#say(ctx, some ? 'stopped' : 'nothing', order)
  }

  /** With what a shared source stops; `null` also for a word that is not known to be for the bot and stops nothing. */
  async #withShared(ctx: Context, order: Order, conversations: Conversations): Promise<Order | null> {
    if (!order.passing) {
      const { log } = conversations.host
      if (BaseContext.deliveryOf(ctx).lease)
        log({ level: 'warn', event: 'bot.control_late', ...LATE, name: order.command.name })
      return order
    }
    const { stopped, waiting } = await conversations.aside(ctx, order.passing)
    if (isUnaddressed(ctx) && stopped + waiting === 0) return null
    return { ...order, stopped: conversations.stoppedBeside(ctx), passing: null, shared: stopped, waiting }
  }

  async #say(ctx: Context, what: keyof ControlTexts, { waiting }: Order): Promise<void> {
    const texts = { ...controlTexts, ...BaseContext.textsOf(ctx)?.control, ...this.#texts }
    const text = messageFor(texts[what], { waiting }, `texts.control.${what}`)
    if (text !== null) await ctx.reply(text)
  }

  /** A stopped handler may still remember something: it ends first. */
  async #begin(ctx: Context, order: Order, conversations: Conversations): Promise<void> {
    const { stopped } = order
    const ended = new AbortController()
    void Promise.all(stopped).then(() => ended.abort())
    const patience = async (): Promise<void> =>
      sleep(conversations.host.clock, PATIENCE, ended.signal).catch(() => {})
    if (stopped.length > 0) await conversations.aside(ctx, patience())
    for (const memory of this.#forget) await memory.clear(ctx)
    await this.#say(ctx, 'forgotten', order)
  }
}

/** How each `control()` takes events: two of them in one bot are a mistake. */
const TAKERS = new WeakSet<TakerInit>()

const commandOf = ([name, ...aliases]: readonly string[], description: string): Command | null =>
  name === undefined ? null : { name, aliases, description }
