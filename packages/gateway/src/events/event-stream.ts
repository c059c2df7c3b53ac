import type { SettleOutcome, ShardId } from '@qqkit/core'

import type { TrackedEvent } from '../delivery/tracked-event.js'
import type { AnyGatewayEvent } from './any-event.js'

/** An event with the shard it came over. */
export interface ShardEvent {
  readonly event: AnyGatewayEvent
  readonly shard: ShardId
}

/** An event that waits for a reader. */
export interface Unread {
  readonly value: ShardEvent
  readonly tracked: TrackedEvent
  readonly settle: (outcome: SettleOutcome | 'left') => void
}

/** How an {@link EventStream} is made. */
export interface EventStreamOptions {
  /** Events kept for a slow reader; beyond it the oldest one is given up. */
  readonly capacity: number
  /** What a reader before had not read. */
  readonly unread: readonly Unread[]
  readonly onOverflow: (given: Unread) => void
  /** Called once, when the stream has ended, with what nobody has read. */
  readonly onEnd: (unread: readonly Unread[]) => void
}

/**
 * Events as an async iterator. Each `for await` over it is a worker of its own: an event goes to one of them, and is
 * finished when that one asks for the next. Readers that fall behind by more than `capacity` events lose the oldest, which
 * is told; the socket is never held up.
 */
export class EventStream implements AsyncIterableIterator<ShardEvent> {
  readonly #options: EventStreamOptions
  #buffer: Unread[]
  readonly #waiting: Worker[] = []
  readonly #workers = new Set<Worker>()
  /** Who calls `next()` on the stream itself. */
  readonly #direct: Worker
  #state: 'open' | 'closed' | 'left' = 'open'

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.#buffer = [...options.unread]
    this.#direct = new Worker(this)
  }

  /** Adds an event. */
  push(entry: Unread): void {
    const reader = this.#waiting.shift()
    if (reader) return reader.give(entry)
    this.#buffer.push(entry)
    if (this.#buffer.length <= this.#options.capacity) return
    const oldest = this.#buffer.shift()
    if (!oldest) return
    oldest.settle('abandoned')
    this.#options.onOverflow(oldest)
  }

  /** No more events: what is buffered can still be read. */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'closed'
    for (const worker of this.#waiting.splice(0)) worker.give(null)
    this.#options.onEnd([])
  }

  /** Before the end: what nobody is about to read is left to the next process. */
  drain(): void {
    const busy = this.#direct.busy || [...this.#workers].some((worker) => worker.busy)
    if (!busy) for (const { settle } of this.#buffer.splice(0)) settle('left')
  }

  next(): Promise<IteratorResult<ShardEvent>> {
    return this.#direct.next()
  }

  /** The reader leaves; the event in its hands is finished, and what it did not read is there for the next one. */
  return(): Promise<IteratorResult<ShardEvent>> {
    this.#direct.finish()
    this.#leave()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<ShardEvent> {
    const worker = new Worker(this)
    this.#workers.add(worker)
    return worker
  }

  /** For a worker: the next event at once, `null` at the end, or `undefined`: it is given one later. */
  take(worker: Worker): Unread | null | undefined {
    const entry = this.#buffer.shift()
    if (entry) return entry
    if (this.#state !== 'open') return null
    this.#waiting.push(worker)
    return undefined
  }

  /** A worker stops; the last one takes the stream with it. */
  quit(worker: Worker): void {
    this.#workers.delete(worker)
    if (this.#workers.size === 0) this.#leave()
  }

  #leave(): void {
    if (this.#state === 'left') return
    const ended = this.#state !== 'open'
    this.#state = 'left'
    for (const worker of this.#waiting.splice(0)) worker.give(null)
    const unread = this.#buffer
    this.#buffer = []
    if (!ended) this.#options.onEnd(unread)
  }
}

/** One reader of a stream, with the event in its hands. */
class Worker implements AsyncIterableIterator<ShardEvent> {
  readonly #stream: EventStream
  readonly #asked: ((result: IteratorResult<ShardEvent>) => void)[] = []
  #current: Unread | null = null

  constructor(stream: EventStream) {
    this.#stream = stream
  }

  /** Whether it has an event, or waits for one. */
  get busy(): boolean {
    return this.#current !== null || this.#asked.length > 0
  }

  next(): Promise<IteratorResult<ShardEvent>> {
    this.finish()
    const entry = this.#stream.take(this)
    if (entry === undefined) return new Promise((resolve) => this.#asked.push(resolve))
    this.#current = entry
    return Promise.resolve(resultOf(entry))
  }

  /** What it asked for; `null`: nothing more. */
  give(entry: Unread | null): void {
    // Whoever asked for another event before this one came is finished with the one before.
    this.finish()
    this.#current = entry
    this.#asked.shift()?.(resultOf(entry))
  }

  /** It is finished with the event in its hands. */
  finish(): void {
    this.#current?.settle('done')
    this.#current = null
  }

  return(): Promise<IteratorResult<ShardEvent>> {
    this.finish()
    this.#stream.quit(this)
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

const resultOf = (entry: Unread | null): IteratorResult<ShardEvent> =>
  entry ? { done: false, value: entry.value } : { done: true, value: undefined }
