import { createHash } from 'node:crypto'

import type { Clock, SettleOutcome, WireFrame } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

import type { Click } from './click.js'

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

/** What tells copies of an event without an id apart from other events: a push that is repeated has the same bytes. */
export const bodyKey = (body: Uint8Array): string =>
  `body:${createHash('sha256').update(body).digest('base64url')}`

/** Wall time in ms of an event: RFC 3339 in messages, Unix seconds elsewhere (§8); `NaN` where it has none. */
const sentAt = ({ d }: WireFrame): number => {
  if (typeof d !== 'object' || d === null || !('timestamp' in d)) return Number.NaN
  const { timestamp } = d
  if (typeof timestamp === 'number') return timestamp * 1000
  if (typeof timestamp !== 'string') return Number.NaN
  return /^\d+$/.test(timestamp) ? Number(timestamp) * 1000 : Date.parse(timestamp)
}

/**
 * Whether an event may be older than a moment, as far as it tells. The platform tells the time in whole seconds, so one of the
 * same second may be: a process can be killed and be back within it.
 */
export const sentBefore = (frame: WireFrame, wall: number): boolean =>
  Math.floor(sentAt(frame) / 1000) <= Math.floor(wall / 1000)
