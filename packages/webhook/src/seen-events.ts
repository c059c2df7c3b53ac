import { createHash } from 'node:crypto'

import type { Clock, SettleOutcome, WireFrame } from '@qqkit/core'
import { BoundedMap, parseTimestamp } from '@qqkit/core/internal'

import type { Click } from './click.js'

/** A received event and its outcome. */
export interface SeenEvent {
  readonly settled: Promise<SettleOutcome>
  /** The click that waits for its code; `null` for other events. */
  readonly click: Click | null
  /** `null` while it is being handled. */
  outcome: SettleOutcome | null
}

/**
 * Remembers received events, so that a retry of the platform is answered and not handled again. Bounded in age and number;
 * the oldest are evicted first.
 */
export class SeenEvents {
  readonly #seen: BoundedMap<SeenEvent>

  /** @param options `keepFor` in ms; `capacity` in events */
  constructor(options: { readonly clock: Clock; readonly keepFor: number; readonly capacity: number }) {
    const { clock, keepFor, capacity } = options
    this.#seen = new BoundedMap({ limit: capacity, maxAge: keepFor, now: () => clock.now() })
  }

  /** The event with this key, finished or not. */
  find(key: string): SeenEvent | undefined {
    return this.#seen.peek(key)
  }

  /** Remembers an event, and replaces an earlier one with the same key. */
  add(key: string, settled: Promise<SettleOutcome>, click: Click | null): SeenEvent {
    const event: SeenEvent = { settled, click, outcome: null }
    void settled.then((outcome) => (event.outcome = outcome))
    this.#seen.set(key, event)
    return event
  }
}

/** The key of an event without an id: a repeated push has the same bytes. */
export const bodyKey = (body: Uint8Array): string =>
  `body:${createHash('sha256').update(body).digest('base64url')}`

/**
 * Whether the timestamp of an event may be before a time. Timestamps are whole seconds, so an event of the same second
 * counts as before: a process can be killed and restarted within a second.
 */
export const sentBefore = ({ d }: WireFrame, wall: number): boolean => {
  const sentAt = typeof d === 'object' && d !== null && 'timestamp' in d ? parseTimestamp(d.timestamp) : null
  return sentAt !== null && Math.floor(sentAt / 1000) <= Math.floor(wall / 1000)
}
