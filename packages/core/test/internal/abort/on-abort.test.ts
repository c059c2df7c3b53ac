import { setImmediate } from 'node:timers/promises'

import { expect, it, onTestFinished } from 'vitest'

import { abortable, onAbort, sleep, withDeadline } from '../../../src/internal/index.js'
import { ManualClock } from '../../../src/testing/index.js'
import { listeners } from '../../support/listeners.js'

/** Collects what Node warns of from now on. */
const warnings = (): readonly Error[] => {
  const warned: Error[] = []
  const note = (warning: Error): void => void warned.push(warning)
  process.on('warning', note)
  onTestFinished(() => void process.off('warning', note))
  return warned
}

it('shares one listener among a hundred waits, and removes it after the last', async () => {
  const warned = warnings()
  const clock = new ManualClock()
  const { signal } = new AbortController()
  let finish: (value: number) => void = () => {}
  const shared = new Promise<number>((resolve) => (finish = resolve))
  const onTimeout = (): Error => new Error('too late')
  const waits = Array.from({ length: 34 }, () => [
    abortable(shared, signal),
    sleep(clock, 10, signal),
    withDeadline({ clock, ms: 50, onTimeout, signal }, async () => shared),
  ]).flat()
  expect(listeners(signal)).toBe(1)
  finish(7)
  await clock.advance(10)
  await Promise.all(waits)
  await setImmediate()
  expect([listeners(signal), clock.pending, warned]).toEqual([0, 0, []])
})

it('calls every remaining callback once, in the order of registration', () => {
  const controller = new AbortController()
  const { signal } = controller
  const called: string[] = []
  onAbort(signal, () => called.push('first'))
  const leave = onAbort(signal, () => called.push('left'))
  // Who leaves while others are called is not called either.
  onAbort(signal, () => {
    called.push('second')
    leaveLate()
  })
  const leaveLate = onAbort(signal, () => called.push('left late'))
  leave()
  leave()
  controller.abort()
  expect(called).toEqual(['first', 'second'])
  expect(listeners(signal)).toBe(0)
})

it('calls a callback that was given twice twice, and removes each separately', () => {
  const controller = new AbortController()
  let called = 0
  const count = (): void => void (called += 1)
  onAbort(controller.signal, count)
  onAbort(controller.signal, count)()
  onAbort(controller.signal, count)
  controller.abort()
  expect(called).toBe(2)
})

it('accepts new waits after all were removed', () => {
  const controller = new AbortController()
  onAbort(controller.signal, () => {})()
  expect(listeners(controller.signal)).toBe(0)
  let called = false
  onAbort(controller.signal, () => (called = true))
  controller.abort()
  expect(called).toBe(true)
})
