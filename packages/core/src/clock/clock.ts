/** Stops a timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void

/**
 * The only source of time. Everything that waits or measures takes one, so that tests run whole nights in
 * milliseconds and reproduce exactly.
 */
export interface Clock {
  /** Monotonic time in ms from an arbitrary start. Never jumps; use it for ages, delays and deadlines. */
  now(): number
  /** Wall time in ms since the Unix epoch. Can jump; use it only for what is compared with other machines. */
  wall(): number
  /** Calls `fn` once after `ms` milliseconds. Any finite `ms` works, also beyond the 2³¹−1 ms of a Node timer. */
  setTimer(ms: number, fn: () => void): CancelTimer
}
