import { expect, it } from 'vitest'

import { withParkedNumber } from '../../src/park/parked-number.js'

it.each(['c2c', 'group'] as const)('BT-11 numbers a parked reply the same in every process (%s)', (scene) => {
  const numbered = withParkedNumber('hi', { scene, id: 'A1' }, '000.1.a')
  expect(numbered).toEqual({ content: 'hi', msg_seq: expect.toSatisfy((n: number) => n >= 10_000) as number })
  expect(withParkedNumber({ content: 'hi' }, { scene, id: 'A1' }, '000.1.a')).toEqual(numbered)
  expect(withParkedNumber('hi', { scene, id: 'A1' }, '000.2.a')).not.toEqual(numbered)
})

it.each(['channel', 'dm'] as const)('BT-11 gives no number where the platform knows none (%s)', (scene) => {
  expect(withParkedNumber('hi', { scene, id: '1' }, '000.1.a')).toBe('hi')
})
