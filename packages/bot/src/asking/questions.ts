import { DeadlineQueue, onAbort } from '@qqkit/core/internal'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { placeOf, senderOf } from '../context/conversation.js'
import type { InteractionContext } from '../context/interaction-context.js'
import { PausableRun } from '../dispatch/pausable-run.js'
import type { Claim, Intake, IntakeHost, Turn } from '../routing/intake.js'
import { acknowledge, NO_PERMISSION, OK, readChoiceData, REPEATED } from './choices.js'
import { AskError } from './errors.js'
import { Asker, Question, type QuestionInit, type Reading } from './question.js'

/** What {@link Questions} work with. */
export interface QuestionsDeps extends IntakeHost {
  readonly maxOpen: number
  /** Told which questions belong to the run of the bot that handles an event. */
  readonly runs: WeakMap<Context, Questions>
}

/** What an event was taken for. */
type Taken =
  /** It is on its way to a question. */
  | { readonly kind: 'matched'; readonly question: Question }
  /** A click on a button of a question that is over, or not asked yet in this run of the bot. */
  | { readonly kind: 'unknown'; readonly id: string }
  /** A click that changes nothing: of somebody else, or a second one. */
  | { readonly kind: 'void' }

/**
 * Leaves an event to the next process, where its handler runs again. Until then the handler may end, but says no more: what it says
 * about the stop would have the number of something else in the next run.
 */
const leave = (run: PausableRun, error: AskError): void => {
  const refuse = async (): Promise<never> => {
    throw error
  }
  Object.assign(run.ctx, { reply: refuse, stream: refuse, send: refuse, typing: refuse })
  run.leave(error)
}

const newestFirst = (questions: Iterable<Question>): readonly Question[] => {
  const atOnce = new Map<Question, Question[]>()
  for (const question of questions) {
    const others = atOnce.get(question.first)
    if (others) others.push(question)
    else atOnce.set(question.first, [question])
  }
  return [...atOnce.values()].toReversed().flat()
}

/** The keys under which the questions for an event are found, in its place. */
const keysOf = (ctx: Context): readonly string[] => {
  const place = placeOf(ctx)
  if (place === null) return []
  const person = senderOf(ctx)
  return person === null ? [place] : [keyOfPerson(place, person), place]
}

/** The key of questions to one person in a place. */
export const keyOfPerson = (place: string, person: string): string => `${place}\n${person}`

/**
 * The open questions of one run of a bot, by person and place. An event that answers one is recognised before it is queued: it takes
 * its turn in the conversation of the asking handler, which continues in its place.
 */
export class Questions implements Intake {
  readonly #host: QuestionsDeps
  readonly #deadlines: DeadlineQueue<Question>
  readonly #byKey = new Map<string, Set<Question>>()
  readonly #byId = new Map<string, Question>()
  readonly #taken = new WeakMap<Context, Taken>()
  readonly #askers = new WeakMap<Context, Asker>()
  /** What questions end with from the stop of the bot on. */
  #left: AskError | null = null

  constructor(host: QuestionsDeps) {
    this.#host = host
    this.#deadlines = new DeadlineQueue(host.clock)
  }

  /** How many are open, and what is kept for them. */
  get size(): { readonly open: number; readonly keys: number; readonly deadlines: number } {
    return { open: this.#byId.size, keys: this.#byKey.size, deadlines: this.#deadlines.size }
  }

  /** The asking run of a context; `null` after its end, and outside of handlers. */
  askerOf(ctx: Context): Asker | null {
    return BaseContext.isOver(ctx) ? null : (this.#askers.get(ctx) ?? null)
  }

  /** Opens a question. @throws AskError `question_left`, `too_many_questions` */
  open(init: QuestionInit, asker: Asker): Question {
    const { maxOpen } = this.#host
    if (this.#left) {
      leave(asker.run, this.#left)
      throw this.#left
    }
    if (this.#byId.size >= maxOpen) throw new AskError('too_many_questions', { detail: String(maxOpen) })
    const deadlines = this.#deadlines
    const now = (): number => this.#host.clock.now()
    const question = new Question(init, { asker, deadlines, now, onEnd: (ended) => this.#remove(ended) })
    this.#byId.set(init.id, question)
    for (const key of init.keys) {
      const known = this.#byKey.get(key)
      if (known) known.add(question)
      else this.#byKey.set(key, new Set([question]))
    }
    return question
  }

  #remove(question: Question): void {
    const { id, keys } = question.init
    this.#byId.delete(id)
    for (const key of keys) {
      const known = this.#byKey.get(key)
      known?.delete(question)
      if (known?.size === 0) this.#byKey.delete(key)
    }
  }

  claim(ctx: Context): Claim | null {
    if (ctx.event === 'interaction') return this.#claimClick(ctx)
    if (ctx.event !== 'message' || this.#byKey.size === 0) return null
    return this.#match(ctx, this.#questionsFor(ctx))
  }

  begin(ctx: Context, turn: Turn): boolean {
    this.#host.runs.set(ctx, this)
    this.#askers.set(ctx, new Asker(PausableRun.of(turn)))
    const taken = this.#taken.get(ctx)
    if (ctx.event === 'interaction' && taken) {
      // It waited behind a handler that may have asked again.
      if (taken.kind === 'unknown') this.#takeClick(ctx, taken.id)
      return true
    }
    if (taken?.kind === 'matched') {
      if (!taken.question.isOver) return true
      if (this.#left) {
        leave(PausableRun.of(turn), this.#left)
        this.#taken.set(ctx, { kind: 'void' })
        return true
      }
      this.#taken.delete(ctx)
    }
    // In a replay the answer may have come before the handler has asked again: it waited behind the handler.
    const early = this.#byKey.size > 0 && ctx.event === 'message'
    return early && this.#match(ctx, this.#questionsFor(ctx).filter(isAskedAgain)) !== null
  }

  /** Hands an event over that was taken. Resolves when the asking handler is over. `false`: no question waits for it. */
  async deliver(ctx: Context): Promise<boolean> {
    const taken = this.#taken.get(ctx)
    const own = this.#askers.get(ctx)
    if (taken?.kind !== 'matched' || !own) return taken?.kind === 'void'
    const { question } = taken
    const { asker } = question
    // Its run has to have begun.
    await Promise.resolve()
    // Its question was cancelled while it passed the middleware: the handler tells, or has to go on.
    if (!question.arrive(ctx, own.run)) return true
    // What is asked with this context is asked by the same handler.
    this.#askers.set(ctx, asker)
    // The answer shares the end of the asking event: it is left to the next process with it, and its calls are aborted with those.
    const { signal } = asker.run.ctx
    const follow = (): void => {
      const reason: unknown = signal.reason
      if (AskError.is(reason)) leave(own.run, reason)
      else BaseContext.scopeOf(ctx).abort(reason)
    }
    const unlisten = onAbort(signal, follow)
    if (signal.aborted) follow()
    await asker.run.over
    unlisten()
    // The middleware around it has to end in time.
    own.run.continueAlone()
    return true
  }

  isTaken(ctx: Context): boolean {
    return this.#taken.has(ctx)
  }

  release(ctx: Context): void {
    const taken = this.#taken.get(ctx)
    if (taken?.kind === 'matched') taken.question.release(ctx)
  }

  stop(): void {
    const left = new AskError('question_left')
    this.#left = left
    for (const question of this.#byId.values()) {
      leave(question.asker.run, left)
      question.abandon(left)
    }
  }

  #claimClick(ctx: InteractionContext): Claim | null {
    const chosen = readChoiceData(ctx.data, 'ask')
    if (!chosen) return null
    const { question: id } = chosen
    const question = this.#byId.get(id)
    if (question) {
      const claim = this.#takeClick(ctx, id)
      acknowledge(ctx, claim ? OK : question.isOpen ? NO_PERMISSION : REPEATED, this.#host.log)
      return claim ?? { key: null }
    }
    this.#taken.set(ctx, { kind: 'unknown', id })
    acknowledge(ctx, OK, this.#host.log)
    return { key: null }
  }

  /** Takes a click for its question, if it is open; otherwise the click changes nothing. */
  #takeClick(ctx: InteractionContext, id: string): Claim | null {
    const question = this.#byId.get(id)
    if (!question) return null
    const reading = question.isOpen && this.#mayAnswer(question, ctx) ? this.#read(question, ctx) : null
    if (reading) return this.#take(ctx, question, reading)
    this.#taken.set(ctx, { kind: 'void' })
    return null
  }

  /** The open questions that an event may answer: those to this person first, and the newest first; of those asked at once the first. */
  #questionsFor(ctx: Context): readonly Question[] {
    return keysOf(ctx)
      .flatMap((key) => newestFirst(this.#byKey.get(key) ?? []))
      .filter((question) => question.isOpen && this.#mayAnswer(question, ctx))
  }

  #match(ctx: Context, questions: readonly Question[]): Claim | null {
    const readings = questions.map((question) => ({ question, reading: this.#read(question, ctx) }))
    const isCommand = questions.length > 0 && this.#host.commandOf(ctx) !== null
    for (const { question, reading } of readings) {
      // A choice may look like a command; what a person answers freely may not.
      if (reading && !(isCommand && reading.kind === 'answer' && reading.choice === null))
        return this.#take(ctx, question, reading)
    }
    if (isCommand)
      for (const question of questions) if (question.init.interrupt === 'cancel') question.cancel('command')
    return null
  }

  #take(ctx: Context, question: Question, reading: Reading): Claim {
    question.match(ctx, reading)
    this.#taken.set(ctx, { kind: 'matched', question })
    const { key } = question.asker.run
    // A long answer to another message must not hold up an approval.
    return { key: this.#host.isBusy(key) ? `answer:${ctx.key}` : key }
  }

  #mayAnswer(question: Question, ctx: Context): boolean {
    try {
      return question.init.mayAnswer(ctx)
    } catch (error) {
      question.fail(error)
      return false
    }
  }

  #read(question: Question, ctx: Context): Reading | null {
    try {
      return question.init.read(ctx)
    } catch (error) {
      question.fail(error)
      return null
    }
  }
}

/** Whether a person may have seen a question before this run of its handler. */
const isAskedAgain = ({ asker }: Question): boolean => asker.run.ctx.replayed
