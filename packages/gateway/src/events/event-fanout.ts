import type { ShardId, WireFrame } from '@qqkit/core'
import { isThenable } from '@qqkit/core/internal'

import type { TrackedEvent } from '../delivery/tracked-event.js'
import {
  type AnyGatewayEvent,
  EventDelivery,
  type EventOwner,
  type GatewayDelivery,
  Settlement,
} from './event-delivery.js'
import type { EventStream, Unread } from './event-stream.js'
import { CallHabit, ListenerContext, type Listeners, type Running } from './listeners.js'

/** The consumer of `run()`, `async` or not. It settles each delivery itself; throwing or rejecting settles it as failed. */
export type Deliver = (delivery: GatewayDelivery) => unknown

/** All takers of events: the consumer of `run()`, listeners, and readers of `events()`. */
export class EventFanout {
  readonly listeners: Listeners
  streams: readonly EventStream[] = []
  #deliver: Deliver | null = null
  #habit = new CallHabit()
  /** Events that earlier readers left unread, for the next reader. */
  unread: Unread[] = []
  readonly #onError: (error: unknown) => void

  constructor(listeners: Listeners, onError: (error: unknown) => void) {
    this.listeners = listeners
    this.#onError = onError
  }

  /** The consumer of `run()`. */
  get deliver(): Deliver | null {
    return this.#deliver
  }

  set deliver(deliver: Deliver | null) {
    this.#deliver = deliver
    this.#habit = new CallHabit()
  }

  /** Leaves unread events to the next process. */
  drain(): void {
    for (const stream of this.streams) stream.drain()
    for (const { settle } of this.unread.splice(0)) settle('unread')
  }

  /** Whether there is a taker for this event; if not, it is finished on receipt. */
  wants(frame: WireFrame): boolean {
    return this.deliver !== null || this.streams.length > 0 || this.listeners.wantsEvent(frame)
  }

  /** Dispatches an event to all takers; calls its owner once, when the last one has finished. */
  dispatch(tracked: TrackedEvent, owner: EventOwner): void {
    const { deliver, listeners, streams } = this
    const { frame } = tracked
    if (deliver && streams.length === 0 && !listeners.wantsEvent(frame))
      return this.#toConsumer(deliver, new EventDelivery(tracked, owner))
    const settlement = deliver || streams.length > 0 ? new Settlement(tracked, owner) : null
    if (deliver) this.#toConsumer(deliver, new EventDelivery(tracked, owner, settlement?.join()))
    const running = listeners.emitEvent(frame, owner.id)
    if (running === null && settlement === null) return owner.onSettled(tracked, this.#isBegun(frame))
    this.#join(settlement ?? new Settlement(tracked, owner), running ?? [], tracked, owner.id)
  }

  #join(settlement: Settlement, running: readonly Running[], tracked: TrackedEvent, shard: ShardId): void {
    for (const { ended, context } of running) {
      const settle = settlement.join()
      context.onClose(() => settle('done'))
      void ended.then((ok) => settle(ok ? 'done' : 'failed'))
    }
    // Checked by the codec; what the platform puts into `d` is typed, not verified.
    const event = tracked.frame as unknown as AnyGatewayEvent
    for (const stream of this.streams)
      stream.push({ value: { event, shard }, tracked, settle: settlement.join() })
    settlement.finish(this.#isBegun(tracked.frame))
  }

  /** The takers may have changed since an event arrived. With readers only, it is not finished before they say so. */
  #isBegun(frame: WireFrame): boolean {
    return this.deliver !== null || this.streams.length === 0 || this.listeners.wantsEvent(frame)
  }

  #toConsumer(deliver: Deliver, delivery: EventDelivery): void {
    try {
      const { closes } = this.listeners
      const { isTracked } = this.#habit
      const result = isTracked ? this.#callTracked(deliver, delivery) : deliver(delivery)
      const isAsync = isThenable(result)
      this.#habit.learn(isAsync)
      if (isAsync) this.#watch(result, delivery)
      if (isAsync && !isTracked && this.listeners.closes !== closes) delivery.settle('done')
    } catch (error) {
      this.#onFailed(delivery, error)
    }
  }

  /** A consumer settles its delivery; one that rejects no longer can. */
  #watch(result: PromiseLike<unknown>, delivery: EventDelivery): void {
    void Promise.resolve(result).catch((error: unknown) => this.#onFailed(delivery, error))
  }

  #callTracked(deliver: Deliver, delivery: EventDelivery): unknown {
    const context = new ListenerContext(this.listeners)
    context.onClose(() => delivery.settle('done'))
    return context.call(deliver, delivery)
  }

  #onFailed(delivery: EventDelivery, error: unknown): void {
    this.#onError(error)
    delivery.settle('failed')
  }
}
