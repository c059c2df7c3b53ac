import type { SettleOutcome, ShardId, WireFrame } from '@qqkit/core'
import type { AnyGatewayEvent } from './any-event.js'
import { EventDelivery, type GatewayDelivery } from '../delivery/event-delivery.js'
import type { TrackedEvent } from '../delivery/tracked-event.js'
import { Settlement } from '../delivery/settlement.js'
import type { EventStream } from './event-stream.js'
import { isThenable, type Listeners } from './listeners.js'

/** The consumer of `run()`, `async` or not. It settles each delivery itself; one that throws or rejects has failed. */
export type Deliver = (delivery: GatewayDelivery) => unknown

/** Everyone who takes events: the consumer of `run()`, listeners, and readers of `events()`. */
export class Outlets {
  readonly listeners: Listeners
  readonly streams: Set<EventStream> = new Set()
  /** The consumer of `run()`. */
  deliver: Deliver | null = null
  readonly #onError: (error: unknown) => void

  constructor(listeners: Listeners, onError: (error: unknown) => void) {
    this.listeners = listeners
    this.#onError = onError
  }

  /** Whether anyone takes this event; if not, it is finished on receipt. */
  wants(frame: WireFrame): boolean {
    return this.deliver !== null || this.streams.size > 0 || this.listeners.wantsEvent(frame)
  }

  /** Hands an event to everyone who takes it; `onSettled` is called once, when the last one has finished. */
  handOut(tracked: TrackedEvent, shard: ShardId, onSettled: (outcome: SettleOutcome) => void): void {
    const settlement = new Settlement(onSettled)
    const { frame } = tracked
    if (this.deliver) this.#toConsumer(this.deliver, new EventDelivery(tracked, shard, settlement.join()))
    for (const running of this.listeners.emitEvent(frame, shard) ?? []) {
      const settle = settlement.join()
      void running.then((ok) => settle(ok ? 'done' : 'failed'))
    }
    if (this.streams.size > 0) {
      // Checked by the codec; what the platform puts into `d` is typed, not verified.
      const event = frame as unknown as AnyGatewayEvent
      for (const stream of this.streams) stream.push({ event, shard }, settlement.join())
    }
    settlement.finish('done')
  }

  #toConsumer(deliver: Deliver, delivery: EventDelivery): void {
    try {
      const result = deliver(delivery)
      // It settles by itself when it is well; whoever rejects has no way to.
      if (isThenable(result))
        void Promise.resolve(result).catch((error: unknown) => this.#onFailed(delivery, error))
    } catch (error) {
      this.#onFailed(delivery, error)
    }
  }

  #onFailed(delivery: EventDelivery, error: unknown): void {
    this.#onError(error)
    delivery.settle('failed')
  }
}
