import { expect, it } from 'vitest'

import { sleep, withDeadline } from '../../../src/internal/index.js'
import { ManualClock } from '../../../src/testing/index.js'
import { listeners } from '../../support/listeners.js'

const late = (): Error => new Error('too late')

it('returns the result of the work, and leaves no timer and no listener', async () => {
  const clock = new ManualClock()
  const { signal } = new AbortController()
  expect(await withDeadline({ clock, ms: 50, onTimeout: late, signal }, async () => 'in time')).toBe(
    'in time',
  )
  expect([clock.pending, listeners(signal)]).toEqual([0, 0])
})

it('aborts the work with the error of onTimeout', async () => {
  const clock = new ManualClock()
  let reason: unknown
  const work = withDeadline({ clock, ms: 50, onTimeout: late }, async (signal) => {
    signal.addEventListener('abort', () => (reason = signal.reason))
    await sleep(clock, 1000, signal)
  })
  const outcome = expect(work).rejects.toThrow('too late')
  await clock.advance(50)
  await outcome
  expect(reason).toBeInstanceOf(Error)
  expect(clock.pending).toBe(0)
})

it('settles on time even when the work ignores its signal', async () => {
  const clock = new ManualClock()
  const outcome = expect(
    withDeadline({ clock, ms: 50, onTimeout: late }, () => new Promise(() => {})),
  ).rejects.toThrow('too late')
  await clock.advance(50)
  await outcome
})

it('passes on the abort reason of the caller', async () => {
  const clock = new ManualClock()
  const controller = new AbortController()
  const outcome = expect(
    withDeadline({ clock, ms: 50, onTimeout: late, signal: controller.signal }, () => new Promise(() => {})),
  ).rejects.toBe('stop')
  controller.abort('stop')
  await outcome
  expect([clock.pending, listeners(controller.signal)]).toEqual([0, 0])
})

it('does not start work for an aborted caller', async () => {
  let started = false
  const work = withDeadline(
    { clock: new ManualClock(), ms: 50, onTimeout: late, signal: AbortSignal.abort('gone') },
    async () => {
      started = true
    },
  )
  await expect(work).rejects.toBe('gone')
  expect(started).toBe(false)
})
