import { expect, it } from 'vitest'

import type { LimitOutcome } from '../../src/index.js'
import { permit, timedPermit } from '../../src/internal/index.js'

it('a permit is settled once, by its first outcome', () => {
  const outcomes: LimitOutcome[] = []
  const place = permit((outcome) => void outcomes.push(outcome))
  expect(place.granted).toBe(true)
  place.settle({ kind: 'not_sent' })
  place.settle({ kind: 'sent' })
  expect(outcomes).toEqual([{ kind: 'not_sent' }])
})

it('a permit with a time is late once that is over', () => {
  let now = 1000
  const place = timedPermit(() => {}, { clock: { now: () => now }, since: now })
  expect(place.isLate?.()).toBe(false)
  now = 1200
  expect(place.isLate?.()).toBe(false)
  now = 1201
  expect(place.isLate?.()).toBe(true)
  expect('isLate' in permit(() => {})).toBe(false)
})
