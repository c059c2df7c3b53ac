import { createHash } from 'node:crypto'

import * as v from 'valibot'

import { requireSync } from '../common/require-sync.js'
import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { placeOf, senderOf } from '../context/conversation.js'
import type { InteractionContext } from '../context/interaction-context.js'
import type { MessageContext } from '../context/message-context.js'
import { checkMiddlewareOptions, count, duration, fn, texts as textsOf } from '../middleware/check.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { ReplyOptions } from '../reply/reply-options.js'
import type { Middleware, Next } from '../routing/layers.js'
import {
  type Extension,
  registerMiddleware,
  type Registration,
  type TakerInit,
} from '../routing/registration.js'
import { joinTakers } from '../routing/takers.js'
import {
  checkQuestion,
  ChoiceList,
  type Choices,
  isWordOf,
  lostButtons,
  readChoiceData,
  withText,
} from './choices.js'
import { AskError } from './errors.js'
import type { Question, QuestionInit, Reading } from './question.js'
import { keyOfPerson, Questions } from './questions.js'
import { type AskingTexts, askingTexts } from './texts.js'

/** How a question is asked, and how long it waits. */
export interface AskOptions extends Pick<ReplyOptions, 'quote' | 'mention'> {
  /** ms from the arrival of the question. Default 5 minutes, or that of `asking()`. */
  readonly timeout?: number
  /** Cancels the question. */
  readonly signal?: AbortSignal
  /** Words with which the person cancels the question, e.g. `'取消'`. Default: those of `asking()`, or none. */
  readonly cancel?: string | readonly string[]
  /** Who may answer, in this place: the person of the event (default), anyone, people by id, or those whom a function accepts. */
  readonly from?:
    | 'asker'
    | 'anyone'
    | readonly string[]
    | ((ctx: MessageContext | InteractionContext) => boolean)
  /** A registered command goes its ordinary way, and the question stays open (`'keep'`, default) or is cancelled. */
  readonly interrupt?: 'keep' | 'cancel'
}

/** How an open question is asked. */
export interface OpenAskOptions extends AskOptions {
  /** Whether a message answers the question; others go their ordinary way. Default: every message of the person that is no command. */
  readonly accept?: (ctx: MessageContext) => boolean
}

/** How a question with choices is asked. */
export interface ChooseOptions extends AskOptions {
  /** `false`: as text everywhere. Default: as buttons, where the place and the length of the labels allow it. */
  readonly buttons?: boolean
}

/** The context of an answer: replies go to the answer. */
export type Answer = MessageContext & Asking

/** The context of a choice, which was clicked or written. */
export type ChoiceAnswer<T extends string = string> = (MessageContext | InteractionContext) &
  Asking & { readonly choice: T }

/** What {@link asking} adds to contexts. */
export interface Asking {
  /**
   * Asks the person of the event, and waits for the next message in this place. Meanwhile the conversation continues: the wait takes no
   * place of `concurrency`, and does not count as time of the handler. The handler must be able to run again: after a restart it asks
   * the same question under the same number. The handler of this event is the one that waits: another handler that asks with a kept
   * context holds its own place until the answer comes.
   *
   * @example
   * const answer = await ctx.ask('Which city?')
   * await answer.reply(`Sunny in ${answer.text}.`)
   * @returns the context of the answer, which is finished with this event
   * @throws AskError `question_timed_out`, `question_cancelled`, `question_left`, and for misuse; the errors of `reply`
   */
  ask(question: OutgoingMessage, options?: OpenAskOptions): Promise<Answer>
  /**
   * Asks the person to choose: with buttons where the place has them, as numbered text elsewhere. Labels and numbers can be
   * written everywhere.
   *
   * @example
   * const answer = await ctx.choose('Delete?', { yes: 'Delete it', no: 'Keep it' })
   * if (answer.choice === 'yes') await answer.reply('Deleted.')
   * @returns the context of the click or the message, with `choice`
   * @throws AskError as `ask`, and `bad_choices`
   */
  choose<const T extends string>(
    question: OutgoingMessage,
    choices: Choices<T>,
    options?: ChooseOptions,
  ): Promise<ChoiceAnswer<T>>
}

/** Options of {@link asking}, for all questions. */
export interface AskingOptions extends Pick<AskOptions, 'timeout' | 'cancel' | 'interrupt'> {
  /** Open questions at a time; default and most 10 000. */
  readonly maxOpen?: number
  /** Replaces what the bot says to people in QQ, which is Chinese; `null` says nothing. Default: `texts.asking` of the bot. */
  readonly texts?: Partial<AskingTexts>
}

const TIMEOUT = 5 * 60_000
/** Their events are unfinished in the gateway, which has room for as many. */
const MOST_OPEN = 10_000

const wordsSchema = v.optional(
  v.union([v.pipe(v.string(), v.nonEmpty()), textsOf('must be words')], 'must be a word, or a list of words'),
)
const common = {
  timeout: v.optional(duration('must be ms from 1 up')),
  cancel: wordsSchema,
  interrupt: v.optional(v.picklist(['keep', 'cancel'], 'must be "keep" or "cancel"')),
}
const message = v.optional(v.nullable(v.union([v.string(), v.looseObject({})], 'must be a message, or null')))
const asked = {
  ...common,
  quote: v.optional(v.boolean('must be true or false')),
  mention: v.optional(v.boolean('must be true or false')),
  signal: v.optional(v.instance(AbortSignal, 'must be an AbortSignal')),
  from: v.optional(
    v.union(
      [
        v.picklist(['asker', 'anyone']),
        v.pipe(textsOf('must be ids'), v.minLength(1)),
        fn('must be a function'),
      ],
      'must be "asker", "anyone", a list of ids, or a function',
    ),
  ),
}
const askEntries = { ...asked, accept: v.optional(fn('must be a function that gives true or false')) }
const chooseEntries = { ...asked, buttons: v.optional(v.boolean('must be true or false')) }

/** What a kind of question needs beside its options. */
interface Kind {
  readonly read: (ctx: Context) => Reading | null
  readonly message: (id: string) => OutgoingMessage
  /** To be sent after the question, where the platform took its buttons away. */
  readonly withoutButtons: string | null
}

/**
 * Lets handlers ask: adds `ctx.ask` and `ctx.choose` to the contexts of later handlers. An answer is recognised before all handlers; it
 * passes the middleware that was registered before `asking()`, such as `throttle`, `allow` and `history`.
 *
 * @example
 * const bot = new Bot({ appId, secret }).use(asking())
 * bot.command('weather', async (ctx) => {
 *   const answer = await ctx.ask('Which city?')
 *   await answer.reply(`Sunny in ${answer.text}.`)
 * })
 * @throws OptionsError
 */
export const asking = (options: AskingOptions = {}): Extension<Asking> => {
  const most = `must be a whole number from 1 to ${MOST_OPEN}`
  checkMiddlewareOptions(
    'asking',
    {
      ...common,
      maxOpen: v.optional(v.pipe(count(most), v.maxValue(MOST_OPEN, most))),
      texts: v.optional(
        v.strictObject(
          {
            timedOut: message,
            cancelled: message,
            over: message,
            choices: v.optional(fn('must be a function')),
          },
          'must be { timedOut?, cancelled?, over?, choices? }',
        ),
      ),
    },
    options,
  )
  const feature = new AskingFeature(options)
  return feature as AskingFeature & Extension<Asking>
}

/** How `asking()` takes events: a bot has one of them. */
const TAKERS = new WeakSet<TakerInit>()

class AskingFeature {
  readonly #options: AskingOptions
  /** The questions of the run of the bot that handles an event. */
  readonly #runs = new WeakMap<Context, Questions>()
  /** How many questions were asked with a context. */
  readonly #counts = new WeakMap<Context, number>()

  constructor(options: AskingOptions) {
    this.#options = options
  }

  registrations(): readonly Registration[] {
    const { maxOpen = MOST_OPEN } = this.#options
    const middleware = registerMiddleware(this.#run)
    const taker: TakerInit = {
      attach: (host) => new Questions({ ...host, maxOpen, runs: this.#runs }),
      check: (others) => {
        if (others.some((one) => one.taker && TAKERS.has(one.taker))) throw new AskError('asking_twice')
      },
      join: joinTakers,
    }
    TAKERS.add(taker)
    return [
      // Clicks have to come, though no handler is for them.
      {
        ...middleware,
        interest: { event: 'interaction', scenes: null },
        makeLayer: () => ({ accepts: () => false, run: () => {} }),
      },
      { ...middleware, taker },
    ]
  }

  readonly #run: Middleware<Context> = async (ctx, next) => {
    const asking: Asking = {
      ask: (question, options) => this.#watch(ctx, this.#ask(ctx, question, options)),
      choose: (question, choices, options) => this.#watch(ctx, this.#choose(ctx, question, choices, options)),
    }
    Object.assign(ctx, asking)
    const questions = this.#runs.get(ctx)
    if (!questions?.isTaken(ctx)) return this.#handle(ctx, next)
    if (!(await questions.deliver(ctx))) await this.#say(ctx, this.#textsOf(ctx).over)
  }

  /** Tells the person about a question that ended without an answer, and that the handler did not catch. */
  async #handle(ctx: Context, next: Next): Promise<void> {
    try {
      await next()
    } catch (error) {
      this.#runs.get(ctx)?.askerOf(ctx)?.failed(error)
      if (!AskError.is(error) || ctx.signal.aborted) throw error
      const { timedOut, cancelled } = this.#textsOf(ctx)
      const { code, by, ctx: where } = error
      if (code === 'question_timed_out') await this.#say(where ?? ctx, timedOut)
      else if (code !== 'question_cancelled') throw error
      else if (by !== 'command') await this.#say(where ?? ctx, cancelled)
    }
  }

  #textsOf(ctx: Context): AskingTexts {
    return { ...askingTexts, ...BaseContext.textsOf(ctx)?.asking, ...this.#options.texts }
  }

  async #say(ctx: Context, text: OutgoingMessage | null): Promise<void> {
    // A proactive message is not worth its quota.
    if (text !== null && ctx.replyBudget?.open === true) await ctx.reply(text, { kind: 'notice' })
  }

  async #ask(ctx: Context, question: OutgoingMessage, options: OpenAskOptions = {}): Promise<Answer> {
    checkQuestion(question)
    checkMiddlewareOptions('ask', askEntries, options)
    const { accept } = options
    const isCancelled = this.#cancelWords(options)
    const kind: Kind = {
      read: (answer) => {
        if (answer.event !== 'message') return null
        if (isCancelled(answer.text)) return { kind: 'cancel' }
        return accept === undefined || requireSync(accept(answer), 'accept')
          ? { kind: 'answer', choice: null }
          : null
      },
      message: () => question,
      withoutButtons: null,
    }
    const { ctx: answer } = await this.#open(ctx, kind, options)
    return answer as Answer
  }

  async #choose<T extends string>(
    ctx: Context,
    question: OutgoingMessage,
    choices: Choices<T>,
    options: ChooseOptions = {},
  ): Promise<ChoiceAnswer<T>> {
    checkQuestion(question)
    checkMiddlewareOptions('choose', chooseEntries, options)
    const list = new ChoiceList(choices)
    const isCancelled = this.#cancelWords(options)
    const scene = ctx.target?.scene
    const hasButtons = options.buttons !== false && scene !== undefined && list.fitButtons(scene)
    const asText = this.#textsOf(ctx).choices(list.labels)
    const buttonsOf = (id: string): OutgoingMessage | null =>
      hasButtons ? list.withButtons(question, id, 'ask') : null
    const kind: Kind = {
      read: (answer) => {
        const choice = this.#chosen(answer, list)
        if (choice !== null) return { kind: 'answer', choice }
        return answer.event === 'message' && isCancelled(answer.text) ? { kind: 'cancel' } : null
      },
      message: (id) => buttonsOf(id) ?? withText(question, asText),
      withoutButtons: hasButtons ? asText : null,
    }
    const { ctx: answer, choice } = await this.#open(ctx, kind, options)
    return Object.assign(answer, { choice }) as unknown as ChoiceAnswer<T>
  }

  #chosen(answer: Context, list: ChoiceList): string | null {
    if (answer.event === 'message') return list.find(answer.text)
    const click = answer.event === 'interaction' ? readChoiceData(answer.data, 'ask') : null
    return click && list.tagged(click.tag)
  }

  #cancelWords({ cancel = this.#options.cancel ?? [] }: AskOptions): (text: string) => boolean {
    return isWordOf([cancel].flat())
  }

  async #open(ctx: Context, kind: Kind, options: AskOptions): Promise<Awaited<Question['answer']>> {
    const { signal } = options
    if (signal?.aborted) throw new AskError('question_cancelled', { by: 'signal', ctx, cause: signal.reason })
    const questions = this.#runs.get(ctx)
    const asker = questions?.askerOf(ctx)
    if (!questions || !asker) throw new AskError('not_asking', { detail: ctx.name })
    // The answer waits in the queue of all processes, behind the event of this handler.
    if (BaseContext.isLeased(ctx)) throw new AskError('shared_source', { detail: ctx.name })
    asker.run.ctx.signal.throwIfAborted()
    const question = questions.open(this.#initOf(ctx, kind, options), asker)
    void this.#show(ctx, question, kind, options)
    return question.answer
  }

  /** The asking event is not over while its question is open. */
  #watch<T>(ctx: Context, asking: Promise<T>): Promise<T> {
    const asker = this.#runs.get(ctx)?.askerOf(ctx)
    const call = BaseContext.scopeOf(asker?.run.ctx ?? ctx).watch(asking)
    asker?.watch(call)
    return call
  }

  /** Never rejects. */
  async #show(ctx: Context, question: Question, kind: Kind, options: AskOptions): Promise<void> {
    const { quote = false, mention = false } = options
    try {
      const sent = await ctx.reply(kind.message(question.init.id), { quote, mention, park: false })
      question.shown()
      if (kind.withoutButtons !== null && question.isOpen && lostButtons(sent))
        await ctx.reply(kind.withoutButtons, { kind: 'notice' })
    } catch (error) {
      // Without effect after an answer, which shows that the question has arrived.
      question.fail(error)
    }
  }

  /** The same in every run of the handler, since the buttons of the first run stay. */
  #idOf(ctx: Context): string {
    const count = (this.#counts.get(ctx) ?? 0) + 1
    this.#counts.set(ctx, count)
    return createHash('sha256').update(`${ctx.appId} ${ctx.key} ${count}`).digest('base64url').slice(0, 22)
  }

  #initOf(ctx: Context, { read }: Kind, options: AskOptions): QuestionInit {
    const { timeout = TIMEOUT, interrupt = 'keep' } = { ...this.#options, ...options }
    const { from = 'asker', signal } = options
    const place = placeOf(ctx)
    const asker = senderOf(ctx)
    if (place === null || (from === 'asker' && asker === null))
      throw new AskError('nobody_to_ask', { detail: ctx.name })
    const people = from === 'asker' ? [asker as string] : typeof from === 'object' ? from : null
    return {
      ctx,
      id: this.#idOf(ctx),
      keys: people ? people.map((person) => keyOfPerson(place, person)) : [place],
      timeout,
      interrupt,
      signal,
      read,
      mayAnswer: (answer) => {
        if (placeOf(answer) !== place) return false
        if (typeof from === 'function')
          return requireSync(from(answer as MessageContext | InteractionContext), 'from')
        return people === null || people.includes(senderOf(answer) ?? '')
      },
    }
  }
}
