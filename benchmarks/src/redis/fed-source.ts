import type { Delivery, Source, WireFrame } from '@qqkit/core'

import type { EventLine } from './event-lines.js'

/** A source that a benchmark feeds. */
export class FedSource implements Source {
  #deliver: (delivery: Delivery) => void = () => {}
  #end: () => void = () => {}

  async run(deliver: (delivery: Delivery) => void): Promise<void> {
    this.#deliver = deliver
    await new Promise<void>((resolve) => {
      this.#end = resolve
    })
  }

  /** Hands an event over; resolves when it is settled. */
  async feed({ id, body }: EventLine): Promise<void> {
    await new Promise<void>((resolve) =>
      this.#deliver({
        key: id,
        frame: JSON.parse(body) as WireFrame,
        shard: { index: 0, total: 1 },
        replayed: false,
        shared: false,
        acknowledged: false,
        settle: () => resolve(),
        acknowledge: () => false,
      }),
    )
  }

  status() {
    return { state: 'ready', reason: 'fed' } as const
  }

  async close(): Promise<void> {
    this.#end()
  }
}
