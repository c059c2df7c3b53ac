import { setImmediate } from 'node:timers/promises'

import type { Clock } from '@qqkit/core'
import { DeadlineQueue } from '@qqkit/core/internal'
import { expect, it } from 'vitest'

import { NamedTimers } from '../../src/shard/named-timers.js'

/** A clock whose one timer fires when the test says so. */
const given = () => {
  let now = 0
  let fire: () => void = () => {}
  const clock: Clock = {
    now: () => now,
    wall: () => now,
    setTimer: (_ms, fn) => {
      fire = fn
      return () => (fire = () => {})
    },
  }
  const fed: string[] = []
  const timers = new NamedTimers(
    { clock, timers: new DeadlineQueue(clock) },
    { onTimer: () => void fed.push('timer') },
  )
  const fireAt = (ms: number): void => {
    now = ms
    fire()
  }
  return { timers, fed, fireAt, read: () => fed.push('frame') }
}

it('GW-04 a beat that is due on time comes on time', () => {
  const { timers, fed, fireAt } = given()
  timers.set('heartbeat', 1000, 1)
  fireAt(1000)
  expect(fed).toEqual(['timer'])
})

it('GW-04 a beat that is overdue, since the process was busy, comes after what is still to be read', async () => {
  const { timers, fed, fireAt, read } = given()
  timers.set('heartbeat', 1000, 1)
  fireAt(5000)
  read()
  await setImmediate()
  expect(fed).toEqual(['frame', 'timer'])
})

it('GW-14 an overdue timer that is cleared meanwhile does not come', async () => {
  const { timers, fed, fireAt } = given()
  timers.set('heartbeat', 1000, 1)
  fireAt(5000)
  timers.clearAll()
  await setImmediate()
  expect(fed).toEqual([])
})
