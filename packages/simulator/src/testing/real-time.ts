import { type CancelTimer, type Clock, systemClock } from '@qqkit/core'

/** The real timers, also where a test replaces the global ones: its limits must still end. */
const {
  setTimeout: start,
  clearTimeout: stop,
  setInterval: startEvery,
  clearInterval: stopEvery,
} = globalThis
const now = performance.now.bind(performance)

/** A Node timer set for more ms than this fires at once. */
const LONGEST = 2 ** 31 - 1

const timer = (ms: number, fn: () => void, keepsProcess: boolean): CancelTimer => {
  const due = now() + ms
  let handle: NodeJS.Timeout
  const arm = (): void => {
    const left = Math.max(0, Math.ceil(due - now()))
    handle = left > LONGEST ? start(arm, LONGEST) : start(fn, left)
    if (!keepsProcess) handle.unref()
  }
  arm()
  return () => stop(handle)
}

/** Real time for the limits of expectations. */
export const realTime: Clock = {
  now,
  wall: () => systemClock.wall(),
  setTimer: (ms, fn) => timer(ms, fn, true),
}

/** Real time for a platform and its bot, whose heartbeats do not keep the process of a test alive. */
export const deskTime: Clock = { ...realTime, setTimer: (ms, fn) => timer(ms, fn, false) }

/** A function that is called every second. */
export interface EverySecond {
  /** Whether the process waits for it. */
  readonly keep: (waits: boolean) => void
  readonly end: () => void
}

export const everySecond = (fn: () => void): EverySecond => {
  const handle = startEvery(fn, 1_000)
  return {
    keep: (waits) => void (waits ? handle.ref() : handle.unref()),
    end: () => stopEvery(handle),
  }
}

/** Whether a test has replaced the global timers, without which a bot over sockets does nothing. */
export const hasFakeTimers = (): boolean => globalThis.setTimeout !== start
