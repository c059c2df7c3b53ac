import type { Clock, Delivery, SettleOutcome } from '@qqkit/core'
import { causeOf, type Deadline, type DeadlineQueue, isThenable } from '@qqkit/core/internal'

import type { BotError } from '../common/errors.js'
import type { MergedDelivery, Replaceable } from '../common/merged-delivery.js'
import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { Turn } from '../routing/intake.js'
import type { Lane, Task } from './keyed-queue.js'

/** ms after which a handler is reported as slow. */
const SLOW = 60_000

/** What handler runs work with, the same for all of a dispatcher. */
export interface HandlerRunDeps {
  readonly clock: Clock
  readonly deadlines: DeadlineQueue<HandlerRun>
  /** How long a handler may take, in ms. */
  readonly timeout: number
  /** Called once for a slow handler. */
  onSlow(run: HandlerRun): void
  /** Called when the time of a handler is up. */
  onTimeUp(run: HandlerRun): void
  /** Makes the context of a delivery. */
  contextOf(delivery: Delivery, merged: MergedDelivery): Context
  /** The conversation of an event. */
  keyOf(ctx: Context): string
  /** The composed handlers; may return a promise. */
  handle(ctx: Context, run: HandlerRun): unknown
  /** Called when the handlers have ended without an error. */
  onHandled(ctx: Context): void
  /** Called with every error of a handler; never rejects. */
  fail(error: unknown, ctx: Context): Promise<void>
  /** Called at the end of each event. */
  onEnd(run: HandlerRun, outcome: SettleOutcome): void
  /** Called with each event that was dropped from a full queue. */
  onDropped(run: HandlerRun): void
  /** Called at the first pause of a run: the bot is not idle before the end of the run. */
  addBeside(over: Promise<void>): void
  /** Queues the continuation of a paused run. */
  queue(task: Task): void
}

/** Why a run cannot go on: its time is up, its event is left to the next process, or a person stopped it. */
interface Cutoff {
  readonly kind: 'given_up' | 'left' | 'stopped'
  readonly reason: Error
}

/** Ends a task in the queue. */
export type OnEnd = (task: Task) => void

/** One event and the run of its handlers. A single object without closures, since there is one for every event. */
export class HandlerRun implements Task, Deadline, Replaceable, Turn {
  lane: Lane | null = null
  due = 0
  index = -1
  readonly merged: MergedDelivery
  readonly deps: HandlerRunDeps
  /** Set while the handlers run in a place of the queue. */
  onEnd: OnEnd | null = null
  /** The task whose lane and place it has; `null`: its own. */
  holder: Task | null = null
  /** Told about its end, from its first pause on (`pausable-run.ts`). */
  pausable: { end(): void } | null = null
  /** When the handler, or `bot.catch` after it, has to end. */
  giveUpAt = 0
  cutoff: Cutoff | null = null
  #ctx: Context
  #key: string | null
  readonly #isClaimed: boolean
  /** Runs instead of the handlers, for an event that was dropped from a full queue. */
  #onDropped: ((ctx: Context) => unknown) | null = null
  #begun = false
  /** A copy that is handled next, if no handler took this one. */
  #replacement: Context | null = null
  #slowReported = false

  /** @param key the conversation; default: that of the event */
  constructor(ctx: Context, merged: MergedDelivery, deps: HandlerRunDeps, key: string | null = null) {
    this.#ctx = ctx
    this.merged = merged
    this.deps = deps
    this.#key = key
    this.#isClaimed = key !== null
  }

  get ctx(): Context {
    return this.#ctx
  }

  get key(): string {
    return (this.#key ??= this.deps.keyOf(this.#ctx))
  }

  /** Whether its event is left to the next process. */
  get isLeft(): boolean {
    return this.cutoff?.kind === 'left'
  }

  /** The copy to handle when this run is over and no handler took the event. */
  get replacement(): Context | null {
    return this.#replacement
  }

  /** A copy of the message is known to be for the bot: it replaces this one, now or after this run. */
  replaceWith(delivery: Delivery): void {
    this.merged.unaddressed = null
    const ctx = this.deps.contextOf(delivery, this.merged)
    // A claimed event is known by its context.
    if (this.#begun || this.#isClaimed) this.#replacement = ctx
    else this.#ctx = ctx
  }

  /** Runs `onDropped` instead of the handlers, under the same deadline. Never rejects. */
  async runDropped(onDropped: (ctx: Context) => unknown): Promise<void> {
    this.#onDropped = onDropped
    await new Promise<void>((resolve) => {
      if (this.start(() => resolve())) resolve()
    })
  }

  /**
   * Runs the handlers. If they do not end at once, they have a deadline, and `onEnd` is called when they end or are given up.
   * Their errors go to `fail`.
   *
   * @returns whether they have ended
   */
  start(onEnd: OnEnd): boolean {
    this.#begun = true
    // Its event was lost while it waited.
    if (this.isLeft) return true
    let result: unknown
    try {
      result = this.#onDropped ? this.#onDropped(this.#ctx) : this.deps.handle(this.#ctx, this)
    } catch (error) {
      result = Promise.reject(error)
    }
    if (!isThenable(result)) {
      this.#onHandled()
      if (BaseContext.endIfIdle(this.#ctx)) {
        this.deps.onEnd(this, this.#outcome)
        return true
      }
    }
    this.onEnd = onEnd
    this.#startDeadline()
    void this.#runToEnd(result)
    return false
  }

  drop(): void {
    this.deps.onDropped(this)
  }

  /**
   * First timeout: aborts `ctx.signal` and gives `bot.catch` another `handlerTimeout`. Second: ends the run, so that the
   * conversation is not blocked. The run must have left the deadline queue.
   */
  timeUp(reason: BotError): void {
    if (this.cutoff) {
      this.#end('abandoned')
      return
    }
    this.#startDeadline()
    void this.#giveUp(reason).then(() => this.#end('abandoned'))
  }

  /** Another process has the event: ends the run at once, and leaves the event unsettled. */
  lose(reason: BotError): void {
    this.cutoff ??= { kind: 'left', reason }
    BaseContext.scopeOf(this.#ctx).abort(reason)
    this.#end('abandoned')
  }

  /** Ends the run at once, whatever still runs. It must have left the deadline queue. */
  interrupt(reason: BotError): void {
    if (!this.cutoff) void this.#giveUp(reason)
    this.#end('abandoned')
  }

  /** The first deadline reports a slow handler, the second is its timeout. */
  onDeadline(): void {
    if (this.due >= this.giveUpAt) {
      this.deps.onTimeUp(this)
      return
    }
    this.deps.deadlines.add(this, this.giveUpAt)
    this.#slowReported = true
    this.deps.onSlow(this)
  }

  #startDeadline(): void {
    const { clock, deadlines, timeout } = this.deps
    const now = clock.now()
    this.giveUpAt = now + timeout
    deadlines.add(this, this.#slowReported ? this.giveUpAt : Math.min(now + SLOW, this.giveUpAt))
  }

  async #giveUp(reason: BotError): Promise<void> {
    this.cutoff = { kind: 'given_up', reason }
    BaseContext.scopeOf(this.#ctx).abort(reason)
    await this.deps.fail(reason, this.#ctx)
  }

  /** Waits for the handlers, and for the calls that they began and did not await. */
  async #runToEnd(result: unknown): Promise<void> {
    let errors: unknown[] | null = null
    if (isThenable(result)) {
      try {
        await result
        this.#onHandled()
      } catch (error) {
        errors = [error]
      }
    }
    if (!BaseContext.endIfIdle(this.#ctx)) {
      try {
        await BaseContext.scopeOf(this.#ctx).finish()
      } catch (error) {
        errors = [...(errors ?? []), error]
      }
    }
    const failures = errors?.filter((error) => !this.#isReported(error)) ?? []
    for (const error of failures) await this.deps.fail(error, this.#ctx)
    // A run that was given up is abandoned, however it ends.
    if (this.cutoff?.kind !== 'given_up')
      this.#end(failures.length > 0 && !this.#onDropped ? 'failed' : this.#outcome)
  }

  #onHandled(): void {
    if (!this.#onDropped) this.deps.onHandled(this.#ctx)
  }

  /** The outcome where nothing fails. */
  get #outcome(): SettleOutcome {
    return this.#onDropped ? 'abandoned' : 'done'
  }

  /** The handler rethrew the abort reason, which was already reported. */
  #isReported(error: unknown): boolean {
    const reason = this.cutoff?.reason
    return reason !== undefined && (error === reason || causeOf(error) === reason)
  }

  #end(outcome: SettleOutcome): void {
    const { onEnd, pausable } = this
    if (!onEnd && !pausable) return
    this.onEnd = null
    this.pausable = null
    this.deps.deadlines.delete(this)
    this.deps.onEnd(this, outcome)
    onEnd?.(this.holder ?? this)
    pausable?.end()
  }
}
