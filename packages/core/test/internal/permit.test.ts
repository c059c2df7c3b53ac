import { expect, it } from 'vitest'

import type { LimitOutcome } from '../../src/index.js'
import { permit } from '../../src/internal/index.js'

it('a permit is settled once, by its first outcome', () => {
  const outcomes: LimitOutcome[] = []
  const place = permit((outcome) => void outcomes.push(outcome))
  expect(place.granted).toBe(true)
  place.settle({ kind: 'not_sent' })
  place.settle({ kind: 'sent' })
  expect(outcomes).toEqual([{ kind: 'not_sent' }])
})
