import type { ManualClock } from '@qqkit/core/testing'

/** Lets time pass on a manual clock until the promise has settled. */
export const settle = async <T>(clock: ManualClock, promise: Promise<T>): Promise<T> => {
  const state = { over: false }
  const mark = (): void => void (state.over = true)
  promise.then(mark, mark)
  await clock.settle()
  while (!state.over && (await clock.step())) await clock.settle()
  return promise
}
