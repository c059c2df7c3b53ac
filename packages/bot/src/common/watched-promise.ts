const ignore = (): void => {}

/** What a promise was rejected with. */
export interface Failure {
  readonly error: unknown
}

/**
 * A promise that knows whether anyone waits for it, and whose rejection never ends the process. A forgotten `await`
 * before `ctx.reply()` is so common that it must lead to an error of the bot, not to an unhandled rejection.
 */
export class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  #observed = false
  /** What `then` and `finally` have made of it that fails when it does, and that may be forgotten as well. */
  #heirs: WatchedPromise<unknown>[] | null = null

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
    if (!onRejected) return this.#heir(super.then(onFulfilled))
    this.#observed = true
    return super.then(onFulfilled, onRejected)
  }

  override finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#heir(super.finally(onFinally))
  }

  /** Whether somebody waits for it and nothing was made of it: then nothing of it can be forgotten. */
  get isHeard(): boolean {
    return this.#observed && !this.#heirs
  }

  /** Waits for the end without counting as someone waiting. Never rejects. */
  settled(): Promise<void> {
    return Promise.prototype.then.call(this, ignore, ignore) as Promise<void>
  }

  /** What it, or what was made of it, fails with and nobody waits for. Waits for the end only where nobody else does. */
  async forgotten(): Promise<Failure | null> {
    for (const heir of this.#heirs ?? []) {
      const failure = await heir.forgotten()
      if (failure) return failure
    }
    return this.#observed || this.#heirs ? null : this.#failure()
  }

  #failure(): Promise<Failure | null> {
    return Promise.prototype.then.call(
      this,
      () => null,
      (error: unknown) => ({ error }),
    ) as Promise<Failure | null>
  }

  #heir<A>(promise: Promise<A>): WatchedPromise<A> {
    const heir = WatchedPromise.of(promise)
    this.#heirs ??= []
    this.#heirs.push(heir)
    return heir
  }
}
