import type { Clock } from '../clock.js'

/** Whether `await` would wait for a value: for a promise, or any other object or function with a `then`. Never throws. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  try {
    return 'then' in value && typeof value.then === 'function'
  } catch {
    // `await` would throw it too, there where errors are expected.
    return true
  }
}

/** The waiters of a signal. Each is a separate object, so that one callback can wait twice. */
type Waiters = Set<{ readonly callback: () => void }>

const waitersOf = new WeakMap<AbortSignal, Waiters>()

/**
 * Calls `callback` once when `signal` aborts, unless the returned function is called first. Does nothing for a signal that
 * is already aborted. All waiters of a signal share one listener: a bot's signal has many, and Node warns of a leak at eleven.
 *
 * @param callback must not throw
 */
export const onAbort = (signal: AbortSignal, callback: () => void): (() => void) => {
  const waiters = waitersOf.get(signal) ?? listen(signal)
  const waiter = { callback }
  waiters.add(waiter)
  return () => {
    if (waiters.delete(waiter) && waiters.size === 0) forget(signal)
  }
}

function onEvent(this: AbortSignal): void {
  const waiters = waitersOf.get(this) ?? []
  waitersOf.delete(this)
  for (const { callback } of waiters) callback()
}

const listen = (signal: AbortSignal): Waiters => {
  const waiters: Waiters = new Set()
  waitersOf.set(signal, waiters)
  signal.addEventListener('abort', onEvent, { once: true })
  return waiters
}

const forget = (signal: AbortSignal): void => {
  waitersOf.delete(signal)
  signal.removeEventListener('abort', onEvent)
}

/**
 * Waits for `promise`, or until `signal` aborts. The work behind the promise continues, so this suits shared work and work
 * that takes no signal.
 *
 * @throws `signal.reason` on abort, or what the promise rejects with.
 */
export const abortable = async <T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> => {
  if (!signal) return promise
  if (signal.aborted) {
    // The promise may have no other listener.
    promise.catch(() => {})
    throw signal.reason
  }
  return new Promise<T>((resolve, reject) => {
    const leave = onAbort(signal, () => reject(signal.reason as Error))
    promise.then(resolve, reject).finally(leave)
  })
}

/**
 * Waits `ms` milliseconds on `clock`.
 *
 * @throws `signal.reason` at once when the signal is aborted; leaves no timer and no listener behind.
 */
export const sleep = async (clock: Clock, ms: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.setTimer(ms, () => {
      leave?.()
      resolve()
    })
    const leave =
      signal &&
      onAbort(signal, () => {
        cancel()
        // The caller's own reason is passed on unwrapped.
        reject(signal.reason as Error)
      })
  })
}

/** Options of {@link withDeadline}. */
export interface DeadlineOptions {
  readonly clock: Clock
  /** How long the work may take, in ms. */
  readonly ms: number
  /** Creates the error of a missed deadline. */
  readonly onTimeout: () => Error
  /** The caller's signal. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `work` under a deadline. The signal of the work aborts at the deadline or with the caller's signal; the returned
 * promise settles at once then, even if the work ignores its signal.
 *
 * @example
 *   const onTimeout = () => new Error('the store did not answer in 5 s')
 *   await withDeadline({ clock, ms: 5_000, onTimeout }, (signal) => store.load(key, signal))
 *
 * @throws the error of `onTimeout`, the caller's `signal.reason`, or the error of the work
 */
export const withDeadline = async <T>(
  options: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const { clock, ms, onTimeout, signal } = options
  signal?.throwIfAborted()
  const controller = new AbortController()
  const leave = signal && onAbort(signal, () => controller.abort(signal.reason))
  const cancel = clock.setTimer(ms, () => controller.abort(onTimeout()))
  try {
    return await abortable(work(controller.signal), controller.signal)
  } finally {
    cancel()
    leave?.()
  }
}

interface Flight<T> {
  readonly promise: Promise<T>
  readonly controller: AbortController
  waiters: number
}

/**
 * Joins concurrent calls into one. An aborted caller stops waiting without affecting the others; the work is aborted when
 * the last caller has stopped waiting. Results are not cached.
 */
export class SingleFlight<T> {
  #flight: Flight<T> | undefined

  /**
   * Joins the running work, or starts it.
   *
   * @throws `signal.reason` when this caller aborts, or the error of the work
   */
  async run(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const flight = (this.#flight ??= this.#start(work))
    flight.waiters += 1
    try {
      return await abortable(flight.promise, signal)
    } finally {
      flight.waiters -= 1
      if (flight.waiters === 0) this.#cancel(flight)
    }
  }

  #start(work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const flight: Flight<T> = { promise: work(controller.signal), controller, waiters: 0 }
    const clear = (): void => {
      if (this.#flight === flight) this.#flight = undefined
    }
    flight.promise.then(clear, clear)
    return flight
  }

  /** Aborts the work that no caller waits for, unless it has settled. */
  #cancel(flight: Flight<T>): void {
    if (this.#flight !== flight) return
    this.#flight = undefined
    flight.controller.abort(new Error('no caller waits for this result'))
  }
}

/** Work that stops when its call is cancelled. */
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
  /** The work in progress: nearly always a single one. */
  #part: Stoppable | undefined
  #others: Stoppable[] | undefined
  #exposed = false
  /** The cancellation of the call that this call is a part of. */
  readonly #whole: Cancellation | undefined

  constructor(whole?: Cancellation) {
    this.#whole = whole
  }

  /** Whether a sent request may have been executed. */
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

  /** Stops `part` on cancellation, unless it is detached first. */
  attach(part: Stoppable): void {
    if (this.#part) (this.#others ??= []).push(part)
    else this.#part = part
  }

  /** Forgets work that has ended. */
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

/** Runs work that a signal can cancel, as a part of a `whole` call if one is given. */
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
