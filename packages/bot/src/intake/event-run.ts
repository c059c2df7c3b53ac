import type { SettleOutcome } from '@qqkit/core'

import type { Context } from '../context/context.js'
import type { Lifetime } from '../context/lifetime.js'
import type { BotError } from '../errors/bot-error.js'
import type { Task } from '../queue/keyed-queue.js'
import type { Deadlines, Timed } from './deadlines.js'

/** What events are handled with, the same for all of an intake. */
export interface Handling {
  readonly deadlines: Deadlines<EventRun>
  /** The composed handlers. */
  readonly handle: (ctx: Context) => Promise<void>
  /** Told of everything that a handler throws; never rejects. */
  readonly fail: (error: unknown, ctx: Context) => Promise<void>
  /** Told of the end of each event. */
  readonly ended: (run: EventRun, outcome: SettleOutcome) => void
  /** Told of each event that had to make room in the queue. */
  readonly dropped: (run: EventRun, key: string) => void
}

/** One event and the run of the handlers over it. One object: this happens for every event. */
export class EventRun implements Task, Timed<EventRun> {
  before: EventRun | null = null
  after: EventRun | null = null
  startedAt = 0
  readonly ctx: Context
  readonly #lifetime: Lifetime
  readonly #handling: Handling
  #resolve: (() => void) | null = null
  #givenUp = false

  constructor(ctx: Context, lifetime: Lifetime, handling: Handling) {
    this.ctx = ctx
    this.#lifetime = lifetime
    this.#handling = handling
  }

  /**
   * Runs the handlers under their deadline; resolves at the end or when they are given up. What they throw goes to
   * `fail`; this never rejects.
   */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#handling.deadlines.begin(this)
      void this.#handleWhole()
    })
  }

  drop(key: string): void {
    this.#handling.dropped(this, key)
  }

  /** Ends the run before the handlers have ended: aborts its signal. It must have left its deadline. */
  async giveUp(reason: BotError): Promise<void> {
    this.#givenUp = true
    this.#lifetime.abort(reason)
    await this.#handling.fail(reason, this.ctx)
    this.#end('abandoned')
  }

  /** To the end of the handlers, including calls that they began and did not wait for. */
  async #handleWhole(): Promise<void> {
    const { handle, fail } = this.#handling
    let errors: unknown[] | null = null
    try {
      await handle(this.ctx)
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
    for (const error of errors ?? []) await fail(error, this.ctx)
    this.#end(errors ? 'failed' : 'done')
  }

  #end(outcome: SettleOutcome): void {
    const resolve = this.#resolve
    if (!resolve) return
    this.#resolve = null
    if (!this.#givenUp) this.#handling.deadlines.end(this)
    this.#handling.ended(this, outcome)
    resolve()
  }
}
