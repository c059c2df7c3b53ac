import type { SettleOutcome, ShardId } from '@qqkit/core'

import type { AnyGatewayEvent } from './any-event.js'

/** An event with the shard it came over. */
export interface ShardEvent {
  readonly event: AnyGatewayEvent
  readonly shard: ShardId
}

interface Entry {
  readonly value: ShardEvent
  readonly settle: (outcome: SettleOutcome) => void
}

/** How an {@link EventStream} is made. */
export interface EventStreamOptions {
  /** Events kept for a slow reader; beyond it the oldest one is given up. */
  readonly capacity: number
  readonly onOverflow: () => void
  /** Called once, when the stream has ended. */
  readonly onEnd: () => void
}

/**
 * Events as an async iterator. An event counts as finished when the next one is asked for. A reader that falls behind by
 * more than `capacity` events loses the oldest, with a record; the socket is never held up.
 */
export class EventStream implements AsyncIterableIterator<ShardEvent> {
  readonly #options: EventStreamOptions
  readonly #buffer: Entry[] = []
  readonly #readers: ((result: IteratorResult<ShardEvent>) => void)[] = []
  #current: Entry | null = null
  #ended = false

  constructor(options: EventStreamOptions) {
    this.#options = options
  }

  /** Adds an event; `settle` is called when the reader is finished with it. */
  push(value: ShardEvent, settle: (outcome: SettleOutcome) => void): void {
    if (this.#ended) return settle('abandoned')
    const entry: Entry = { value, settle }
    const reader = this.#readers.shift()
    if (reader) {
      // Whoever asked for another event before this one came is finished with the one before.
      this.#current?.settle('done')
      this.#current = entry
      reader({ done: false, value })
      return
    }
    this.#buffer.push(entry)
    if (this.#buffer.length > this.#options.capacity) {
      this.#buffer.shift()?.settle('abandoned')
      this.#options.onOverflow()
    }
  }

  /** No more events: what is buffered can still be read. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined })
    this.#options.onEnd()
  }

  next(): Promise<IteratorResult<ShardEvent>> {
    this.#current?.settle('done')
    this.#current = this.#buffer.shift() ?? null
    if (this.#current) return Promise.resolve({ done: false, value: this.#current.value })
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  /** The reader leaves; what it did not read is given up, the event in its hands is finished. */
  return(): Promise<IteratorResult<ShardEvent>> {
    this.#current?.settle('done')
    this.#current = null
    this.end()
    for (const { settle } of this.#buffer.splice(0)) settle('abandoned')
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
