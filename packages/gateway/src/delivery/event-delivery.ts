import { deliveryKey, type Delivery, type SettleOutcome, type ShardId, type WireFrame } from '@qqkit/core'

/** One event on its way to the consumer of `run()`. */
export class EventDelivery implements Delivery {
  readonly frame: WireFrame
  readonly shard: ShardId
  readonly replayed: boolean
  readonly settle: (outcome: SettleOutcome) => void
  readonly #session: string
  #key: string | null = null

  constructor(init: {
    readonly frame: WireFrame
    readonly shard: ShardId
    readonly replayed: boolean
    readonly session: string
    readonly settle: (outcome: SettleOutcome) => void
  }) {
    this.frame = init.frame
    this.shard = init.shard
    this.replayed = init.replayed
    this.settle = init.settle
    this.#session = init.session
  }

  /** Made only when somebody asks. */
  get key(): string {
    return (this.#key ??= deliveryKey(this.frame, () => `${this.#session}:${this.frame.s ?? 'unnumbered'}`))
  }

  /** Over the WebSocket a click is acknowledged by a call of its own (§5.7). */
  acknowledge(_code: number): boolean {
    return false
  }

  get acknowledged(): boolean {
    return false
  }
}
