import type { LogSink } from '@qqkit/core'

/** Numbers from 0 up to 1, whatever `random` does: a wait without jitter is better than none. */
export const steadyRandom = (random: () => number, log: LogSink): (() => number) => {
  return () => {
    let error: unknown
    try {
      const number = random()
      if (number >= 0 && number < 1) return number
    } catch (thrown) {
      error = thrown
    }
    log({
      level: 'warn',
      event: 'gateway.random_failed',
      message: 'random() gave no number from 0 up to 1; waits go without jitter',
      error,
    })
    return 0.5
  }
}
