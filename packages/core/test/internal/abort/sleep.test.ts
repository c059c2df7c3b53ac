import { expect, it } from 'vitest'

import { sleep } from '../../../src/internal/index.js'
import { ManualClock } from '../../../src/testing/index.js'
import { listeners } from '../../support/listeners.js'

it('resolves after the time and leaves no listener', async () => {
  const clock = new ManualClock()
  const { signal } = new AbortController()
  const slept = sleep(clock, 100, signal)
  await clock.advance(99)
  expect(listeners(signal)).toBe(1)
  await clock.advance(1)
  await slept
  expect(listeners(signal)).toBe(0)
})

it('rejects at once with the reason on abort, and leaves no timer', async () => {
  const clock = new ManualClock()
  const controller = new AbortController()
  const slept = sleep(clock, 100, controller.signal)
  const reason = { any: 'value' }
  controller.abort(reason)
  await expect(slept).rejects.toBe(reason)
  expect([clock.pending, listeners(controller.signal)]).toEqual([0, 0])
})

it('does not start with an aborted signal', async () => {
  const clock = new ManualClock()
  await expect(sleep(clock, 100, AbortSignal.abort('early'))).rejects.toBe('early')
  expect(clock.pending).toBe(0)
})
