import { QqkitError, type Clock, type LogSink } from '@qqkit/core'

import { refusals, type Refusal } from './refusal.js'

/** ms between two warnings for the same reason: whoever scans the internet must not fill the log. */
const QUIET = 60_000

/** Records refused requests: the first of each minute and reason as a warning with advice, the others for debugging. */
export class RefusalLog {
  readonly #log: LogSink
  readonly #clock: Clock
  readonly #warnedAt = new Map<Refusal, number>()

  constructor(log: LogSink, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** @param cause what was thrown, where something was */
  note(reason: Refusal, cause?: unknown): void {
    const { status, message, advice } = refusals[reason]
    const now = this.#clock.now()
    const quiet = now - (this.#warnedAt.get(reason) ?? -Infinity) < QUIET
    if (!quiet) this.#warnedAt.set(reason, now)
    this.#log({
      level: quiet ? 'debug' : 'warn',
      event: 'webhook.refused',
      message: `refused a call of the webhook with ${status}`,
      reason,
      status,
      error: new QqkitError({ code: `webhook_${reason}`, message, advice, cause }),
    })
  }
}
