import type { Clock, SettleOutcome } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

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
  readonly #seen: BoundedMap<SeenEvent>

  /** @param options `keepFor` in ms; `capacity` in events */
  constructor(options: { readonly clock: Clock; readonly keepFor: number; readonly capacity: number }) {
    const { clock, keepFor, capacity } = options
    this.#seen = new BoundedMap({ limit: capacity, maxAge: keepFor, now: () => clock.now() })
  }

  /** The event that came before under this key, finished or not. */
  find(key: string): SeenEvent | undefined {
    return this.#seen.peek(key)
  }

  /** Remembers an event, in place of an earlier one of the same key. */
  add(key: string, settled: Promise<SettleOutcome>, click: Click | null): SeenEvent {
    const event: SeenEvent = { settled, click, outcome: null }
    void settled.then((outcome) => (event.outcome = outcome))
    this.#seen.set(key, event)
    return event
  }
}
