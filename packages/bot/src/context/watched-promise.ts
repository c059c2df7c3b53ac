const ignore = (): void => {}

/**
 * A promise that knows whether anyone waits for it, and whose rejection never ends the process. A forgotten `await`
 * before `ctx.reply()` is so common that it must lead to an error of the bot, not to an unhandled rejection.
 */
export class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  #observed = false

  /** Whether `then`, `catch` or `await` was ever used on it. */
  get observed(): boolean {
    return this.#observed
  }

  static of<T>(promise: Promise<T>): WatchedPromise<T> {
    const watched = new WatchedPromise<T>((resolve, reject) => {
      promise.then(resolve, reject)
    })
    // Not through the instance: this must not count as someone waiting.
    void Promise.prototype.then.call(watched, ignore, ignore)
    return watched
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise already
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#observed = true
    return super.then(onFulfilled, onRejected)
  }

  /** Waits for the end without counting as someone waiting; the error, or `null`. */
  outcome(): Promise<{ readonly error: unknown } | null> {
    return Promise.prototype.then.call(
      this,
      () => null,
      (error: unknown) => ({ error }),
    ) as Promise<{ readonly error: unknown } | null>
  }
}
