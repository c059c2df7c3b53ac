import type { Delivery, LogSink, SettleOutcome } from '@qqkit/core'

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
  readonly #open = new Set<(outcome: SettleOutcome) => void>()
  #resolve: () => void = () => {}

  constructor(consumer: Deliver, log: LogSink) {
    this.consumer = consumer
    this.#log = log
    this.over = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Hands an event to the consumer; resolves with what became of it. Never rejects. */
  async deliver(event: Pick<Delivery, 'key' | 'frame' | 'replayed'>): Promise<SettleOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: SettleOutcome): void => {
        this.#open.delete(settle)
        resolve(outcome)
      }
      this.#open.add(settle)
      try {
        this.consumer({ ...event, shard: null, settle })
      } catch (error) {
        this.#log({
          level: 'error',
          event: 'webhook.consumer_threw',
          message: 'the consumer of run() threw',
          key: event.key,
          error,
        })
        settle('failed')
      }
    })
  }

  /** Ends the run, and with it the wait for everything that is still being handled. */
  end(): void {
    for (const settle of this.#open) settle(LEFT_OPEN)
    this.#resolve()
  }
}
