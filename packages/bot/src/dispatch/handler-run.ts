import type { Clock, SettleOutcome } from '@qqkit/core'
import { causeOf, type Deadline, type DeadlineQueue } from '@qqkit/core/internal'

import type { BotError } from '../common/errors.js'
import type { Settlement } from '../common/settlement.js'
import type { Context } from '../context/context.js'
import type { HandlerScope } from '../context/handler-scope.js'
import type { Task } from './keyed-queue.js'

/** A handler that runs for longer is told, in ms. */
const SLOW = 60_000

/** An event as handlers get it. */
export interface ScopedContext {
  readonly ctx: Context
  readonly scope: HandlerScope
}

/** What events are handled with, the same for all of an intake. */
export interface HandlerRunDeps {
  readonly clock: Clock
  readonly deadlines: DeadlineQueue<HandlerRun>
  /** How long a handler may take, in ms. */
  readonly timeout: number
  /** Told once of each handler that is slow. */
  readonly slow: (run: HandlerRun) => void
  /** Told of each handler whose time is up. */
  readonly timeUp: (run: HandlerRun) => void
  /** The composed handlers. */
  readonly handle: (ctx: Context) => Promise<void>
  /** Told of everything that a handler throws; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
  /** Told of the end of each event. */
  readonly ended: (run: HandlerRun, outcome: SettleOutcome) => void
  /** Told of each event that had to make room in the queue. */
  readonly dropped: (run: HandlerRun, key: string) => void
}

/** One event and the run of the handlers over it. One object: this happens for every event. */
export class HandlerRun implements Task, Deadline {
  prev: HandlerRun | null = null
  next: HandlerRun | null = null
  due = 0
  index = -1
  readonly settlement: Settlement
  readonly #handling: HandlerRunDeps
  #ctx: Context
  #lifetime: HandlerScope
  #handle: HandlerRunDeps['handle']
  /** Whether it made room for others, so that nobody handles it. */
  #givesWay = false
  #begun = false
  /** What takes the place of the event, should nobody have it. */
  #heir: ScopedContext | null = null
  #resolve: (() => void) | null = null
  /** When the handler, or whoever is told of its failure, has to be done. */
  #giveUpAt = 0
  #slowTold = false
  /** Why it was given up. */
  #reason: BotError | null = null

  constructor({ ctx, scope: lifetime }: ScopedContext, settlement: Settlement, handling: HandlerRunDeps) {
    this.#ctx = ctx
    this.#lifetime = lifetime
    this.settlement = settlement
    this.#handling = handling
    this.#handle = handling.handle
  }

  get ctx(): Context {
    return this.#ctx
  }

  /** What is to be handled when this is over and nobody had it. */
  get heir(): ScopedContext | null {
    return this.#heir
  }

  /** The same message came again, and is known to be for the bot: it takes the place of this one, now or afterwards. */
  overrule(other: ScopedContext): void {
    if (this.#begun) {
      this.#heir = other
      return
    }
    this.#ctx = other.ctx
    this.#lifetime = other.scope
  }

  /** Had to make room: whoever is told of that has the same time as handlers. Resolves and never rejects like `run`. */
  giveWay(tell: (ctx: Context) => Promise<void>): Promise<void> {
    this.#handle = tell
    this.#givesWay = true
    return this.run()
  }

  /**
   * Runs the handlers under their deadline; resolves at the end or when they are given up. What they throw goes to
   * `fail`; this never rejects.
   */
  run(): Promise<void> {
    this.#begun = true
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#begin()
      void this.#handleWhole()
    })
  }

  drop(key: string): void {
    this.#handling.dropped(this, key)
  }

  /**
   * Its time is up: its signal aborts, and whoever is told of the failure gets as long again. The second time it is over: nobody
   * may hold up a conversation for ever. It must have left the deadline.
   */
  timeUp(reason: BotError): void {
    if (this.#reason) {
      this.#end('abandoned')
      return
    }
    this.#begin()
    void this.#giveUp(reason).then(() => this.#end('abandoned'))
  }

  /** Ends the run at once, whatever is still going on. It must have left the deadline. */
  abandon(reason: BotError): void {
    if (!this.#reason) void this.#giveUp(reason)
    this.#end('abandoned')
  }

  /** Told first that it is slow, then that its time is up. */
  onDeadline(): void {
    const { deadlines, slow, timeUp } = this.#handling
    if (this.due >= this.#giveUpAt) {
      timeUp(this)
      return
    }
    deadlines.add(this, this.#giveUpAt)
    this.#slowTold = true
    slow(this)
  }

  #begin(): void {
    const { clock, deadlines, timeout } = this.#handling
    const now = clock.now()
    this.#giveUpAt = now + timeout
    deadlines.add(this, this.#slowTold ? this.#giveUpAt : Math.min(now + SLOW, this.#giveUpAt))
  }

  async #giveUp(reason: BotError): Promise<void> {
    this.#reason = reason
    this.#lifetime.abort(reason)
    await this.#handling.fail(reason, this.#ctx)
  }

  /** To the end of the handlers, including calls that they began and did not wait for. */
  async #handleWhole(): Promise<void> {
    const { fail } = this.#handling
    let errors: unknown[] | null = null
    try {
      await this.#handle(this.#ctx)
    } catch (error) {
      errors = [error]
    }
    if (!this.#lifetime.endIfQuiet()) {
      try {
        await this.#lifetime.finish()
      } catch (error) {
        errors = [...(errors ?? []), error]
      }
    }
    for (const error of errors ?? []) if (!this.#isTold(error)) await fail(error, this.#ctx)
    // Once given up, it is abandoned, however it ends.
    const outcome = errors ? 'failed' : 'done'
    if (!this.#reason) this.#end(this.#givesWay ? 'abandoned' : outcome)
  }

  /** A handler that ends because its signal aborted throws what everybody has heard of. */
  #isTold(error: unknown): boolean {
    return this.#reason !== null && (error === this.#reason || causeOf(error) === this.#reason)
  }

  #end(outcome: SettleOutcome): void {
    const resolve = this.#resolve
    if (!resolve) return
    this.#resolve = null
    this.#handling.deadlines.delete(this)
    this.#handling.ended(this, outcome)
    resolve()
  }
}
