import { expect, it } from 'vitest'

import { SingleFlight } from '../../../src/internal/index.js'
import { listeners } from '../../support/listeners.js'

interface Job {
  readonly signal: AbortSignal
  readonly resolve: (value: string) => void
  readonly reject: (error: Error) => void
}

const started = () => {
  const jobs: Job[] = []
  const work = (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      jobs.push({ signal, resolve, reject })
    })
  return { jobs, work }
}

it('runs the work once for a hundred callers', async () => {
  const flight = new SingleFlight<string>()
  const { jobs, work } = started()
  const calls = Array.from({ length: 100 }, () => flight.run(work))
  expect(jobs).toHaveLength(1)
  jobs[0]?.resolve('shared')
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['shared']))
})

it('rejects every caller once, and starts new work for the next caller', async () => {
  const flight = new SingleFlight<string>()
  const { jobs, work } = started()
  const calls = [flight.run(work), flight.run(work)]
  jobs[0]?.reject(new Error('down'))
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = flight.run(work)
  jobs[1]?.resolve('up')
  expect(await next).toBe('up')
})

it('does not disturb other callers when one aborts', async () => {
  const flight = new SingleFlight<string>()
  const { jobs, work } = started()
  const controller = new AbortController()
  const leaver = flight.run(work, controller.signal)
  const stayer = flight.run(work)
  controller.abort('bye')
  await expect(leaver).rejects.toBe('bye')
  expect(jobs[0]?.signal.aborted).toBe(false)
  jobs[0]?.resolve('still there')
  expect(await stayer).toBe('still there')
  expect(listeners(controller.signal)).toBe(0)
})

it('aborts the work when the last caller has aborted', async () => {
  const flight = new SingleFlight<string>()
  const { jobs, work } = started()
  const controller = new AbortController()
  const calls = [flight.run(work, controller.signal), flight.run(work, controller.signal)]
  controller.abort('bye')
  await Promise.allSettled(calls)
  expect(jobs[0]?.signal.aborted).toBe(true)
  void flight.run(work).catch(() => {})
  expect(jobs).toHaveLength(2)
})

it('does not start for an aborted caller', async () => {
  const { jobs, work } = started()
  await expect(new SingleFlight<string>().run(work, AbortSignal.abort('gone'))).rejects.toBe('gone')
  expect(jobs).toHaveLength(0)
})

it('survives work that throws synchronously', async () => {
  const flight = new SingleFlight<string>()
  const broken = (): Promise<string> => {
    throw new Error('at once')
  }
  await expect(flight.run(broken)).rejects.toThrow('at once')
  expect(await flight.run(async () => 'fine')).toBe('fine')
})
