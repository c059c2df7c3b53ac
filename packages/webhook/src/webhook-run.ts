import type { Delivery, LogSink, SettleOutcome } from '@qqkit/core'

import type { Click } from './click.js'

/** Takes the events of a source. */
export type Deliver = (delivery: Delivery) => void

/** An event that nobody settles any more counts as failed, so that the platform pushes it to whoever listens next. */
const LEFT_OPEN: SettleOutcome = 'failed'

/** One life of a webhook as a source: who takes its events, and which of them are not finished. */
export class WebhookRun {
  /** Resolves when the run has ended. */
  readonly over: Promise<void>
  readonly consumer: Deliver
  readonly #log: LogSink
  /** What gives back each event that is not finished. */
  readonly #open = new Set<() => void>()
  #resolve: () => void = () => {}
  #draining = false

  constructor(consumer: Deliver, log: LogSink) {
    this.consumer = consumer
    this.#log = log
    this.over = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /**
   * Hands an event to the consumer; resolves with what became of it. Never rejects.
   *
   * @param click what waits for the code of the event, where it needs one
   */
  async deliver(
    event: Pick<Delivery, 'key' | 'frame' | 'replayed' | 'shared'>,
    click: Click | null,
  ): Promise<SettleOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: SettleOutcome): void => {
        this.#open.delete(giveBack)
        resolve(outcome)
      }
      const giveBack = (): void => {
        if (!this.#open.has(giveBack)) return
        settle(LEFT_OPEN)
        click?.leave()
      }
      this.#open.add(giveBack)
      try {
        this.consumer({
          ...event,
          shard: null,
          settle,
          acknowledge: (code) => click?.give(code) ?? false,
          get acknowledged() {
            return click?.told ?? false
          },
        })
      } catch (error) {
        this.#log({
          level: 'error',
          event: 'webhook.consumer_threw',
          message: 'the consumer of run() threw',
          key: event.key,
          error,
        })
        giveBack()
      }
    })
  }

  /** Whether it takes nothing new any more. */
  get draining(): boolean {
    return this.#draining
  }

  /** From now on nothing new is taken; what was goes on. */
  drain(): void {
    this.#draining = true
  }

  /** Ends the run, and with it the wait for everything that is still being handled. */
  end(): void {
    for (const giveBack of this.#open) giveBack()
    this.#resolve()
  }
}
