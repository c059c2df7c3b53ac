import { onAbort } from './abort.js'

/** Work that is stopped when its call is cancelled. */
export interface Stoppable {
  stop(reason: unknown): void
}

/**
 * Cancellation of one call: by its deadline, its caller, or client shutdown. An `AbortSignal` is created only on demand,
 * because a signal with a listener costs about as much as everything else about a call.
 */
export class Cancellation {
  #cancelled = false
  #reason: unknown
  #controller: AbortController | undefined
  /** The work in progress: nearly always one piece at a time. */
  #part: Stoppable | undefined
  #others: Stoppable[] | undefined
  #exposed = false
  /** The cancellation of the call that this one is a part of. */
  readonly #whole: Cancellation | undefined

  constructor(whole?: Cancellation) {
    this.#whole = whole
  }

  /** Whether a request was sent that may have been executed. */
  get exposed(): boolean {
    return this.#exposed
  }

  /** `true` when a request is sent; `false` again when that request is known not to have been executed. */
  set exposed(exposed: boolean) {
    this.#exposed = exposed
    if (this.#whole) this.#whole.exposed = exposed
  }

  get cancelled(): boolean {
    return this.#cancelled
  }

  /** Aborts on cancellation. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#cancelled) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** @throws the reason, when cancelled */
  throwIfCancelled(): void {
    if (this.#cancelled) throw this.#reason
  }

  /** Stops this work on cancellation, unless it is detached before. */
  attach(part: Stoppable): void {
    if (this.#part) (this.#others ??= []).push(part)
    else this.#part = part
  }

  /** Forgets work that has ended by itself. */
  detach(part: Stoppable): void {
    if (this.#part === part) this.#part = this.#others?.pop()
    else this.#others = this.#others?.filter((other) => other !== part)
  }

  /** Cancels the call; only the first reason counts. */
  cancel(reason: unknown): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const part of [this.#part, ...(this.#others ?? [])]) part?.stop(reason)
  }
}

/** Runs work that is cancelled by a signal, and by the whole call where it is a part of one. */
export const withCancellation = async <T>(
  signal: AbortSignal,
  work: (cancellation: Cancellation) => Promise<T>,
  whole?: Cancellation,
): Promise<T> => {
  signal.throwIfAborted()
  const cancellation = new Cancellation(whole)
  const leave = onAbort(signal, () => cancellation.cancel(signal.reason))
  try {
    return await work(cancellation)
  } finally {
    leave()
  }
}
