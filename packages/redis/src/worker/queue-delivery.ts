import type { Delivery, DeliveryOrder, SendLedger, SettleOutcome, ShardId, WireFrame } from '@qqkit/core'

import type { Entry } from '../events/entry.js'
import type { TakenEvent } from '../queue/event-queue.js'
import { type EventFence, QueueLease } from './fence.js'

/** What a {@link QueueDelivery} does with the worker that has taken it. */
export interface QueueDeliveryDeps {
  /** Whether the lease of the worker lives. */
  readonly mayAct: () => boolean
  readonly order: DeliveryOrder | null
  /** Tells the front that waits the code of a click; `null` where none waits. */
  readonly tellCode: ((code: number) => void) | null
  readonly fenceOf: (delivery: QueueDelivery, lost: AbortSignal) => EventFence
  readonly ledgerOf: (fence: EventFence) => SendLedger
  readonly onSettled: (delivery: QueueDelivery, outcome: SettleOutcome) => void
}

/** An event in the hands of the consumer. */
export class QueueDelivery implements Delivery {
  readonly key: string
  readonly frame: WireFrame
  readonly shard: ShardId | null
  readonly replayed: boolean
  /** Any other worker may have got it, before or after this one. */
  readonly shared = true
  readonly acknowledged: boolean
  readonly event: TakenEvent
  readonly digest: string
  readonly said: number | null
  readonly lease: QueueLease
  readonly order?: DeliveryOrder
  readonly #tellCode: ((code: number) => void) | null
  readonly #lost = new AbortController()
  readonly #onSettled: QueueDeliveryDeps['onSettled']
  #open = true

  constructor(event: TakenEvent, entry: Entry, deps: QueueDeliveryDeps) {
    const { mayAct, tellCode, fenceOf, order, ledgerOf, onSettled } = deps
    this.event = event
    this.key = entry.key
    this.frame = entry.frame
    this.shard = entry.shard
    this.replayed = entry.replayed || event.lives > 0
    this.acknowledged = entry.acknowledged
    this.digest = entry.digest
    this.said = entry.said
    const { signal } = this.#lost
    const valid = (): boolean => this.#open && mayAct()
    this.lease = new QueueLease(fenceOf(this, signal), signal, valid, ledgerOf)
    this.#tellCode = tellCode
    if (order) this.order = order
    this.#onSettled = onSettled
  }

  /** Whether it is neither settled nor lost. */
  get isOpen(): boolean {
    return this.#open
  }

  settle(outcome: SettleOutcome): void {
    if (!this.#open) return
    this.#open = false
    this.#onSettled(this, outcome)
  }

  /**
   * A front has answered with 0, or waits for the code and answers with 0 if it comes too late; other clicks are acknowledged by
   * a call.
   */
  acknowledge(code: number): boolean {
    if (this.acknowledged) return code === 0
    if (this.#tellCode === null || !this.lease.valid()) return false
    this.#tellCode(code)
    return true
  }

  /** Another worker has it, or will get it. */
  lose(reason: Error): void {
    if (!this.#open) return
    this.#open = false
    this.#lost.abort(reason)
  }
}
