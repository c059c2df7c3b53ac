import { performance } from 'node:perf_hooks'

import type { CancelTimer, Clock } from './clock.js'

/** A Node timer set for longer than this fires at once. */
const LONGEST_NODE_TIMER = 2 ** 31 - 1

const setTimer = (ms: number, fn: () => void): CancelTimer => {
  const due = performance.now() + Math.max(0, ms)
  let timer: NodeJS.Timeout
  const arm = (): void => {
    const left = due - performance.now()
    timer =
      left > LONGEST_NODE_TIMER ? setTimeout(arm, LONGEST_NODE_TIMER) : setTimeout(fn, Math.max(0, left))
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
