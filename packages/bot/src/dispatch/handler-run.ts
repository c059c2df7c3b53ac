import type { Clock, SettleOutcome } from '@qqkit/core'
import { causeOf, type Deadline, type DeadlineQueue } from '@qqkit/core/internal'

import type { BotError } from '../common/errors.js'
import type { MergedDelivery } from '../common/merged-delivery.js'
import type { Context } from '../context/context.js'
import type { HandlerScope } from '../context/handler-scope.js'
import type { Task } from './keyed-queue.js'

/** ms after which a handler is reported as slow. */
const SLOW = 60_000

/** The context of an event with its scope. */
export interface ScopedContext {
  readonly ctx: Context
  readonly scope: HandlerScope
}

/** What handler runs work with, the same for all of a dispatcher. */
export interface HandlerRunDeps {
  readonly clock: Clock
  readonly deadlines: DeadlineQueue<HandlerRun>
  /** How long a handler may take, in ms. */
  readonly timeout: number
  /** Called once for a slow handler. */
  readonly onSlow: (run: HandlerRun) => void
  /** Called when the time of a handler is up. */
  readonly onTimeUp: (run: HandlerRun) => void
  /** The composed handlers. */
  readonly handle: (ctx: Context) => Promise<void>
  /** Called with every error of a handler; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
  /** Called at the end of each event. */
  readonly onEnd: (run: HandlerRun, outcome: SettleOutcome) => void
  /** Called with each event that was dropped from a full queue. */
  readonly onDropped: (run: HandlerRun, key: string) => void
}

/** One event and the run of its handlers. A single object without closures, since there is one for every event. */
export class HandlerRun implements Task, Deadline {
  prev: HandlerRun | null = null
  next: HandlerRun | null = null
  due = 0
  index = -1
  readonly merged: MergedDelivery
  readonly #deps: HandlerRunDeps
  #ctx: Context
  #scope: HandlerScope
  #handle: HandlerRunDeps['handle']
  /** Whether it was dropped from a full queue: `onDropped` runs instead of the handlers. */
  #isDropped = false
  #begun = false
  /** A copy that is handled next, if no handler took this one. */
  #replacement: ScopedContext | null = null
  #resolve: (() => void) | null = null
  /** When the handler, or `bot.catch` after it, has to end. */
  #giveUpAt = 0
  #slowReported = false
  /** Why the run was given up. */
  #reason: BotError | null = null

  constructor({ ctx, scope }: ScopedContext, merged: MergedDelivery, deps: HandlerRunDeps) {
    this.#ctx = ctx
    this.#scope = scope
    this.merged = merged
    this.#deps = deps
    this.#handle = deps.handle
  }

  get ctx(): Context {
    return this.#ctx
  }

  /** The copy to handle when this run is over and no handler took the event. */
  get replacement(): ScopedContext | null {
    return this.#replacement
  }

  /** A copy of the message is known to be for the bot: it replaces this one, now or after this run. */
  replaceWith(other: ScopedContext): void {
    if (this.#begun) {
      this.#replacement = other
      return
    }
    this.#ctx = other.ctx
    this.#scope = other.scope
  }

  /** Runs `onDropped` instead of the handlers, under the same deadline. Never rejects, like `run`. */
  runDropped(onDropped: (ctx: Context) => Promise<void>): Promise<void> {
    this.#handle = onDropped
    this.#isDropped = true
    return this.run()
  }

  /**
   * Runs the handlers under their deadline; resolves when they end or are given up. Their errors go to `fail`; this never
   * rejects.
   */
  run(): Promise<void> {
    this.#begun = true
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#startDeadline()
      void this.#runToEnd()
    })
  }

  drop(key: string): void {
    this.#deps.onDropped(this, key)
  }

  /**
   * First timeout: aborts `ctx.signal` and gives `bot.catch` another `handlerTimeout`. Second: ends the run, so that the
   * conversation is not blocked. The run must have left the deadline queue.
   */
  timeUp(reason: BotError): void {
    if (this.#reason) {
      this.#end('abandoned')
      return
    }
    this.#startDeadline()
    void this.#giveUp(reason).then(() => this.#end('abandoned'))
  }

  /** Ends the run at once, whatever still runs. It must have left the deadline queue. */
  interrupt(reason: BotError): void {
    if (!this.#reason) void this.#giveUp(reason)
    this.#end('abandoned')
  }

  /** The first deadline reports a slow handler, the second is its timeout. */
  onDeadline(): void {
    const { deadlines, onSlow, onTimeUp } = this.#deps
    if (this.due >= this.#giveUpAt) {
      onTimeUp(this)
      return
    }
    deadlines.add(this, this.#giveUpAt)
    this.#slowReported = true
    onSlow(this)
  }

  #startDeadline(): void {
    const { clock, deadlines, timeout } = this.#deps
    const now = clock.now()
    this.#giveUpAt = now + timeout
    deadlines.add(this, this.#slowReported ? this.#giveUpAt : Math.min(now + SLOW, this.#giveUpAt))
  }

  async #giveUp(reason: BotError): Promise<void> {
    this.#reason = reason
    this.#scope.abort(reason)
    await this.#deps.fail(reason, this.#ctx)
  }

  /** Runs the handlers, and waits for the calls that they began and did not await. */
  async #runToEnd(): Promise<void> {
    const { fail } = this.#deps
    let errors: unknown[] | null = null
    try {
      await this.#handle(this.#ctx)
    } catch (error) {
      errors = [error]
    }
    if (!this.#scope.endIfIdle()) {
      try {
        await this.#scope.finish()
      } catch (error) {
        errors = [...(errors ?? []), error]
      }
    }
    for (const error of errors ?? []) if (!this.#isReported(error)) await fail(error, this.#ctx)
    // A run that was given up is abandoned, however it ends.
    const outcome = errors ? 'failed' : 'done'
    if (!this.#reason) this.#end(this.#isDropped ? 'abandoned' : outcome)
  }

  /** The handler rethrew the abort reason, which was already reported. */
  #isReported(error: unknown): boolean {
    return this.#reason !== null && (error === this.#reason || causeOf(error) === this.#reason)
  }

  #end(outcome: SettleOutcome): void {
    const resolve = this.#resolve
    if (!resolve) return
    this.#resolve = null
    this.#deps.deadlines.delete(this)
    this.#deps.onEnd(this, outcome)
    resolve()
  }
}
