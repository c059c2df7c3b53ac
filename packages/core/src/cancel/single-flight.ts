import { abortable } from './abortable.js'

interface Flight<T> {
  readonly promise: Promise<T>
  readonly controller: AbortController
  waiters: number
}

/**
 * Joins concurrent calls for the same thing into one. A waiter that aborts leaves alone; the work is aborted when the
 * last waiter has left. Nothing is cached: the first call after a settlement starts new work.
 */
export class SingleFlight<T> {
  #flight: Flight<T> | undefined

  /**
   * Joins the work under way, or starts it.
   *
   * @throws `signal.reason` when this waiter aborts, or what the work throws.
   */
  async run(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const flight = (this.#flight ??= this.#start(work))
    flight.waiters += 1
    try {
      return await abortable(flight.promise, signal)
    } finally {
      flight.waiters -= 1
      if (flight.waiters === 0) this.#land(flight)
    }
  }

  #start(work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const flight: Flight<T> = { promise: work(controller.signal), controller, waiters: 0 }
    const forget = (): void => {
      if (this.#flight === flight) this.#flight = undefined
    }
    flight.promise.then(forget, forget)
    return flight
  }

  /** Nobody waits any more: stops the work if it is still going on. */
  #land(flight: Flight<T>): void {
    if (this.#flight !== flight) return
    this.#flight = undefined
    flight.controller.abort(new Error('nobody waits for this any more'))
  }
}
