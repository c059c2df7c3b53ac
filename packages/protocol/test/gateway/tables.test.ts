import { describe, expect, it } from 'vitest'

import { closeCodes, Opcode } from '../../src/index.js'

describe('opcodes', () => {
  it('match §3.2', () => {
    expect(Opcode).toEqual({
      Dispatch: 0,
      Heartbeat: 1,
      Identify: 2,
      Resume: 6,
      Reconnect: 7,
      InvalidSession: 9,
      Hello: 10,
      HeartbeatAck: 11,
      CallbackAck: 12,
      CallbackValidation: 13,
    })
  })
})

describe('close codes', () => {
  // [resumable, identifiable] of the docs table (§3.7); null where only an SDK knows the code.
  const documented: Readonly<Record<number, readonly [boolean | null, boolean | null]>> = {
    4000: [null, null],
    4001: [false, false],
    4002: [false, false],
    4003: [null, null],
    4004: [null, null],
    4005: [null, null],
    4006: [false, true],
    4007: [false, true],
    4008: [true, true],
    4009: [true, true],
    4010: [false, false],
    4011: [false, false],
    4012: [false, false],
    4013: [false, false],
    4014: [false, false],
    ...Object.fromEntries(Array.from({ length: 14 }, (_, index) => [4900 + index, [false, true]])),
    4914: [false, false],
    4915: [false, false],
  }

  it('GW-09 match the table of the docs about Resume and Identify', () => {
    const facts = Object.entries(closeCodes).map(([code, fact]) => [
      code,
      [fact.resumable, fact.identifiable],
    ])
    expect(Object.fromEntries(facts)).toEqual(documented)
  })

  it('GW-11 have a meaning and advice in both languages', () => {
    for (const [code, { meaning, advice, name }] of Object.entries(closeCodes)) {
      expect(name, code).toMatch(/^[a-z_]+$/)
      for (const text of [meaning, advice]) {
        expect(text.en.length, code).toBeGreaterThan(5)
        expect(text.zh, code).toMatch(/\p{Script=Han}/u)
      }
    }
  })
})
