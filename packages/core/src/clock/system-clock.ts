import type { CancelTimer, Clock } from './clock.js'

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
