import type { Clock, SettleOutcome } from '@qqkit/core'

import type { Click } from '../interaction/click.js'

/** An event that came, and what became of it. */
export interface SeenEvent {
  readonly settled: Promise<SettleOutcome>
  /** What waits for its code; `null` where none is needed. */
  readonly click: Click | null
  /** `null` while it is being handled. */
  outcome: SettleOutcome | null
}

/**
 * Remembers which events came, so that a retry of the platform is answered and not handled again. Bounded in time and
 * number; the oldest go first.
 */
export class SeenEvents {
  readonly #clock: Clock
  readonly #keepFor: number
  readonly #capacity: number
  /** In order of arrival. */
  readonly #seen = new Map<string, { readonly event: SeenEvent; readonly at: number }>()

  /** @param options `keepFor` in ms; `capacity` in events */
  constructor(options: { readonly clock: Clock; readonly keepFor: number; readonly capacity: number }) {
    this.#clock = options.clock
    this.#keepFor = options.keepFor
    this.#capacity = options.capacity
  }

  /** The event that came before under this key, finished or not. */
  find(key: string): SeenEvent | undefined {
    const seen = this.#seen.get(key)
    return seen && this.#clock.now() - seen.at < this.#keepFor ? seen.event : undefined
  }

  /** Remembers an event, in place of an earlier one of the same key. */
  add(key: string, settled: Promise<SettleOutcome>, click: Click | null): SeenEvent {
    const event: SeenEvent = { settled, click, outcome: null }
    void settled.then((outcome) => (event.outcome = outcome))
    this.#seen.delete(key)
    this.#seen.set(key, { event, at: this.#clock.now() })
    for (const [oldest, { at }] of this.#seen) {
      const expired = this.#clock.now() - at >= this.#keepFor
      if (!expired && this.#seen.size <= this.#capacity) break
      this.#seen.delete(oldest)
    }
    return event
  }
}
