import { SingleFlight } from '@qqkit/core/internal'

import { Progress } from './progress.js'
import type { UploadTerms } from './terms.js'
import type { CallTerms } from './upload-calls.js'

/** What shared work goes by: until the last of those who wait for it has left. */
export interface FlightTerms extends CallTerms {
  readonly progress: Progress
  /** It begins anew, in a way that takes `ms` from now on, and what its size needs. */
  beginAnew(ms: number, size: number): void
}

class Flight<T> {
  readonly single = new SingleFlight<T>()
  readonly progress = new Progress()
  readonly waiters = new Set<UploadTerms>()

  get deadlineAt(): number {
    return Math.max(0, ...Array.from(this.waiters, ({ deadlineAt }) => deadlineAt))
  }
}

/** Joins equal uploads that are under way at the same time. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /**
   * Joins the upload under this key, or starts it.
   *
   * @throws `signal.reason` of this one's terms, or what the work throws
   */
  async run(
    key: string,
    terms: UploadTerms,
    progress: Progress,
    work: (terms: FlightTerms) => Promise<T>,
  ): Promise<T> {
    const flight = this.#flights.get(key) ?? new Flight<T>()
    this.#flights.set(key, flight)
    flight.waiters.add(terms)
    const leave = flight.progress.follow(({ sent, total }) => progress.advance(sent, total))
    const start = (signal: AbortSignal): Promise<T> =>
      work({
        signal,
        progress: flight.progress,
        get deadlineAt() {
          return flight.deadlineAt
        },
        beginAnew: (ms, size) => {
          for (const waiter of flight.waiters) waiter.begin(ms, size)
        },
      })
    try {
      return await flight.single.run(start, terms.signal)
    } finally {
      leave()
      flight.waiters.delete(terms)
      if (flight.waiters.size === 0 && this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }
}
