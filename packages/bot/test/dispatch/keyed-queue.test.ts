import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { KeyedQueue, type Overflow } from '../../src/dispatch/keyed-queue.js'
import { task } from '../support/task.js'

interface Job {
  readonly key: string
  readonly id: number
}

/** A queue whose tasks end when told to. */
const workshop = (concurrency: number, waiting: number, overflow: Overflow = 'drop-oldest') => {
  const queue = new KeyedQueue({ concurrency, waiting, onFull: () => overflow })
  const running = new Map<Job, () => void>()
  const started: Job[] = []
  const dropped: Job[] = []
  const push = (job: Job): void =>
    queue.push(
      task(job.key, {
        run: async () => {
          started.push(job)
          await new Promise<void>((resolve) => running.set(job, resolve))
        },
        drop: () => dropped.push(job),
      }),
    )
  const finish = async (job: Job): Promise<void> => {
    running.get(job)?.()
    running.delete(job)
    await new Promise(setImmediate)
  }
  return { queue, running, started, dropped, push, finish }
}

describe('KeyedQueue', () => {
  it('BT-01 runs one task of a key at a time, in order, and keys in parallel up to the limit', async () => {
    const { push, started, running, finish, queue } = workshop(2, 100)
    const jobs = ['a', 'a', 'b', 'c'].map((key, id) => ({ key, id }))
    for (const job of jobs) push(job)
    expect(started.map(({ id }) => id)).toEqual([0, 2])
    expect(queue.size).toEqual({ running: 2, waiting: 2 })
    await finish(jobs[2]!)
    expect(started.map(({ id }) => id)).toEqual([0, 2, 3])
    await finish(jobs[0]!)
    expect(started.map(({ id }) => id)).toEqual([0, 2, 3, 1])
    for (const job of running.keys()) await finish(job)
    await queue.idle()
    expect(queue.size).toEqual({ running: 0, waiting: 0 })
  })

  it('BT-01 drops the newest with drop-newest', () => {
    const { push, dropped, queue } = workshop(1, 1, 'drop-newest')
    for (const id of [1, 2, 3]) push({ key: 'a', id })
    expect(dropped.map(({ id }) => id)).toEqual([3])
    expect(queue.size.waiting).toBe(1)
  })

  it('BT-01 the place of a lane that gave way goes to the next, and the lane can queue again', async () => {
    const { push, finish, started, dropped, queue, running } = workshop(1, 2)
    const jobs = ['a', 'b', 'c', 'b'].map((key, id) => ({ key, id }))
    for (const job of jobs) push(job)
    expect(dropped.map(({ id }) => id)).toEqual([1])
    await finish(jobs[0]!)
    expect(started.map(({ id }) => id)).toEqual([0, 2])
    await finish(jobs[2]!)
    expect(started.map(({ id }) => id)).toEqual([0, 2, 3])
    await finish(jobs[3]!)
    expect([running.size, queue.size]).toEqual([0, { running: 0, waiting: 0 }])
  })

  it('BT-01 tells whose task had to give way', () => {
    const dropped: string[] = []
    const queue = new KeyedQueue({ concurrency: 1, waiting: 1, onFull: () => 'drop-oldest' })
    for (const key of ['runs', 'waits', 'comes'])
      queue.push(task(key, { run: async () => new Promise(() => {}), drop: () => dropped.push(key) }))
    expect(dropped).toEqual(['waits'])
  })

  it('BT-01 knows a lane that has work, however many others come and go meanwhile', async () => {
    const { push, finish, started } = workshop(2, 10)
    const [slow, next] = [
      { key: 'slow', id: 0 },
      { key: 'slow', id: 1 },
    ]
    push(slow)
    for (let id = 10; id < 2600; id += 1) {
      const job = { key: `other ${id}`, id }
      push(job)
      await finish(job)
    }
    push(next)
    expect(started.at(-1)).not.toBe(next)
    await finish(slow)
    expect(started.at(-1)).toBe(next)
    await finish(next)
  })

  it('takes out what waits in lanes without a place, which may wait again', async () => {
    const { push, queue, finish, started } = workshop(1, 10)
    const [runs, ...others] = ['a', 'b', 'c', 'c', 'b'].map((key, id) => ({ key, id }))
    push(runs!)
    push(others[0]!)
    push(others[1]!)
    queue.clear(new Error('over'))
    expect(queue.size).toEqual({ running: 1, waiting: 0 })
    push(others[2]!)
    push(others[3]!)
    await finish(runs!)
    await finish(others[2]!)
    expect(started.map(({ id }) => id)).toEqual([0, 3, 4])
    await finish(others[3]!)
    expect(queue.size).toEqual({ running: 0, waiting: 0 })
  })

  it('takes out what waits and still lets lanes be used afterwards', async () => {
    const { push, queue, finish, started, running } = workshop(1, 10)
    const jobs = ['a', 'a', 'b'].map((key, id) => ({ key, id }))
    for (const job of jobs) push(job)
    queue.clear(new Error('over'))
    await finish(jobs[0]!)
    await queue.idle()
    push({ key: 'b', id: 9 })
    expect(started.map(({ id }) => id)).toEqual([0, 9])
    for (const job of running.keys()) await finish(job)
  })

  it('BT-01 keeps order per key, loses nothing but what it dropped, and stays in bounds, whatever comes', async () => {
    const step = fc.oneof(
      fc.record({ push: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ finish: fc.nat(3) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, limit) => {
          const { push, finish, running, started, dropped, queue } = workshop(limit, 5)
          let id = 0
          const pushed: Job[] = []
          for (const step of steps) {
            if ('push' in step) {
              const job = { key: step.push, id: (id += 1) }
              pushed.push(job)
              push(job)
            } else {
              const job = [...running.keys()][step.finish]
              if (job) await finish(job)
            }
            const keys = [...running.keys()].map(({ key }) => key)
            expect(new Set(keys).size).toBe(keys.length)
            expect(keys.length).toBeLessThanOrEqual(limit)
            expect(queue.size.waiting).toBeLessThanOrEqual(5)
          }
          while (running.size > 0) for (const job of running.keys()) await finish(job)
          await queue.idle()
          expect([...started, ...dropped].map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
            pushed.map(({ id }) => id),
          )
          for (const key of ['a', 'b', 'c', 'd']) {
            const ids = started.filter((job) => job.key === key).map(({ id }) => id)
            expect(ids).toEqual(ids.toSorted((a, b) => a - b))
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
