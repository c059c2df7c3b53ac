import { BotError } from '../common/errors.js'
import { WatchedPromise } from '../common/watched-promise.js'

/** Told of a failure, and whether it is the first of this event. */
type OnForgotten = (error: BotError, first: boolean) => void

/** What belongs to one event while it is handled: its abort signal and the calls begun on its behalf. */
export class HandlerScope {
  #controller: AbortController | undefined
  /** Made on first use: not every event is answered. */
  #calls: Set<WatchedPromise<unknown>> | undefined
  readonly #onForgotten: OnForgotten
  #over = false
  #reported = false

  /** @param onForgotten told of a call that failed after the event was finished, with nobody waiting for it */
  constructor(onForgotten: OnForgotten) {
    this.#onForgotten = onForgotten
  }

  /** Made on first use: most handlers never look at it. */
  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }

  /** Notes a call, so that the event is not finished before it is. */
  watch<T>(call: Promise<T>): Promise<T> {
    const watched = WatchedPromise.of(call)
    if (this.#over) void this.#late(watched)
    else (this.#calls ??= new Set()).add(watched)
    return watched
  }

  /** Ends it at once if no call was begun; whether that was so. Else it has to `finish`. */
  endIfQuiet(): boolean {
    this.#over = !this.#calls
    return this.#over
  }

  /**
   * Waits for every call begun so far and meanwhile.
   *
   * @throws BotError `not_awaited` when one failed that nobody waited for
   */
  async finish(): Promise<void> {
    let forgotten: BotError | undefined
    for (const call of this.#calls ?? []) {
      await call.settled()
      const failure = call.isHeard ? null : await call.forgotten()
      this.#calls?.delete(call)
      if (failure) forgotten ??= new BotError('not_awaited', undefined, failure.error)
    }
    this.#over = true
    if (forgotten) throw forgotten
  }

  async #late(call: WatchedPromise<unknown>): Promise<void> {
    await call.settled()
    const failure = await call.forgotten()
    if (!failure) return
    const first = !this.#reported
    this.#reported = true
    this.#onForgotten(new BotError('not_awaited', undefined, failure.error), first)
  }
}
