import { isThenable } from '@qqkit/core/internal'
import type { WireFrame } from '@qqkit/core'

import type { TrackedEvent } from '../delivery/tracked-event.js'
import {
  type AnyGatewayEvent,
  EventDelivery,
  type GatewayDelivery,
  type Handover,
  Settlement,
  type Share,
} from './event-delivery.js'
import type { EventStream, Unread } from './event-stream.js'
import { Habit, type Listeners, Within } from './listeners.js'

/** The consumer of `run()`, `async` or not. It settles each delivery itself; one that throws or rejects has failed. */
export type Deliver = (delivery: GatewayDelivery) => unknown

/** Everyone who takes events: the consumer of `run()`, listeners, and readers of `events()`. */
export class EventFanout {
  readonly listeners: Listeners
  readonly streams: Set<EventStream> = new Set()
  #deliver: Deliver | null = null
  #habit = new Habit()
  /** What readers that have left had not read: for the next one. */
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
    this.#habit = new Habit()
  }

  /** Before the end: what nobody reads is left to the next process. */
  drain(): void {
    for (const stream of this.streams) stream.drain()
    for (const { settle } of this.unread.splice(0)) settle('left')
  }

  /** Whether anyone takes this event; if not, it is finished on receipt. */
  wants(frame: WireFrame): boolean {
    return this.deliver !== null || this.streams.size > 0 || this.listeners.wantsEvent(frame)
  }

  /** Hands an event to everyone who takes it; `settle` is called once, when the last one has finished. */
  handOut(tracked: TrackedEvent, { shard, drain, settle: onSettled }: Handover<Share>): void {
    const settlement = new Settlement(onSettled)
    const { frame } = tracked
    if (this.deliver)
      this.#toConsumer(this.deliver, new EventDelivery(tracked, { shard, drain, settle: settlement.join() }))
    for (const { ended, within } of this.listeners.emitEvent(frame, shard) ?? []) {
      const settle = settlement.join()
      within.onLeave(() => settle('done'))
      void ended.then((ok) => settle(ok ? 'done' : 'failed'))
    }
    if (this.streams.size > 0) {
      // Checked by the codec; what the platform puts into `d` is typed, not verified.
      const event = frame as unknown as AnyGatewayEvent
      for (const stream of this.streams)
        stream.push({ value: { event, shard }, tracked, settle: settlement.join() })
    }
    // Who took it may have gone since it came. What only readers take is not finished before they say so.
    settlement.handedOut(this.deliver !== null || this.streams.size === 0 || this.listeners.wantsEvent(frame))
  }

  #toConsumer(deliver: Deliver, delivery: EventDelivery): void {
    try {
      const { leaves } = this.listeners
      const isFollowed = this.#habit.isFollowed
      const result = isFollowed ? this.#within(delivery).call(() => deliver(delivery)) : deliver(delivery)
      const goesOn = isThenable(result)
      this.#habit.learn(goesOn)
      if (!goesOn) return
      // It settles by itself when it is well; whoever rejects has no way to.
      void Promise.resolve(result).catch((error: unknown) => this.#onFailed(delivery, error))
      if (!isFollowed && this.listeners.leaves !== leaves) delivery.settle('done')
    } catch (error) {
      this.#onFailed(delivery, error)
    }
  }

  #within(delivery: EventDelivery): Within {
    const within = new Within(this.listeners)
    within.onLeave(() => delivery.settle('done'))
    return within
  }

  #onFailed(delivery: EventDelivery, error: unknown): void {
    this.#onError(error)
    delivery.settle('failed')
  }
}
