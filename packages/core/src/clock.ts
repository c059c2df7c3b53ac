/** Stops a timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void

/**
 * The only source of time. Code that waits or measures takes a clock as an option, so that tests simulate hours in
 * milliseconds and are reproducible.
 *
 * @example
 *   const started = clock.now()
 *   const cancel = clock.setTimer(5_000, () => console.log(`waited ${clock.now() - started} ms`))
 *   cancel()
 */
export interface Clock {
  /** Monotonic time in ms from an arbitrary start, for ages, delays and deadlines. Never jumps. */
  now(): number
  /** Wall time in ms since the Unix epoch, for times that other machines see. Can jump. */
  wall(): number
  /** Calls `fn` once after `ms` milliseconds: any finite number, also above the 2³¹−1 ms of a Node timer. */
  setTimer(ms: number, fn: () => void): CancelTimer
}

/** A Node timer set for more ms than this fires at once. */
const LONGEST_NODE_TIMER = 2 ** 31 - 1

const setTimer = (ms: number, fn: () => void): CancelTimer => {
  if (ms > LONGEST_NODE_TIMER) return setLongTimer(ms, fn)
  // Rounded up: Node truncates fractions, and the timer would fire before `now()` reaches the due time.
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
