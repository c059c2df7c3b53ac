import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { systemClock } from '../src/index.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const DAY = 24 * 60 * 60_000

it('GW-30 fires a timer of sixty days when it is due', () => {
  let fired = 0
  systemClock.setTimer(60 * DAY, () => (fired += 1))
  vi.advanceTimersByTime(60 * DAY - 1)
  expect(fired).toBe(0)
  vi.advanceTimersByTime(1)
  expect(fired).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})

it('GW-30 cancels a long timer that has run in part', () => {
  let fired = 0
  const cancel = systemClock.setTimer(60 * DAY, () => (fired += 1))
  vi.advanceTimersByTime(40 * DAY)
  cancel()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(40 * DAY)
  expect(fired).toBe(0)
})

it('treats a negative time as 0', () => {
  let fired = 0
  systemClock.setTimer(-5, () => (fired += 1))
  vi.advanceTimersByTime(0)
  expect(fired).toBe(1)
})
