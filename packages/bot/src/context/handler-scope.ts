import { BotError } from '../common/errors.js'

const ignore = (): void => {}

/** The reason of a rejected promise. */
export interface Failure {
  readonly error: unknown
}

/**
 * A promise that knows whether its rejection is handled, and that never ends the process. A missing `await` before
 * `ctx.reply()` is so common that it must lead to an error of the bot, not to an unhandled rejection.
 */
export class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  #observed = false
  #settled: 'fulfilled' | 'rejected' | null = null
  /** Derived promises: they reject along with this one and may go unhandled too. */
  #derived: WatchedPromise<unknown>[] | null = null

  static of<T>(promise: Promise<T>): WatchedPromise<T> {
    const watched = new WatchedPromise<T>((resolve, reject) => {
      promise.then(resolve, reject)
    })
    // Past the overridden `then`: this must not count as handling. It is the first to learn of the end.
    void Promise.prototype.then.call(
      watched,
      () => {
        watched.#settled = 'fulfilled'
      },
      () => {
        watched.#settled = 'rejected'
      },
    )
    return watched
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise already
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (!onRejected) return this.#derive(super.then(onFulfilled))
    this.#observed = true
    return super.then(onFulfilled, onRejected)
  }

  override finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#derive(super.finally(onFinally))
  }

  /** Whether its rejection is handled and no promise was derived from it. */
  get isHandled(): boolean {
    return this.#observed && !this.#derived
  }

  /** Whether it has ended, and neither it nor a promise derived from it has a failure that no code handles. */
  get isDone(): boolean {
    return this.#derived === null && (this.#observed ? this.#settled !== null : this.#settled === 'fulfilled')
  }

  /** Waits for the end without counting as a handler. Never rejects. */
  settled(): Promise<void> {
    return Promise.prototype.then.call(this, ignore, ignore) as Promise<void>
  }

  /** The failure of this promise, or of one derived from it, that no code handles. Waits for the end only where no code does. */
  async unhandled(): Promise<Failure | null> {
    for (const derived of this.#derived ?? []) {
      const failure = await derived.unhandled()
      if (failure) return failure
    }
    return this.#observed || this.#derived ? null : this.#failure()
  }

  #failure(): Promise<Failure | null> {
    return Promise.prototype.then.call(
      this,
      () => null,
      (error: unknown) => ({ error }),
    ) as Promise<Failure | null>
  }

  #derive<A>(promise: Promise<A>): WatchedPromise<A> {
    const derived = WatchedPromise.of(promise)
    this.#derived ??= []
    this.#derived.push(derived)
    return derived
  }
}

/** Called with an unhandled failure, and whether it is the first of this event. */
type OnUnhandled = (error: BotError, first: boolean) => void

/** The abort signal of one event, and the calls that its handlers have begun. */
export class HandlerScope {
  #controller: AbortController | undefined
  /** In order; `null` before the first one, since not every event is answered. */
  #calls: WatchedPromise<unknown>[] | null = null
  readonly #onUnhandled: OnUnhandled
  #over: boolean
  #reported = false

  /**
   * @param onUnhandled called when a call fails after the event was finished, and no code handles it
   * @param over whether the event was finished before the first call
   */
  constructor(onUnhandled: OnUnhandled, over = false) {
    this.#onUnhandled = onUnhandled
    this.#over = over
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Made on first use: most handlers never read it. */
  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }

  /** Registers a call: the event is not finished before the call is. */
  watch<T>(call: Promise<T>): Promise<T> {
    const watched = WatchedPromise.of(call)
    if (this.#over) void this.#late(watched)
    else if (this.#calls === null) this.#calls = [watched]
    else this.#calls.push(watched)
    return watched
  }

  /** Ends the scope if all calls have ended and no failure is left, and returns whether it did. Otherwise call `finish`. */
  endIfIdle(): boolean {
    this.#over = this.#calls === null || this.#calls.every(({ isDone }) => isDone)
    if (this.#over) this.#calls = null
    return this.#over
  }

  /**
   * Waits for every call, also for those begun meanwhile.
   *
   * @throws BotError `not_awaited` when a call failed and no code handles it
   */
  async finish(): Promise<void> {
    let unhandled: BotError | undefined
    for (const call of this.#calls ?? []) {
      await call.settled()
      const failure = call.isHandled ? null : await call.unhandled()
      if (failure) unhandled ??= new BotError('not_awaited', undefined, failure.error)
    }
    this.#over = true
    this.#calls = null
    if (unhandled) throw unhandled
  }

  async #late(call: WatchedPromise<unknown>): Promise<void> {
    await call.settled()
    const failure = await call.unhandled()
    if (!failure) return
    const first = !this.#reported
    this.#reported = true
    this.#onUnhandled(new BotError('not_awaited', undefined, failure.error), first)
  }
}
