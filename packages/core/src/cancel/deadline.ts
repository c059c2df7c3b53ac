import type { Clock } from '../clock/clock.js'
import { abortable } from './abortable.js'
import { onAbort } from './on-abort.js'

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
