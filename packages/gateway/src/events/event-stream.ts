import { QqkitError, type SettleOutcome, type ShardId } from '@qqkit/core'

import type { TrackedEvent } from '../delivery/tracked-event.js'
import type { AnyGatewayEvent } from './event-delivery.js'
import { ListenerContext, trackContexts } from './listeners.js'

/** An event with the shard it came over. */
export interface ShardEvent {
  readonly event: AnyGatewayEvent
  readonly shard: ShardId
}

/** An event that waits for a reader. */
export interface Unread {
  readonly value: ShardEvent
  readonly tracked: TrackedEvent
  readonly settle: (outcome: SettleOutcome | 'unread') => void
}

/** Whether it was given up while it waited: no reader may get it any more. */
export const hasEnded = ({ tracked }: Unread): boolean => tracked.stage !== 'handed_out'

/** Dependencies of an {@link EventStream}. */
export interface EventStreamDeps {
  /** Events kept for slow readers; beyond it the oldest one is given up. */
  readonly capacity: number
  /** The gateway of the events: a loop body that closes it is not waited for. */
  readonly gateway: object
  /** Events that an earlier reader left unread. */
  readonly unread: readonly Unread[]
  readonly onOverflow: (given: Unread) => void
  /** Called once, when the stream has ended, with the unread events. */
  readonly onEnd: (unread: readonly Unread[]) => void
}

/**
 * The result of `events()`. Each `for await` is a worker: an event goes to one of them, and is finished when that worker
 * asks for the next. Readers that fall behind by more than `capacity` events lose the oldest, which is reported; the socket
 * is never held up.
 */
export class EventStream implements AsyncIterable<ShardEvent> {
  readonly #options: EventStreamDeps
  #buffer: Unread[]
  readonly #waiting: Worker[] = []
  readonly #workers = new Set<Worker>()
  #state: 'open' | 'draining' | 'closed' | 'quit' = 'open'

  constructor(options: EventStreamDeps) {
    this.#options = options
    this.#buffer = [...options.unread]
    trackContexts()
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

  /** The run has ended: a busy reader can still read the buffer, the next run gets the rest. */
  end(): void {
    if (this.#hasEnded) return
    this.drain()
    this.#state = 'closed'
    for (const worker of this.#waiting.splice(0)) worker.give(null)
    this.#options.onEnd([])
  }

  /** The run drains: without a busy reader the buffer is left to the next process, and so are events left unread from now on. */
  drain(): void {
    if (!this.#hasEnded) this.#state = 'draining'
    const busy = [...this.#workers].some((worker) => worker.busy)
    if (!busy) for (const { settle } of this.#buffer.splice(0)) settle('unread')
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<ShardEvent> {
    const worker = new Worker(this)
    this.#workers.add(worker)
    return worker
  }

  get gateway(): object {
    return this.#options.gateway
  }

  /** The next event for a worker, `null` at the end, or `undefined` if {@link Worker.give} follows later. */
  take(worker: Worker): Unread | null | undefined {
    for (let entry = this.#buffer.shift(); entry; entry = this.#buffer.shift())
      if (!hasEnded(entry)) return entry
    if (this.#hasEnded) return null
    this.#waiting.push(worker)
    return undefined
  }

  /** A worker stops; with the last one the stream ends. */
  quit(worker: Worker): void {
    this.#workers.delete(worker)
    const at = this.#waiting.indexOf(worker)
    if (at >= 0) this.#waiting.splice(at, 1)
    worker.give(null)
    if (this.#workers.size === 0) this.quitAll()
  }

  get #hasEnded(): boolean {
    return this.#state === 'closed' || this.#state === 'quit'
  }

  /** All readers quit: their unread events are kept for the next one. */
  quitAll(): void {
    if (this.#state === 'quit') return
    const before = this.#state
    this.#state = 'quit'
    for (const worker of this.#waiting.splice(0)) worker.give(null)
    const unread = this.#buffer
    this.#buffer = []
    if (before !== 'open') for (const { settle } of unread) settle('unread')
    if (before !== 'closed') this.#options.onEnd(before === 'open' ? unread : [])
  }
}

/** One reader of a stream, with the event that it handles. */
class Worker implements AsyncIterableIterator<ShardEvent> {
  readonly #stream: EventStream
  #asked: ((result: IteratorResult<ShardEvent>) => void) | null = null
  #current: Unread | null = null

  constructor(stream: EventStream) {
    this.#stream = stream
  }

  /** Whether it handles an event, or waits for one. */
  get busy(): boolean {
    return this.#current !== null || this.#asked !== null
  }

  next(): Promise<IteratorResult<ShardEvent>> {
    // Of two concurrent calls, the second would count the event of the first as finished.
    if (this.#asked) return Promise.reject(shared())
    this.finish()
    const entry = this.#stream.take(this)
    if (entry === undefined) return new Promise((resolve) => (this.#asked = resolve))
    return Promise.resolve(this.#begin(entry))
  }

  /** Answers `next()`; `null`: the stream has ended. */
  give(entry: Unread | null): void {
    const asked = this.#asked
    this.#asked = null
    asked?.(this.#begin(entry))
  }

  /** Settles the event that it handles. */
  finish(): void {
    this.#current?.settle('done')
    this.#current = null
  }

  #begin(entry: Unread | null): IteratorResult<ShardEvent> {
    this.#current = entry
    if (entry === null) return { done: true, value: undefined }
    const context = new ListenerContext(this.#stream.gateway)
    // For this event only: work of an earlier one that is still running may close the gateway later.
    context.onClose(() => {
      if (this.#current === entry) this.finish()
    })
    return {
      done: false,
      // Read inside the loop, just before its body: the only place where the body's context can be entered.
      get value() {
        context.enter()
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
    message: 'next() was called while an earlier call was still waiting',
    advice: {
      en: 'Use one `for await` over events(), or one iterator, per worker. To wait with a timeout, keep the pending promise of next() and wait for it again.',
      zh: '请让每个工作者各自用 `for await` 遍历 events()，或各用一个迭代器；若要带超时等待，请保留 next() 的 promise 下次继续等待。',
    },
  })
