import type { Clock } from '../clock.js'

/** Whether a value is a promise, of whatever make. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'

/** Who waits for a signal, each as an object of its own. */
type Waiters = Set<{ readonly callback: () => void }>

const waitersOf = new WeakMap<AbortSignal, Waiters>()

/**
 * Calls `callback` once when `signal` aborts, unless the returned function is called before; never for a signal that has
 * aborted already. However many wait for one signal, it carries a single listener: Node warns of a leak at eleven, and
 * a bot's signal is shared by everything that the bot does.
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
 * Waits for `promise`, but no longer than until `signal` aborts. The work behind the promise goes on: use this for
 * work that is shared with others or that takes no signal.
 *
 * @throws `signal.reason` on abort, or what the promise rejects with.
 */
export const abortable = async <T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> => {
  if (!signal) return promise
  if (signal.aborted) {
    // Nobody else may be listening to it any more.
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
 * @throws `signal.reason`, at once, when the signal is or becomes aborted; the timer and the listener are gone then.
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
        // The reason is whatever the caller gave to `abort()`: it is passed on, not wrapped.
        reject(signal.reason as Error)
      })
  })
}

/** What {@link withDeadline} needs to know. */
export interface DeadlineOptions {
  readonly clock: Clock
  /** How long the work may take, in ms. */
  readonly ms: number
  /** Makes the error of a missed deadline. */
  readonly onTimeout: () => Error
  /** The caller's own cancellation. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `work` under a deadline. Its signal aborts when the time is up or the caller's signal aborts; the returned
 * promise settles then at once, even if the work ignores its signal.
 *
 * @throws the error of `onTimeout`, the caller's `signal.reason`, or what the work throws.
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
 * Joins concurrent calls for the same thing into one. A waiter that aborts leaves alone; the work is aborted when the
 * last waiter has left. Nothing is cached: the first call after a settlement starts new work.
 */
export class SingleFlight<T> {
  #flight: Flight<T> | undefined

  /**
   * Joins the work under way, or starts it.
   *
   * @throws `signal.reason` when this waiter aborts, or what the work throws.
   */
  async run(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const flight = (this.#flight ??= this.#start(work))
    flight.waiters += 1
    try {
      return await abortable(flight.promise, signal)
    } finally {
      flight.waiters -= 1
      if (flight.waiters === 0) this.#land(flight)
    }
  }

  #start(work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const flight: Flight<T> = { promise: work(controller.signal), controller, waiters: 0 }
    const forget = (): void => {
      if (this.#flight === flight) this.#flight = undefined
    }
    flight.promise.then(forget, forget)
    return flight
  }

  /** Nobody waits any more: stops the work if it is still going on. */
  #land(flight: Flight<T>): void {
    if (this.#flight !== flight) return
    this.#flight = undefined
    flight.controller.abort(new Error('nobody waits for this any more'))
  }
}
