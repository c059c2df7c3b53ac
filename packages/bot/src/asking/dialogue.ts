import { createHash } from 'node:crypto'

import { type Clock, systemClock } from '@qqkit/core'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { conversationKey, keyOfBot } from '../context/conversation.js'
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
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { IntakeHost } from '../routing/intake.js'
import type { Middleware, Next } from '../routing/layers.js'
import { type Feature, registerMiddleware, type Registration } from '../routing/registration.js'
import { joinTakers } from '../routing/takers.js'
import { ChoiceList, type Choices, readChoiceData, withText } from './choices.js'
import { AskError } from './errors.js'
import { type AskingTexts, askingTexts } from './texts.js'

/** Where a dialogue stands, for a store: plain data. */
export type DialogueState =
  /** `step` is asked; `event` is the event after which it was. */
  | {
      readonly is: 'asking'
      readonly step: number
      readonly answers: Readonly<Record<string, unknown>>
      readonly event: string
      readonly at: number
    }
  /** All steps are answered, by `event` as the last. */
  | { readonly is: 'ending'; readonly answers: Readonly<Record<string, unknown>>; readonly event: string }
  | { readonly is: 'over'; readonly event: string }

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

type Read = { readonly value: unknown } | { readonly problem: string } | null

const DAY = 24 * 3_600_000

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
  readonly #steps: Step[] = []
  readonly #hosts = new WeakMap<Context, IntakeHost>()
  #end: ((ctx: Talk, answers: never) => unknown) | null = null

  /** @internal */
  constructor(name: string, options: DialogueOptions) {
    this.#name = name
    this.#options = options
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

  /** Begins the dialogue with the person of an event, in its place; one that runs there begins again. */
  async begin(ctx: Context): Promise<void> {
    await this.#ask(ctx, 0, {})
  }

  /** Ends it without a word, for the person and the place of an event. */
  async clear(ctx: Context): Promise<void> {
    await this.#options.store.remove(this.#keyOf(ctx))
  }

  /** Its handlers, for `bot.use()`. @throws AskError `bad_step` */
  registrations(): readonly Registration[] {
    if (!this.#end) throw new AskError('bad_step', { detail: 'end' })
    const middleware = registerMiddleware(this.#run)
    return [
      {
        ...middleware,
        interest: { event: 'interaction', scenes: null },
        makeLayer: () => ({ accepts: () => false, run: () => {} }),
      },
      {
        ...middleware,
        // It takes no event before the queue: it has to know what a command is.
        taker: {
          attach: (host) => ({
            claim: () => null,
            begin: (ctx) => {
              this.#hosts.set(ctx, host)
              return false
            },
            release: () => {},
            stop: () => {},
          }),
          join: joinTakers,
        },
      },
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
    const click = ctx.event === 'interaction' ? readChoiceData(ctx.data, 'dialogue') : null
    if (ctx.event === 'interaction' && !click) return next()
    const state = await this.#options.store.load(this.#keyOf(ctx))
    if (state?.event === ctx.key) return this.#repeat(ctx, state)
    const isOver = state?.is !== 'asking' || this.#isLate(state.at)
    if (click) {
      const isCurrent = !isOver && click.question === this.#idOf(ctx, state.step)
      if (!isCurrent)
        return this.#isOwn(ctx, click.question) ? this.#say(ctx, this.#textsOf(ctx).over) : next()
    }
    return isOver ? next() : this.#answer(ctx, state, next)
  }

  /** An earlier run has come this far with the same event. */
  async #repeat(ctx: Talk, state: DialogueState): Promise<void> {
    if (state.is === 'asking') await this.#ask(ctx, state.step, state.answers)
    else if (state.is === 'ending') await this.#finish(ctx, state.answers)
  }

  async #answer(ctx: Talk, state: DialogueState & { readonly is: 'asking' }, next: Next): Promise<void> {
    const { step: at, answers } = state
    const step = this.#steps[at]
    if (!step) return next()
    if (ctx.event === 'message' && this.#options.cancel?.includes(ctx.text)) {
      await this.#save(ctx, { is: 'over', event: ctx.key })
      return this.#say(ctx, this.#textsOf(ctx).cancelled)
    }
    const read = await this.#read(ctx, step)
    if (!read) return next()
    if ('problem' in read) return void (await ctx.reply(read.problem))
    const more = { ...answers, [step.name]: read.value }
    if (at + 1 < this.#steps.length) return this.#ask(ctx, at + 1, more)
    await this.#save(ctx, { is: 'ending', answers: more, event: ctx.key })
    return this.#finish(ctx, more)
  }

  async #finish(ctx: Talk, answers: object): Promise<void> {
    await this.#end?.(ctx, answers as never)
    await this.#save(ctx, { is: 'over', event: ctx.key })
  }

  /** Saves first: after a crash in between, the event comes again, and is recognised. */
  async #ask(ctx: Context, at: number, answers: Readonly<Record<string, unknown>>): Promise<void> {
    const step = this.#steps[at]
    if (!step || ctx.target === null)
      throw new AskError(step ? 'nobody_to_ask' : 'bad_step', { detail: ctx.name })
    await this.#save(ctx, { is: 'asking', step: at, answers, event: ctx.key, at: this.#now() })
    const { question, choices } = step
    const message = typeof question === 'function' ? question(answers as never) : question
    const buttons = choices?.fitButtons(ctx.target.scene)
      ? choices.withButtons(message, this.#idOf(ctx, at), 'dialogue')
      : null
    const asText = choices ? withText(message, this.#textsOf(ctx).choices(choices.labels)) : message
    await ctx.reply(buttons ?? asText)
  }

  async #read(ctx: Talk, { choices, check }: Step): Promise<Read> {
    if (choices) {
      const click = ctx.event === 'interaction' ? readChoiceData(ctx.data, 'dialogue') : null
      const value = ctx.event === 'message' ? choices.find(ctx.text) : click && choices.tagged(click.tag)
      return value === null ? null : { value }
    }
    if (ctx.event !== 'message' || (this.#hosts.get(ctx)?.commandOf(ctx) ?? null) !== null) return null
    if (!check) return { value: ctx.text }
    const result = await check['~standard'].validate(ctx.text)
    return result.issues
      ? { problem: result.issues.map(({ message }) => message).join('\n') }
      : { value: result.value }
  }

  /** In the data of its buttons: the same whenever the step is asked of this person. */
  #idOf(ctx: Context, step: number): string {
    const hash = createHash('sha256').update(this.#keyOf(ctx)).digest('base64url')
    return `${hash.slice(0, 16)}${step}`
  }

  #isOwn(ctx: Context, id: string): boolean {
    return this.#steps.some((_, step) => this.#idOf(ctx, step) === id)
  }

  #keyOf(ctx: Context): string {
    return keyOfBot(ctx, `dialogue:${this.#name}:${conversationKey(ctx)}`)
  }

  async #save(ctx: Context, state: DialogueState): Promise<void> {
    await this.#options.store.save(this.#keyOf(ctx), state)
  }

  #textsOf(ctx: Context): AskingTexts {
    return { ...askingTexts, ...BaseContext.textsOf(ctx)?.asking, ...this.#options.texts }
  }

  async #say(ctx: Talk, text: OutgoingMessage | null): Promise<void> {
    if (text !== null) await ctx.reply(text)
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
