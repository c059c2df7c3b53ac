import { createHash } from 'node:crypto'

import { type Clock, QqkitError, systemClock } from '@qqkit/core'
import { addTexts, type Texts } from '@qqkit/core/internal'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { conversationKey, keyOfBot, placeOf, senderOf } from '../context/conversation.js'
import type { InteractionContext } from '../context/interaction-context.js'
import type { MessageContext } from '../context/message-context.js'
import { type ArgumentsSchema, isSchema } from '../events/arguments.js'
import {
  checkMiddlewareOptions,
  clock as clockSchema,
  duration,
  fn,
  texts as textsOf,
} from '../middleware/check.js'
import type { StateStore } from '../middleware/state-store.js'
import { timedStore } from '../middleware/timed-store.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { IntakeHost } from '../routing/intake.js'
import type { Middleware, Next } from '../routing/layers.js'
import {
  type Feature,
  registerMiddleware,
  type Registration,
  type TakerInit,
} from '../routing/registration.js'
import { joinTakers } from '../routing/takers.js'
import {
  acknowledge,
  checkQuestion,
  ChoiceList,
  type Choices,
  isWordOf,
  lostButtons,
  NO_PERMISSION,
  OK,
  readChoiceData,
  withText,
} from './choices.js'
import { DialogueOrder, type Fellow } from './dialogue-order.js'
import {
  type Answers,
  type AskedAfter,
  type DialogueState,
  lifeOf,
  removeState,
  type StatePlace,
  StoredState,
  unlessOvertaken,
  untilSaved,
} from './dialogue-state.js'
import { AskError } from './errors.js'
import { type AskingTexts, askingTexts } from './texts.js'

/** Options of {@link dialogue}. */
export interface DialogueOptions {
  /** Where it is kept: a store of yours outlives the process. Several bots and dialogues can share one. */
  readonly store: StateStore<DialogueState>
  /** ms that an answer may take; then the message is an ordinary one. Default one day. */
  readonly timeout?: number
  /** Words that end the dialogue, e.g. `['取消']`. Default none. */
  readonly cancel?: readonly string[]
  readonly texts?: Partial<Pick<AskingTexts, 'cancelled' | 'over' | 'choices'>>
  readonly clock?: Clock
}

type Talk = MessageContext | InteractionContext

/** A question, or a function that makes it from the answers so far. */
export type DialogueQuestion<A> = OutgoingMessage | ((answers: A) => OutgoingMessage)

interface Step {
  readonly name: string
  readonly question: DialogueQuestion<never>
  readonly choices: ChoiceList | null
  readonly check: ArgumentsSchema | null
}

/** What an event says to a question. */
type Said = { readonly is: 'answer'; readonly value: unknown } | { readonly is: 'words' | 'cancel' }

type Read =
  | { readonly is: 'answer'; readonly value: unknown }
  | { readonly is: 'problem'; readonly text: string }
  | { readonly is: 'cancel' }
  | null

type Asking = DialogueState & { readonly is: 'asking' }

/** Whether a message may have arrived, although its send failed. */
const mayHaveArrived = (error: unknown): boolean =>
  QqkitError.is(error) && 'delivered' in error && error.delivered !== 'no'

const DAY = 24 * 3_600_000

/** Logged once in each run of a bot: people would answer, and nothing would happen. */
const NO_SWAP = {
  message: 'of two answers at the same moment a dialogue may lose one: its store has no swap()',
  advice: {
    en: 'Give the store swap(), as that of @qqkit/redis has, or say that no other process receives events: webhook: { processes: "one" }.',
    zh: '请为 store 实现 swap()（@qqkit/redis 的 store 已具备）；若没有其他进程接收事件，请设置 webhook: { processes: "one" }。',
  },
} as const
const SWAP_TEXTS: Texts = [
  [NO_SWAP.message, '若有两个回答同时到达，对话（dialogue）可能丢失其中一个：其 store 没有 swap()'],
]

/** Whether an event was said before a question. */
const wasSaidBefore = (ctx: Context, { sentAt }: Asking): boolean =>
  ctx.sentAt !== null && typeof sentAt === 'number' && ctx.sentAt < sentAt

/** Short, since several are in the data of a button. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 10)

/**
 * A dialogue step by step, whose state is in a store: it outlives processes, takes as long as it takes, and its events are finished
 * one by one. `A` are its answers so far.
 *
 * @example
 * const booking = dialogue('booking', { store })
 *   .ask('city', 'Which city?')
 *   .choose('days', ({ city }) => `How long in ${city}?`, { '1': 'a day', '3': 'three days' })
 *   .end((ctx, { city, days }) => ctx.reply(`Booked: ${city}, ${days}.`))
 * bot.use(booking)
 * bot.command('book', (ctx) => booking.begin(ctx))
 */
export class Dialogue<A extends object = object> implements Feature {
  readonly #name: string
  readonly #options: DialogueOptions
  readonly #store: StateStore<DialogueState>
  readonly #steps: Step[] = []
  readonly #isCancelled: (text: string) => boolean
  /** The bots that use it, by the events whose turn has come. */
  readonly #hosts = new WeakMap<Context, IntakeHost>()
  readonly #fellows = new WeakMap<IntakeHost, Fellow>()
  /** Those whose log has the record about a store without `swap`. */
  readonly #told = new WeakSet<IntakeHost>()
  /** The answers with which `end` runs for an event; removed where it begins the dialogue again. */
  readonly #ending = new WeakMap<Context, Answers>()
  #end: ((ctx: Talk, answers: never) => unknown) | null = null

  /** @internal */
  constructor(name: string, options: DialogueOptions) {
    this.#name = name
    this.#options = options
    this.#store = timedStore(options.store, options.clock ?? systemClock)
    this.#isCancelled = isWordOf(options.cancel ?? [])
  }

  /**
   * Adds a question that a message answers.
   *
   * @param check a Standard Schema of the text, e.g. of valibot or zod: where it does not fit, its message is the reply, and the
   *   question stays. Its output is the answer, plain data
   * @throws AskError `bad_step`
   */
  ask<N extends string, T = string>(
    name: N,
    question: DialogueQuestion<A>,
    check?: ArgumentsSchema<T>,
  ): Dialogue<A & Readonly<Record<N, T>>> {
    if (check !== undefined && !isSchema(check)) throw new AskError('bad_step', { detail: name })
    return this.#add<Readonly<Record<N, T>>>({ name, question, choices: null, check: check ?? null })
  }

  /**
   * Adds a question with choices, as `ctx.choose`.
   *
   * @throws AskError `bad_step`, `bad_choices`
   */
  choose<N extends string, const T extends string>(
    name: N,
    question: DialogueQuestion<A>,
    choices: Choices<T>,
  ): Dialogue<A & Readonly<Record<N, T>>> {
    return this.#add<Readonly<Record<N, T>>>({
      name,
      question,
      choices: new ChoiceList(choices),
      check: null,
    })
  }

  /** Runs when every question is answered, with the context of the last answer. */
  end(run: (ctx: Talk, answers: A) => unknown): this {
    if (typeof run !== 'function' || this.#steps.length === 0)
      throw new AskError('bad_step', { detail: 'end' })
    this.#end = run
    return this
  }

  /**
   * Begins the dialogue with the person of an event, in its place; one that runs there begins again.
   *
   * @throws AskError `dialogue_unused`, `nobody_to_ask`; the errors of `reply`
   */
  async begin(ctx: Context): Promise<void> {
    if (!this.#hosts.has(ctx)) throw new AskError('dialogue_unused', { detail: this.#name })
    if (ctx.target === null || senderOf(ctx) === null)
      throw new AskError('nobody_to_ask', { detail: ctx.name })
    const answers = this.#ending.get(ctx)
    this.#ending.delete(ctx)
    this.#checkStore(ctx)
    await untilSaved(this.#name, async () => {
      const before = await this.#load(ctx)
      // A process that was killed: the dialogue continued since.
      if (lifeOf(before.now, ctx.key)?.isLast === false) return
      await this.#askNext(ctx, {}, answers ? { is: 'end', answers } : { is: 'begin' }, before)
    })
  }

  #checkStore(ctx: Context): void {
    const store = this.#store
    const { shared } = BaseContext.deliveryOf(ctx)
    const host = this.#hosts.get(ctx)
    if (store.swap || !shared || !host || this.#told.has(host)) return
    this.#told.add(host)
    addTexts(SWAP_TEXTS)
    host.log({ level: 'warn', event: 'bot.dialogue_without_swap', ...NO_SWAP, name: this.#name })
  }

  /** Ends it without a word, for the person and the place of an event. */
  async clear(ctx: Context): Promise<void> {
    await removeState(this.#placeOf(ctx))
  }

  /** Ends the question that is open for the person of an event. Returns whether this event has ended one. */
  async #endBy(ctx: Context): Promise<boolean> {
    if (ctx.target === null || senderOf(ctx) === null) return false
    let ended = false
    await untilSaved(this.#name, async () => {
      const stored = await this.#load(ctx)
      const { now: state } = stored
      ended = state?.is === 'over' && state.event === ctx.key
      // The platform may push an order again late.
      if (state?.is !== 'asking' || this.#isLate(state.at) || wasSaidBefore(ctx, state)) return
      await stored.next({ is: 'over', event: ctx.key })
      ended = true
    })
    return ended
  }

  /** Its handlers, for `bot.use()`. @throws AskError `bad_step` */
  registrations(): readonly Registration[] {
    if (!this.#end) throw new AskError('bad_step', { detail: 'end' })
    const middleware = registerMiddleware(this.#run)
    // A click has its turn among the messages of its person: two events at once would both answer a step.
    const taker: TakerInit = {
      attach: (host) => {
        DialogueOrder.of(host).add(this.#fellow(host, taker))
        return {
          claim: (ctx) => {
            const click = this.#clickOf(ctx)
            if (!click || ctx.event !== 'interaction') return null
            acknowledge(ctx, click.isOfPerson ? OK : NO_PERMISSION, host.log)
            return { key: null }
          },
          begin: (ctx) => {
            this.#hosts.set(ctx, host)
            return this.#clickOf(ctx) !== null
          },
          release: () => {},
          stop: () => {},
          endWaits: async (ctx) => this.#endBy(ctx),
        }
      },
      join: joinTakers,
    }
    return [
      {
        ...middleware,
        interest: { event: 'interaction', scenes: null },
        makeLayer: () => ({ accepts: () => false, run: () => {} }),
      },
      { ...middleware, taker },
    ]
  }

  #add<S>(step: Step): Dialogue<A & S> {
    const isTaken = this.#steps.some(({ name }) => name === step.name)
    if (isTaken || this.#end || typeof step.name !== 'string' || step.name === '')
      throw new AskError('bad_step', { detail: step.name })
    this.#steps.push(step)
    return this as unknown as Dialogue<A & S>
  }

  readonly #run: Middleware<Context> = async (ctx, next) => {
    if (ctx.event !== 'message' && ctx.event !== 'interaction') return next()
    const click = this.#clickOf(ctx)
    if (ctx.event === 'interaction' && !click) return next()
    if (click?.isOfPerson === false) return
    if (ctx.event === 'message' && !(await this.#isMine(ctx))) return next()
    return untilSaved(this.#name, async () => this.#take(ctx, next))
  }

  async #take(ctx: Talk, next: Next): Promise<void> {
    const click = this.#clickOf(ctx)
    const stored = await this.#load(ctx)
    const { now: state } = stored
    const life = lifeOf(state, ctx.key)
    if (state && life?.isLast === true) return this.#repeat(ctx, stored as StoredState<DialogueState>, next)
    // The handler that began it may say something before; what answered it has done so.
    if (life) return life.was === 'begin' ? next() : undefined
    const isOver = state?.is !== 'asking' || this.#isLate(state.at)
    if (click && (isOver || click.asked !== this.#idOf(ctx, state).asked))
      return this.#say(ctx, this.#textsOf(ctx).over)
    return isOver || this.#isBefore(ctx, state)
      ? next()
      : this.#answer(ctx, stored as StoredState<Asking>, next)
  }

  /** An earlier run has come this far with the same event. */
  async #repeat(ctx: Talk, stored: StoredState<DialogueState>, next: Next): Promise<void> {
    const { now: state } = stored
    if (state.is === 'ending') return this.#finish(ctx, stored, state.answers)
    if (state.is === 'over') return
    // The handler that began it may say something before.
    if (state.by.is === 'begin') return next()
    if (state.by.is === 'end') return this.#finish(ctx, stored, state.by.answers)
    return this.#show(ctx, state)
  }

  async #answer(ctx: Talk, stored: StoredState<Asking>, next: Next): Promise<void> {
    const { now: state } = stored
    const step = this.#steps.find(({ name }) => name === state.step)
    // The next version of a bot may have other steps.
    if (!step) return this.#isCommand(ctx) ? next() : this.#goOn(ctx, state.answers, stored)
    const read = await this.#read(ctx, step)
    if (!read) return ctx.event === 'message' ? next() : this.#say(ctx, this.#textsOf(ctx).over)
    if (read.is === 'cancel') {
      await stored.next({ is: 'over', event: ctx.key })
      return this.#say(ctx, this.#textsOf(ctx).cancelled)
    }
    if (read.is === 'problem') {
      await ctx.reply(read.text)
      return stored.see(ctx.key)
    }
    return this.#goOn(ctx, { ...state.answers, [step.name]: read.value }, stored)
  }

  async #goOn(ctx: Talk, answers: Answers, before: StoredState): Promise<void> {
    if (await this.#askNext(ctx, answers, { is: 'answer' }, before)) return
    const ending = await before.next({ is: 'ending', answers, event: ctx.key })
    await this.#finish(ctx, ending, answers)
  }

  async #finish(ctx: Talk, before: StoredState, answers: Answers): Promise<void> {
    this.#ending.set(ctx, answers)
    await this.#end?.(ctx, answers as never)
    // Otherwise it has begun again.
    if (this.#ending.delete(ctx)) await before.next({ is: 'over', event: ctx.key }).catch(unlessOvertaken)
  }

  /** Asks the first step that has no answer. Returns whether there is one. */
  async #askNext(ctx: Context, answers: Answers, by: AskedAfter, before: StoredState): Promise<boolean> {
    const step = this.#steps.find(({ name }) => !Object.hasOwn(answers, name))
    if (!step) return false
    const { name } = step
    // A question that its function cannot make must not count as asked.
    const message = this.#questionOf(step, answers)
    const others = this.#othersOf(ctx)
    const now = this.#now()
    const at = others ? await others.order.timeOf(others.own, ctx, now) : now
    const { key: event, sentAt } = ctx
    // Saved first: after a crash in between, the event comes again, and is recognised.
    const state = await before.next({ is: 'asking', step: name, answers, event, at, sentAt, by })
    try {
      await this.#show(ctx, state.now, message)
    } catch (error) {
      if (!mayHaveArrived(error)) await state.takeBack(before)
      throw error
    }
    return true
  }

  #questionOf({ question }: Step, answers: Answers): OutgoingMessage {
    const message = typeof question === 'function' ? question(answers as never) : question
    checkQuestion(message)
    return message
  }

  async #show(ctx: Context, state: Asking, made?: OutgoingMessage): Promise<void> {
    const step = this.#steps.find(({ name }) => name === state.step)
    if (!step || ctx.target === null) return
    const { choices } = step
    const message = made ?? this.#questionOf(step, state.answers)
    const { whose, asked } = this.#idOf(ctx, state)
    const buttons = choices?.fitButtons(ctx.target.scene)
      ? choices.withButtons(message, `${whose}${asked}`, 'dialogue')
      : null
    const list = choices && this.#textsOf(ctx).choices(choices.labels)
    const sent = await ctx.reply(buttons ?? (list === null ? message : withText(message, list)), {
      park: false,
    })
    if (buttons && list !== null && lostButtons(sent)) await ctx.reply(list, { kind: 'notice' })
  }

  /** What an event says to a step, before its words are checked; `null`: nothing. */
  #hear(ctx: Talk, { choices }: Step): Said | null {
    const click = this.#clickOf(ctx)
    const value = click
      ? choices?.tagged(click.tag)
      : ctx.event === 'message'
        ? choices?.find(ctx.text)
        : null
    if (value !== undefined && value !== null) return { is: 'answer', value }
    if (click || ctx.event !== 'message') return null
    if (this.#isCancelled(ctx.text)) return { is: 'cancel' }
    // A picture has no words that could be kept.
    return choices || ctx.text === '' || this.#isCommand(ctx) ? null : { is: 'words' }
  }

  async #read(ctx: Talk, step: Step): Promise<Read> {
    const said = this.#hear(ctx, step)
    if (said?.is !== 'words' || ctx.event !== 'message') return said as Read
    if (!step.check) return { is: 'answer', value: ctx.text }
    const result = await step.check['~standard'].validate(ctx.text)
    return result.issues
      ? { is: 'problem', text: result.issues.map(({ message }) => message).join('\n') }
      : { is: 'answer', value: result.value }
  }

  /** As the other dialogues of the bot see it. */
  #fellow(host: IntakeHost, taker: TakerInit): Fellow {
    const fellow: Fellow = {
      isReached: (ctx) => host.isReached(taker, ctx),
      answeredAt: async (ctx) => {
        const { now: state } = await this.#load(ctx)
        const life = lifeOf(state, ctx.key)
        if (life) return life.was === 'answer' ? Infinity : null
        if (state?.is !== 'asking' || this.#isLate(state.at) || this.#isBefore(ctx, state)) return null
        const step = this.#steps.find(({ name }) => name === state.step)
        const isTaken = step ? this.#hear(ctx, step) !== null : !this.#isCommand(ctx)
        return isTaken ? state.at : null
      },
      askedAt: async (ctx) => {
        const { now: state } = await this.#load(ctx)
        return state?.is === 'asking' && !this.#isLate(state.at) ? state.at : null
      },
    }
    this.#fellows.set(host, fellow)
    return fellow
  }

  /** The other dialogues of the bot that handles an event. */
  #othersOf(ctx: Context): { readonly order: DialogueOrder; readonly own: Fellow } | null {
    const host = this.#hosts.get(ctx)
    const own = host && this.#fellows.get(host)
    return own ? { order: DialogueOrder.of(host), own } : null
  }

  async #isMine(ctx: MessageContext): Promise<boolean> {
    const others = this.#othersOf(ctx)
    return others === null || others.order.isFor(others.own, ctx)
  }

  #isCommand(ctx: Context): boolean {
    return (this.#hosts.get(ctx)?.commandOf(ctx) ?? null) !== null
  }

  /** In the data of its buttons: in whose dialogue, and for which question of it; the same in every run of the event. */
  #idOf(
    ctx: Context,
    { step, event }: Pick<Asking, 'step' | 'event'>,
  ): { readonly whose: string; readonly asked: string } {
    return { whose: `${this.#hereOf(ctx)}${hashOf(senderOf(ctx) ?? '')}`, asked: hashOf(`${event} ${step}`) }
  }

  #hereOf(ctx: Context): string {
    return hashOf(keyOfBot(ctx, `${this.#name} ${placeOf(ctx) ?? ''}`))
  }

  /** A click on a button of this dialogue in this place; `null` for all else. */
  #clickOf(
    ctx: Context,
  ): { readonly isOfPerson: boolean; readonly asked: string; readonly tag: string } | null {
    const click = ctx.event === 'interaction' ? readChoiceData(ctx.data, 'dialogue') : null
    if (!click?.question.startsWith(this.#hereOf(ctx))) return null
    const { whose } = this.#idOf(ctx, { step: '', event: '' })
    const isOfPerson = click.question.startsWith(whose)
    return { isOfPerson, asked: click.question.slice(whose.length), tag: click.tag }
  }

  #keyOf(ctx: Context): string {
    return keyOfBot(ctx, `dialogue:${this.#name}:${conversationKey(ctx)}`)
  }

  #placeOf(ctx: Context): StatePlace {
    return { store: this.#store, key: this.#keyOf(ctx), ctx }
  }

  async #load(ctx: Context): Promise<StoredState> {
    return StoredState.load(this.#placeOf(ctx))
  }

  #textsOf(ctx: Context): AskingTexts {
    return { ...askingTexts, ...BaseContext.textsOf(ctx)?.asking, ...this.#options.texts }
  }

  async #say(ctx: Talk, text: OutgoingMessage | null): Promise<void> {
    if (text !== null) await ctx.reply(text)
  }

  /** Whether a message that comes again was said before the question: its first run went another way. */
  #isBefore(ctx: Context, state: Asking): boolean {
    return ctx.replayed && wasSaidBefore(ctx, state)
  }

  #isLate(since: number): boolean {
    return this.#now() - since >= (this.#options.timeout ?? DAY)
  }

  /** Processes share only the wall clock. */
  #now(): number {
    return (this.#options.clock ?? systemClock).wall()
  }
}

const message = v.optional(v.nullable(v.union([v.string(), v.looseObject({})], 'must be a message, or null')))

/**
 * Begins to describe a {@link Dialogue}: add its questions, then `end`.
 *
 * @param name tells it from other dialogues in the store
 * @throws OptionsError
 */
export const dialogue = (name: string, options: DialogueOptions): Dialogue => {
  checkMiddlewareOptions(
    'dialogue',
    {
      name: v.pipe(v.string('must be a name'), v.nonEmpty('must be a name')),
      store: v.looseObject(
        { load: fn('must have load()'), save: fn('must have save()'), remove: fn('must have remove()') },
        'must be a StateStore',
      ),
      timeout: v.optional(duration('must be ms from 1 up')),
      cancel: v.optional(textsOf('must be a list of words')),
      texts: v.optional(
        v.strictObject(
          { cancelled: message, over: message, choices: v.optional(fn('must be a function')) },
          'must be { cancelled?, over?, choices? }',
        ),
      ),
      clock: clockSchema,
    },
    { ...options, name },
  )
  return new Dialogue(name, options)
}
