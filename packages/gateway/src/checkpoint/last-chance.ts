import { withDeadline, type Clock } from '@qqkit/core'

import type { Intake } from './intake.js'
import type { OpenDelivery } from './open-delivery.js'

/** ms after which an event that has not ended the process is no longer waited for. */
const ALONE = 10_000

/**
 * Lets events that two processes in a row died with have their last chance one after the other. Whichever of them is in
 * flight when a third process ends is the one to blame; without this, all that were in flight beside it would be
 * quarantined with it.
 */
export class LastChance {
  readonly #clock: Clock
  readonly #intake: Intake
  readonly #closed = new AbortController()
  #before: Promise<void> = Promise.resolve()

  constructor(clock: Clock, intake: Intake) {
    this.#clock = clock
    this.#intake = intake
  }

  /** Resolves when a delivery may be handed out; from then on this life counts against it. Never rejects. */
  async turn(delivery: OpenDelivery): Promise<void> {
    await this.#before
    this.#intake.risk(delivery)
    this.#before = this.#finished(delivery)
  }

  /** Nobody waits any more. */
  close(): void {
    this.#closed.abort()
  }

  async #finished(delivery: OpenDelivery): Promise<void> {
    const { signal } = this.#closed
    const onTimeout = (): Error => new Error('it takes long, but it does no harm')
    try {
      const work = async (): Promise<void> => this.#intake.settled(delivery)
      await withDeadline({ clock: this.#clock, ms: ALONE, onTimeout, signal }, work)
    } catch {
      // Long enough, or over: the next one may go.
    }
  }
}
