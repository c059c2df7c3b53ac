import { type Deadline, type DeadlineQueue, onAbort } from '@qqkit/core/internal'

import type { Context } from '../context/context.js'
import type { PausableRun } from '../dispatch/pausable-run.js'
import { AskError } from './errors.js'

/** Who and what a question waits for. */
export interface QuestionInit {
  /** With what it is asked. */
  readonly ctx: Context
  /** In the data of its buttons: the same in every run of its handler. */
  readonly id: string
  /** Where it is found: a place, with a person or for all. */
  readonly keys: readonly string[]
  readonly timeout: number
  readonly interrupt: 'keep' | 'cancel'
  /** Whether a person may answer. May throw. */
  readonly mayAnswer: (ctx: Context) => boolean
  /** Reads an event as an answer; `null`: it is none. May throw. */
  readonly read: (ctx: Context) => Reading | null
  readonly signal: AbortSignal | undefined
}

/** What an event is to a question. */
export type Reading =
  | { readonly kind: 'answer'; readonly choice: string | null }
  /** A word that cancels it. */
  | { readonly kind: 'cancel' }

/** What a question works with. */
export interface QuestionDeps {
  readonly asker: Asker
  readonly deadlines: DeadlineQueue<Question>
  /** Monotonic ms. */
  readonly now: () => number
  /** Called once, at its end. */
  readonly onEnd: (question: Question) => void
}

/** An answer, or why there is none. */
type Outcome =
  | { readonly kind: 'answered'; readonly by: Context; readonly choice: string | null }
  | { readonly kind: 'failed'; readonly error: unknown }

/** From `open` to `over`; an event that matches is on its way to it while it is `matched`. */
type Stage =
  | { readonly is: 'open' }
  | { readonly is: 'matched'; readonly by: Context; readonly reading: Reading; readonly left: number }
  | { readonly is: 'over' }

const OPEN: Stage = { is: 'open' }
const OVER: Stage = { is: 'over' }

/** How a person answered. */
export interface Answered {
  readonly ctx: Context
  /** The value of the choice; `null` for an open question. */
  readonly choice: string | null
}

/** One question: it owns the event that answers it from the match on, and ends once. */
export class Question implements Deadline {
  index = -1
  due = 0
  readonly init: QuestionInit
  readonly asker: Asker
  /** The first of the questions that its handler asked at once, without waiting until one was shown: they are answered in order. */
  readonly first: Question
  readonly answer: Promise<Answered>
  readonly #deps: QuestionDeps
  readonly #unlisten: () => void
  #stage: Stage = OPEN
  #isShown = false
  #settle: (outcome: Outcome) => void = () => {}

  constructor(init: QuestionInit, deps: QuestionDeps) {
    this.init = init
    this.asker = deps.asker
    this.#deps = deps
    this.answer = new Promise((resolve, reject) => {
      this.#settle = (outcome) =>
        outcome.kind === 'answered'
          ? resolve({ ctx: outcome.by, choice: outcome.choice })
          : reject(outcome.error)
    })
    deps.deadlines.add(this, deps.now() + init.timeout)
    const { last } = deps.asker
    this.first = last && !last.#isShown && !last.isOver ? last.first : this
    deps.asker.opened(this)
    const unlisten = [init.signal, deps.asker.run.ctx.signal].map((signal) =>
      signal ? onAbort(signal, () => this.#onAbort(signal.reason)) : () => {},
    )
    this.#unlisten = () => {
      for (const leave of unlisten) leave()
    }
  }

  get isOpen(): boolean {
    return this.#stage.is === 'open'
  }

  get isOver(): boolean {
    return this.#stage.is === 'over'
  }

  /** Its message has arrived: its time counts from now on. */
  shown(): void {
    this.#isShown = true
    const { deadlines, now } = this.#deps
    if (this.isOpen && deadlines.delete(this)) deadlines.add(this, now() + this.init.timeout)
  }

  /** An event that answers it is on its way: its time stops. */
  match(by: Context, reading: Reading): void {
    const left = this.due - this.#deps.now()
    this.#deps.deadlines.delete(this)
    this.#stage = { is: 'matched', by, reading, left }
  }

  /** The event on its way was dropped, by a full queue or by middleware. */
  release(by: Context): void {
    if (this.#stage.is !== 'matched' || this.#stage.by !== by) return
    const { deadlines, now } = this.#deps
    deadlines.add(this, now() + Math.max(0, this.#stage.left))
    this.#stage = OPEN
  }

  /** The event on its way has come: its run gives its place to the asking one. Returns whether the question still waits for it. */
  arrive(by: Context, run: PausableRun): boolean {
    if (this.#stage.is !== 'matched' || this.#stage.by !== by) return false
    const { reading } = this.#stage
    const outcome: Outcome =
      reading.kind === 'answer'
        ? { kind: 'answered', by, choice: reading.choice }
        : { kind: 'failed', error: new AskError('question_cancelled', { by: 'word', ctx: by }) }
    this.#end()
    this.asker.closedBy(this, run, () => this.#settle(outcome))
    return true
  }

  /** Ends it without an answer; the asking run continues when it is its turn. */
  fail(error: unknown): void {
    if (this.isOver) return
    this.#end()
    this.asker.closed(this, () => this.#settle({ kind: 'failed', error }))
  }

  #onAbort(reason: unknown): void {
    // At a stop of the bot it is abandoned.
    if (!AskError.is(reason)) this.cancel('signal', reason)
  }

  cancel(by: 'signal' | 'command' | 'failure', cause?: unknown): void {
    this.fail(new AskError('question_cancelled', { by, ctx: this.init.ctx, cause }))
  }

  onDeadline(): void {
    const { ctx, timeout } = this.init
    this.fail(new AskError('question_timed_out', { detail: `after ${timeout} ms`, ctx }))
  }

  /** Ends it at once, without a turn. */
  abandon(error: unknown): void {
    if (this.isOver) return
    this.#end()
    this.asker.abandoned(this)
    this.#settle({ kind: 'failed', error })
  }

  #end(): void {
    this.#stage = OVER
    this.#unlisten()
    this.#deps.deadlines.delete(this)
    this.#deps.onEnd(this)
  }
}

/**
 * A handler run that has asked. While one of its questions is open, it is outside of its conversation: it has neither lane nor place,
 * and its time stands still. The event that closes the last one gives it a place again.
 */
export class Asker {
  readonly run: PausableRun
  readonly #open = new Set<Question>()
  #last: Question | null = null
  /** Promises of `ask` and `choose` that have not ended. */
  readonly #calls = new Set<Promise<unknown>>()
  #is: 'in' | 'out' | 'queued' = 'in'

  constructor(run: PausableRun) {
    this.run = run
  }

  /** The question that was asked last. */
  get last(): Question | null {
    return this.#last
  }

  opened(question: Question): void {
    this.#last = question
    this.#open.add(question)
    // The handler may have asked before its first wait: its run is paused when it has begun.
    void Promise.resolve().then(() => this.#step())
  }

  /** Knows of a call until it has ended. */
  watch(call: Promise<unknown>): void {
    this.#calls.add(call)
    // Not by `then` of the call itself, which would count as code that handles its failure.
    void Promise.prototype.then.call(
      call,
      () => this.#calls.delete(call),
      () => this.#calls.delete(call),
    )
  }

  /** The handler has failed: no code waits for its answers any more. */
  failed(cause: unknown): void {
    // The error of the handler is the one to report.
    void Promise.allSettled(this.#calls)
    for (const question of this.#open) question.cancel('failure', cause)
  }

  /** A question was answered by the event of a run. */
  closedBy(question: Question, run: PausableRun, settle: () => void): void {
    this.#open.delete(question)
    if (this.#open.size === 0 && this.#is === 'out') {
      this.#is = 'in'
      this.run.continueFor(run)
    } else run.pause()
    settle()
  }

  /** A question ended without an event. */
  closed(question: Question, settle: () => void): void {
    this.#open.delete(question)
    if (this.#open.size > 0 || this.#is !== 'out') return settle()
    this.#is = 'queued'
    this.run.continueInTurn(() => {
      this.#is = 'in'
      settle()
      this.#step()
    })
  }

  /** A question ended with its run. */
  abandoned(question: Question): void {
    this.#open.delete(question)
  }

  #step(): void {
    if (this.#open.size === 0 || this.#is !== 'in') return
    this.#is = 'out'
    this.run.pause()
  }
}
