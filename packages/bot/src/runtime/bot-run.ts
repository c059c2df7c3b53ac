import type { Clock, Delivery, Source } from '@qqkit/core'
import { withDeadline } from '@qqkit/core/internal'

import { BotError } from '../common/errors.js'
import type { EventDispatcher } from '../dispatch/event-dispatcher.js'

/** ms that sources may take to close, once handlers are done. */
const SOURCE_TIMEOUT = 5000

/** One life of a bot, from start to stop. */
export interface BotRunDeps {
  readonly sources: readonly Source[]
  readonly dispatcher: EventDispatcher
  readonly deliver: (delivery: Delivery) => void
  readonly clock: Clock
  /** How long handlers may go on after the stop, in ms. */
  readonly stopTimeout: number
  /** Whether the session is kept for the next process. */
  readonly resumable: boolean
  /** Told of sources that did not close within so many ms, and are left behind. */
  readonly onSourceStuck: (ms: number) => void
  /** Lets go of everything else. */
  readonly release: () => Promise<void>
}

/** Runs the sources until one of them fails, all of them end, or `stop()` is called; then drains and closes. */
export class BotRun {
  /** Resolves after a stop, rejects with what made the bot stop for good. */
  readonly over: Promise<void>
  readonly #options: BotRunDeps
  #requestStop: () => void = () => {}
  #stopping = false

  constructor(options: BotRunDeps) {
    this.#options = options
    const requested = new Promise<void>((resolve) => {
      this.#requestStop = resolve
    })
    this.over = this.#live(requested)
    // It may not be awaited; the bot reports the error in any case.
    this.over.catch(() => {})
  }

  get stopping(): boolean {
    return this.#stopping
  }

  /** Begins the stop; the first call counts. Resolves when it is complete. */
  async stop(): Promise<void> {
    // At once: a start in the same tick has to see it.
    this.#stopping = true
    this.#requestStop()
    await this.over.catch(() => {})
  }

  async #live(requested: Promise<void>): Promise<void> {
    const { sources, deliver, release } = this.#options
    const lives = sources.map(async (source) => source.run(deliver))
    try {
      await Promise.race([requested, Promise.all(lives)])
    } finally {
      this.#stopping = true
      await this.#drain()
      await this.#closeSources(lives)
      await release()
    }
  }

  /** A source of somebody's own may never end: the bot does. */
  async #closeSources(lives: readonly Promise<void>[]): Promise<void> {
    const { sources, resumable, clock, onSourceStuck } = this.#options
    await withDeadline({ clock, ms: SOURCE_TIMEOUT, onTimeout: () => new Error('too late') }, async () => {
      await Promise.allSettled(sources.map(async (source) => source.close({ resumable })))
      await Promise.allSettled(lives)
    }).catch(() => onSourceStuck(SOURCE_TIMEOUT))
  }

  /** Handlers finish first, while the connection stands: channels take answers only as long as it does (§2.8, 304018). */
  async #drain(): Promise<void> {
    const { sources, dispatcher: intake, clock, stopTimeout: ms } = this.#options
    const onTimeout = (): BotError => new BotError('stopping', `after ${ms} ms`)
    // `async`, since a source of somebody's own may throw.
    void Promise.allSettled(sources.map(async (source) => source.drain?.()))
    intake.close()
    await withDeadline({ clock, ms, onTimeout }, async () => intake.idle()).catch((error: unknown) =>
      intake.abandon(error as BotError),
    )
  }
}
