import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { Deadlines, type Timed } from '../../src/intake/deadlines.js'

class Job implements Timed<Job> {
  prev: Job | null = null
  next: Job | null = null
  startedAt = 0
}

const workshop = () => {
  const clock = new ManualClock()
  const late: [Job, number][] = []
  const start = clock.now()
  const deadlines = new Deadlines<Job>(clock, 100, (job) => late.push([job, clock.now() - start]))
  return { clock, deadlines, late }
}

describe('Deadlines', () => {
  it('gives each its whole time, counted from its own beginning, with one timer', async () => {
    const { clock, deadlines, late } = workshop()
    const [first, second, third] = [new Job(), new Job(), new Job()]
    deadlines.begin(first)
    await clock.advance(30)
    deadlines.begin(second)
    deadlines.begin(third)
    expect(clock.pending).toBe(1)
    await clock.advance(200)
    expect(late).toEqual([
      [first, 100],
      [second, 130],
      [third, 130],
    ])
    expect(clock.pending).toBe(0)
  })

  it('leaves alone who has ended, though the timer was set for it', async () => {
    const { clock, deadlines, late } = workshop()
    const [first, second] = [new Job(), new Job()]
    deadlines.begin(first)
    await clock.advance(30)
    deadlines.begin(second)
    deadlines.end(first)
    await clock.advance(99)
    expect(late).toEqual([])
    await clock.advance(1)
    expect(late).toEqual([[second, 130]])
  })

  it('takes nobody a millisecond', async () => {
    const { clock, deadlines, late } = workshop()
    const [first, second] = [new Job(), new Job()]
    deadlines.begin(first)
    await clock.advance(1)
    deadlines.begin(second)
    await clock.advance(200)
    expect(late).toEqual([
      [first, 100],
      [second, 101],
    ])
  })

  it('leaves no timer behind when all have ended, one by one or at once', () => {
    const { clock, deadlines } = workshop()
    const jobs = [new Job(), new Job(), new Job()]
    for (const job of jobs) deadlines.begin(job)
    deadlines.end(jobs[1]!)
    expect(deadlines.endAll()).toEqual([jobs[0], jobs[2]])
    expect(clock.pending).toBe(0)
    deadlines.begin(jobs[0]!)
    deadlines.end(jobs[0]!)
    expect(clock.pending).toBe(0)
  })
})
