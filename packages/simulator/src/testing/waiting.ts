import type { Clock } from '@qqkit/core'

import type { Simulator } from '../simulator.js'
import { realTime } from './real-time.js'

/** A clock that a test advances, such as `ManualClock` of `@qqkit/core/testing`. */
export interface AdvancedClock extends Clock {
  advance(ms: number): Promise<void>
}

/** Whether a clock moves only when it is advanced. */
export const isAdvanced = (clock: Clock): clock is AdvancedClock =>
  'advance' in clock && typeof clock.advance === 'function'

/** ms of simulated time between two looks. */
const STEP = 10

/** Most ms of real time between two looks; each log entry causes one too. */
const INTERVAL = 25

/** Resolves with the next log entry, or after some ms. */
const nextChange = async (sim: Simulator, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      cancel()
      stop()
      resolve()
    }
    const cancel = realTime.setTimer(ms, end)
    const stop = sim.subscribe(end)
  })

/** How many waits for each simulator are open. */
const waits = new WeakMap<Simulator, number>()

/** Whether an expectation waits for something of a simulator. */
export const isAwaited = (sim: Simulator): boolean => (waits.get(sim) ?? 0) > 0

/**
 * Looks until something is there, at most for some ms: of real time, or on a manual clock of simulated time, which passes
 * meanwhile.
 */
export const until = async <T>(
  sim: Simulator,
  ms: number,
  look: () => T | undefined,
): Promise<T | undefined> => {
  waits.set(sim, (waits.get(sim) ?? 0) + 1)
  try {
    return await lookUntil(sim, ms, look)
  } finally {
    waits.set(sim, (waits.get(sim) ?? 0) - 1)
  }
}

const lookUntil = async <T>(
  sim: Simulator,
  ms: number,
  look: () => T | undefined,
): Promise<T | undefined> => {
  const { clock } = sim
  const manual = isAdvanced(clock) ? clock : null
  const end = (manual ?? realTime).now() + ms
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    const left = end - (manual ?? realTime).now()
    if (left <= 0) return undefined
    if (manual) await manual.advance(Math.min(left, STEP))
    else await nextChange(sim, Math.min(left, INTERVAL))
  }
}

/** Waits for a promise as {@link until} does. `null`: it did not settle in time. */
export const settled = async <T>(
  sim: Simulator,
  ms: number,
  promise: Promise<T>,
): Promise<PromiseSettledResult<T> | null> => {
  let result: PromiseSettledResult<T> | undefined
  promise.then(
    (value) => (result = { status: 'fulfilled', value }),
    (reason: unknown) => (result = { status: 'rejected', reason }),
  )
  return (await until(sim, ms, () => result)) ?? null
}
