import type { Clock } from '@qqkit/core'

/**
 * Delivers in order to the other side after `latency` ms; without latency, as soon as the running code has finished.
 */
export class MemoryDelivery {
  readonly #clock: Clock
  readonly #latency: number
  readonly #queue: (() => void)[] = []
  #stopped = false
  #sealed = false

  constructor(clock: Clock, latency: number) {
    this.#clock = clock
    this.#latency = latency
  }

  /** Delivers by calling `arrive`. */
  deliver(arrive: () => void): void {
    if (this.#stopped || this.#sealed) return
    this.#queue.push(arrive)
    const next = (): void => {
      if (!this.#stopped) this.#queue.shift()?.()
    }
    if (this.#latency === 0) queueMicrotask(next)
    else this.#clock.setTimer(this.#latency, next)
  }

  /** Accepts no further deliveries; pending ones still arrive. */
  seal(): void {
    this.#sealed = true
  }

  /** Drops all pending deliveries. */
  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
  }
}
