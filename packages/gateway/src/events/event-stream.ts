import { QqkitError, type SettleOutcome, type ShardId } from '@qqkit/core'

import type { TrackedEvent } from '../delivery/tracked-event.js'
import type { AnyGatewayEvent } from './event-delivery.js'
import { followContexts, Within } from './listeners.js'

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

/** Whether it was given up, and told, while it waited: then nobody must get it any more. */
export const hasEnded = ({ tracked }: Unread): boolean => tracked.stage.kind !== 'handed_out'

/** How an {@link EventStream} is made. */
export interface EventStreamOptions {
  /** Events kept for a slow reader; beyond it the oldest one is given up. */
  readonly capacity: number
  /** Whose events they are: a round of a loop that closes it is not waited for. */
  readonly gateway: object
  /** What a reader before had not read. */
  readonly unread: readonly Unread[]
  readonly onOverflow: (given: Unread) => void
  /** Called once, when the stream has ended, with what nobody has read. */
  readonly onEnd: (unread: readonly Unread[]) => void
}

/**
 * Events to be looped over. Each `for await` is a worker of its own: an event goes to one of them, and is
 * finished when that one asks for the next. Readers that fall behind by more than `capacity` events lose the oldest, which
 * is told; the socket is never held up.
 */
export class EventStream implements AsyncIterable<ShardEvent> {
  readonly #options: EventStreamOptions
  #buffer: Unread[]
  readonly #waiting: Worker[] = []
  readonly #workers = new Set<Worker>()
  #state: 'open' | 'draining' | 'closed' | 'left' = 'open'

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.#buffer = [...options.unread]
    followContexts()
  }

  /** Adds an event. */
  push(entry: Unread): void {
    const reader = this.#waiting.shift()
    if (reader) return reader.give(entry)
    this.#buffer.push(entry)
    if (this.#buffer.length <= this.#options.capacity) return
    const oldest = this.#buffer.shift()
    if (!oldest || hasEnded(oldest)) return
    oldest.settle('abandoned')
    this.#options.onOverflow(oldest)
  }

  /** No more events: what is buffered a busy reader can still read, the next run gets the rest. */
  end(): void {
    if (this.#hasEnded) return
    this.drain()
    this.#state = 'closed'
    for (const worker of this.#waiting.splice(0)) worker.give(null)
    this.#options.onEnd([])
  }

  /** Before the end: what nobody is about to read is left to the next process, and so is what a reader leaves from now on. */
  drain(): void {
    if (!this.#hasEnded) this.#state = 'draining'
    const busy = [...this.#workers].some((worker) => worker.busy)
    if (!busy) for (const { settle } of this.#buffer.splice(0)) settle('left')
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<ShardEvent> {
    const worker = new Worker(this)
    this.#workers.add(worker)
    return worker
  }

  get gateway(): object {
    return this.#options.gateway
  }

  /** For a worker: the next event at once, `null` at the end, or `undefined`: it is given one later. */
  take(worker: Worker): Unread | null | undefined {
    for (let entry = this.#buffer.shift(); entry; entry = this.#buffer.shift())
      if (!hasEnded(entry)) return entry
    if (this.#hasEnded) return null
    this.#waiting.push(worker)
    return undefined
  }

  /** A worker stops; the last one takes the stream with it. */
  quit(worker: Worker): void {
    this.#workers.delete(worker)
    const at = this.#waiting.indexOf(worker)
    if (at >= 0) this.#waiting.splice(at, 1)
    worker.give(null)
    if (this.#workers.size === 0) this.leave()
  }

  get #hasEnded(): boolean {
    return this.#state === 'closed' || this.#state === 'left'
  }

  /** All readers leave: what they did not read is there for the next one. */
  leave(): void {
    if (this.#state === 'left') return
    const before = this.#state
    this.#state = 'left'
    for (const worker of this.#waiting.splice(0)) worker.give(null)
    const unread = this.#buffer
    this.#buffer = []
    if (before !== 'open') for (const { settle } of unread) settle('left')
    if (before !== 'closed') this.#options.onEnd(before === 'open' ? unread : [])
  }
}

/** One reader of a stream, with the event in its hands. */
class Worker implements AsyncIterableIterator<ShardEvent> {
  readonly #stream: EventStream
  #asked: ((result: IteratorResult<ShardEvent>) => void) | null = null
  #current: Unread | null = null

  constructor(stream: EventStream) {
    this.#stream = stream
  }

  /** Whether it has an event, or waits for one. */
  get busy(): boolean {
    return this.#current !== null || this.#asked !== null
  }

  next(): Promise<IteratorResult<ShardEvent>> {
    // Two who wait at once would each be taken for finished when the other one asks.
    if (this.#asked) return Promise.reject(shared())
    this.finish()
    const entry = this.#stream.take(this)
    if (entry === undefined) return new Promise((resolve) => (this.#asked = resolve))
    return Promise.resolve(this.#begin(entry))
  }

  /** What it asked for; `null`: nothing more. */
  give(entry: Unread | null): void {
    const asked = this.#asked
    this.#asked = null
    asked?.(this.#begin(entry))
  }

  /** It is finished with the event in its hands. */
  finish(): void {
    this.#current?.settle('done')
    this.#current = null
  }

  #begin(entry: Unread | null): IteratorResult<ShardEvent> {
    this.#current = entry
    if (entry === null) return { done: true, value: undefined }
    const round = new Within(this.#stream.gateway)
    // Only of this event: what an earlier round left running may close the gateway later.
    round.onLeave(() => {
      if (this.#current === entry) this.finish()
    })
    return {
      done: false,
      // A loop reads it where it goes on with the event, and nowhere else can it be told that this is a round of it.
      get value() {
        round.enter()
        return entry.value
      },
    }
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

const shared = (): QqkitError =>
  new QqkitError({
    code: 'reader_shared',
    message: 'next() was called again before the last call was answered',
    advice: {
      en: 'Give each worker a `for await` over events(), or an iterator of its own; to wait with a timeout, keep the promise of next() for the next wait.',
      zh: '请让每个工作者各自用 `for await` 遍历 events()，或各用一个迭代器；若要带超时等待，请保留 next() 的 promise 下次继续等待。',
    },
  })
