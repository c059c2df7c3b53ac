import { closeCodes } from '@qqkit/protocol'
import { definePolicy } from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

import { closeCodeTables, type CloseCodePreset } from '../../src/close-codes.js'
import { causeRules } from '../../src/machine/disconnect-cause.js'
import { gapOf, inState, type Machine, reconnect } from '../support/machine.js'

type Outcome = 'resume' | 'identify' | 'stop'

const outcomes = (codes: readonly number[], outcome: Outcome): readonly (readonly [number, Outcome])[] =>
  codes.map((code) => [code, outcome])

/** The table of §3.7, with WebSocket's own codes and what GW-09 … GW-13 make of them. */
const table = [
  ...outcomes([1000, 1001, 1005, 1006, 1009, 1011, 1012, 4004, 4008, 4009], 'resume'),
  ...outcomes([4000, 4003, 4005, 4006, 4007], 'identify'),
  ...outcomes([4900, 4901, 4902, 4903, 4904, 4905, 4906], 'identify'),
  ...outcomes([4907, 4908, 4909, 4910, 4911, 4912, 4913], 'identify'),
  ...outcomes([4001, 4002, 4010, 4011, 4012, 4013, 4014, 4914, 4915], 'stop'),
]

const inReady = (preset: CloseCodePreset): Machine => {
  const rules = { ...causeRules, ...closeCodeTables[preset] }
  const machine = inState('ready', { policy: definePolicy({ jitter: 0, rules }) })
  machine.now += 6000
  return machine
}

/** What a close in `ready` leads to, seen from what is done next. */
const outcomeOf = (machine: Machine, code: number): Outcome => {
  const dropped = gapOf(machine.closed(code)) !== undefined
  if (machine.state.name === 'stopped') return 'stop'
  const next = reconnect(machine)
  expect(next).toBe(dropped ? 'identify' : 'resume')
  return next
}

describe.each(['default', 'strict'] as const)('the %s table', (preset) => {
  const expected = table.map(
    ([code, outcome]) => [code, preset === 'strict' && code === 4009 ? 'identify' : outcome] as const,
  )

  it.each(expected)('GW-09 GW-10 GW-11 %i leads to %s', (code, outcome) => {
    expect(outcomeOf(inReady(preset), code)).toBe(outcome)
  })

  it.each(expected.filter(([, outcome]) => outcome !== 'stop'))(
    'GW-09 GW-13 %i waits, asks for a new token or not, and is known',
    (code) => {
      const machine = inReady(preset)
      machine.closed(code)
      const wait = code === 4008 ? 60_000 : 1000
      expect(machine.state).toMatchObject({ until: machine.now + wait, decision: { known: true } })
      expect(machine.fire('backoff')).toContainEqual(
        expect.objectContaining({ type: 'prepare', freshToken: code === 4004 }),
      )
    },
  )

  it('GW-09 has a row for every documented code', () => {
    const codes = new Set(expected.map(([code]) => code))
    expect(Object.keys(closeCodes).filter((code) => !codes.has(Number(code)))).toEqual([])
    expect(Object.keys(closeCodeTables[preset])).toEqual([...codes].sort((a, b) => a - b).map(String))
  })

  it('GW-09 a code without a row is resumed on the ladder, and marked', () => {
    const machine = inReady(preset)
    machine.closed(4999)
    expect(machine.state).toMatchObject({ until: machine.now + 1000, decision: { known: false } })
    expect(reconnect(machine)).toBe('resume')
  })
})
