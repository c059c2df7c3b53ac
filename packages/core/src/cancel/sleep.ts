import type { Clock } from '../clock/clock.js'
import { onAbort } from './on-abort.js'

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
