import type { Clock } from '@qqkit/core'

/**
 * Carries things to the other side in order, after `latency` ms; with none, as soon as the running code has finished.
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

  /** Takes nothing more; what is under way arrives. */
  seal(): void {
    this.#sealed = true
  }

  /** Loses everything that is under way. */
  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
  }
}
