import type { Clock } from '../clock/clock.js'

/**
 * Waits `ms` milliseconds on `clock`.
 *
 * @throws `signal.reason`, at once, when the signal is or becomes aborted; the timer and the listener are gone then.
 */
export const sleep = async (clock: Clock, ms: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      // The reason is whatever the caller gave to `abort()`: it is passed on, not wrapped.
      reject(signal?.reason as Error)
    }
    const cancel = clock.setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
