import { onAbort } from '@qqkit/core'

/** What has to stop when a call ends before its time. */
export interface Stoppable {
  stop(reason: unknown): void
}

/**
 * The end of one call before its time: by its deadline, its caller, or the end of the client. An `AbortSignal` is made only
 * for those who ask for one, because one with a listener costs about as much as all else about a call.
 */
export class CallEnd {
  #come = false
  #reason: unknown
  #controller: AbortController | undefined
  /** What is under way: nearly always one thing at a time. */
  #part: Stoppable | undefined
  #others: Stoppable[] | undefined
  #exposed = false
  /** The call that this one is a part of. */
  readonly #whole: CallEnd | undefined

  constructor(whole?: CallEnd) {
    this.#whole = whole
  }

  /** Whether something has left that may have been executed. */
  get exposed(): boolean {
    return this.#exposed
  }

  /** Something leaves; or what left is known not to have been executed, and `exposed` is as it was before that. */
  set exposed(exposed: boolean) {
    this.#exposed = exposed
    if (this.#whole) this.#whole.exposed = exposed
  }

  /** Whether it has come. */
  get come(): boolean {
    return this.#come
  }

  /** Aborts when it comes. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#come) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** @throws the reason, when it has come */
  throwIfCome(): void {
    if (this.#come) throw this.#reason
  }

  /** Stops a part of the call as well, unless it is left out before. */
  include(part: Stoppable): void {
    if (this.#part) (this.#others ??= []).push(part)
    else this.#part = part
  }

  /** A part that has come to an end of its own. */
  leaveOut(part: Stoppable): void {
    if (this.#part === part) this.#part = this.#others?.pop()
    else this.#others = this.#others?.filter((other) => other !== part)
  }

  /** Ends the call; only the first reason counts. */
  bring(reason: unknown): void {
    if (this.#come) return
    this.#come = true
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const part of [this.#part, ...(this.#others ?? [])]) part?.stop(reason)
  }
}

/** Does work that ends with a signal, as a part of a whole call where it is one. */
export const endingWith = async <T>(
  signal: AbortSignal,
  work: (end: CallEnd) => Promise<T>,
  whole?: CallEnd,
): Promise<T> => {
  signal.throwIfAborted()
  const end = new CallEnd(whole)
  const leave = onAbort(signal, () => end.bring(signal.reason))
  try {
    return await work(end)
  } finally {
    leave()
  }
}
