import { onAbort } from './on-abort.js'

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
