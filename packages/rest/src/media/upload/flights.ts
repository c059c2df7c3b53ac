import { SingleFlight } from '@qqkit/core'

import { Progress } from './progress.js'
import type { CallTerms } from './upload-calls.js'
import type { UploadTerms } from './terms.js'

/** What shared work goes by: until the last of those who wait for it has left. */
export interface FlightTerms extends CallTerms {
  readonly progress: Progress
}

class Flight<T> {
  readonly single = new SingleFlight<T>()
  readonly progress = new Progress()
  waiters = 0
  deadlineAt = 0
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
    flight.waiters += 1
    flight.deadlineAt = Math.max(flight.deadlineAt, terms.deadlineAt)
    const leave = flight.progress.follow(({ sent, total }) => progress.advance(sent, total))
    const start = (signal: AbortSignal): Promise<T> =>
      work({
        signal,
        progress: flight.progress,
        get deadlineAt() {
          return flight.deadlineAt
        },
      })
    try {
      return await flight.single.run(start, terms.signal)
    } finally {
      leave()
      flight.waiters -= 1
      if (flight.waiters === 0 && this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }
}
