import type { Delivery, LogSink, SettleOutcome } from '@qqkit/core'
import { isThenable } from '@qqkit/core/internal'

import type { Click } from './click.js'

/** Consumes the events of a source. */
export type Consumer = (delivery: Delivery) => void

/** The outcome of events that are open at the end of a run: the platform pushes them again. */
const UNSETTLED_OUTCOME: SettleOutcome = 'failed'

/** One run of a webhook: its consumer and its open events. */
export class WebhookRun {
  /** Resolves when the run has ended. */
  readonly ended: Promise<void>
  readonly consumer: Consumer
  readonly #log: LogSink
  /** For each open event, a function that ends it as failed. */
  readonly #open = new Set<() => void>()
  #resolve: () => void = () => {}
  #draining = false

  constructor(consumer: Consumer, log: LogSink) {
    this.consumer = consumer
    this.#log = log
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /**
   * Delivers an event to the consumer, and resolves with its outcome. Never rejects.
   *
   * @param click the click that waits for a code, if the event is one
   */
  async deliver(
    event: Pick<Delivery, 'key' | 'frame' | 'replayed' | 'shared'>,
    click: Click | null,
  ): Promise<SettleOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: SettleOutcome): void => {
        this.#open.delete(release)
        resolve(outcome)
      }
      const release = (): void => {
        if (!this.#open.has(release)) return
        settle(UNSETTLED_OUTCOME)
        click?.endUnanswered()
      }
      this.#open.add(release)
      const onFailed = (error: unknown): void => {
        this.#log({
          level: 'error',
          event: 'webhook.consumer_threw',
          message: 'the consumer of run() threw',
          key: event.key,
          error,
        })
        release()
      }
      try {
        const result: unknown = this.consumer({
          ...event,
          shard: null,
          settle,
          holdsAnswer: click !== null,
          acknowledge: (code) => click?.answer(code) ?? false,
          get acknowledged() {
            return click?.answered ?? false
          },
        })
        // Its type takes async functions too. It settles the event itself; one that rejects no longer can.
        if (isThenable(result)) void Promise.resolve(result).catch(onFailed)
      } catch (error) {
        onFailed(error)
      }
    })
  }

  /** Whether new events are refused. */
  get draining(): boolean {
    return this.#draining
  }

  /** Refuses new events from now on; open events continue. */
  drain(): void {
    this.#draining = true
  }

  /** Ends the run, and open events as failed. */
  end(): void {
    for (const release of this.#open) release()
    this.#resolve()
  }
}
