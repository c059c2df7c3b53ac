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

/** A Node timer set for longer than this fires at once. */
const LONGEST_NODE_TIMER = 2 ** 31 - 1

const setTimer = (ms: number, fn: () => void): CancelTimer => {
  if (ms > LONGEST_NODE_TIMER) return setLongTimer(ms, fn)
  // Rounded up, since Node cuts off fractions and would fire before `now()` has reached the due time.
  const timer = setTimeout(fn, Math.max(0, Math.ceil(ms)))
  return () => {
    clearTimeout(timer)
  }
}

const setLongTimer = (ms: number, fn: () => void): CancelTimer => {
  const due = performance.now() + ms
  let timer: NodeJS.Timeout
  const arm = (): void => {
    const left = Math.max(0, Math.ceil(due - performance.now()))
    timer = left > LONGEST_NODE_TIMER ? setTimeout(arm, LONGEST_NODE_TIMER) : setTimeout(fn, left)
  }
  arm()
  return () => {
    clearTimeout(timer)
  }
}

/** The real clock of this process. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimer,
})
