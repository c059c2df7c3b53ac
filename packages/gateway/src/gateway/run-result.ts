/**
 * How a run ends. A promise that knows whether anybody waits for it, and is not reported as unhandled if nobody does: a bot
 * may be started without waiting.
 */
export class RunResult extends Promise<void> {
  /** Promises derived from it are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Resolves when it is over, however it ended. */
  readonly ended: Promise<void>
  #awaited = false
  #settle: (error: Error | null) => void = () => {}
  readonly #onFloating: (error: Error) => void

  /** @param onFloating called when it fails and nobody waits for it */
  constructor(onFloating: (error: Error) => void) {
    let settle: (error: Error | null) => void = () => {}
    super((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve())
    })
    this.#settle = settle
    this.#onFloating = onFloating
    const quiet = (): void => {}
    this.ended = super.then(quiet, quiet)
  }

  succeed(): void {
    this.#settle(null)
  }

  fail(error: Error): void {
    this.#settle(error)
    if (!this.#awaited) this.#onFloating(error)
  }

  // `await` comes through here, too, since this is no plain promise.
  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise already
  override then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true
    return super.then(onFulfilled, onRejected)
  }
}
