import { expect } from 'vitest'

import { type FaultName, faults } from '../../../src/index.js'
import { pathTo, send } from '../fault-plays/calls.js'
import type { Positions, Story } from './position.js'

/** The refusals that live bots got with 500, each by a fault (§2.9). */
const FINAL: readonly (readonly [fault: FaultName, code: number | undefined])[] = [
  ['openid-foreign', 11255],
  ['markdown-reply-refused', 304041],
  ['typing-refused', 50059],
  ['media-format-refused', 850019],
  ['reply-limit-in-words', undefined],
]

const finals =
  (status: number): Story =>
  async (stage) => {
    for (const [fault, code] of FINAL) {
      // Without its match, any call meets the fault.
      stage.sim.faults.add({ ...faults[fault], match: {} })
      const answer = await send(stage)
      expect([fault, answer.status, answer.json?.['code']]).toEqual([fault, status, code])
    }
    const nobody = await stage.post('/v2/users/NOBODY/messages', { content: 'hi' })
    expect(nobody).toMatchObject({ status, json: { code: 11255, message: 'invalid request' } })
  }

/** Documented code, code of the deeper layer, and a call that gets them (§2.9). */
const PAIRS = [
  [40007, 40113003, 404],
  [40006, 40113002, 404],
  [850026, 40034001, 400],
] as const

const pairs =
  (differ: boolean): Story =>
  async (stage) => {
    for (const [code, deeper, status] of PAIRS) {
      stage.sim.faults.add({ on: 'call', do: { kind: 'error', code } })
      expect(await send(stage)).toMatchObject({
        status,
        json: { code, err_code: differ ? deeper : code, trace_id: expect.any(String) as string },
      })
    }
    const unreachable = { file_type: 1, url: 'http://10.0.0.1/a.png' }
    const { json } = await stage.post(`${pathTo(stage)}/files`, unreachable)
    expect(json).toMatchObject({ code: 850026, err_code: differ ? 40034001 : 850026 })
    expect(await send(stage, { msg_id: 'no' })).toMatchObject({
      json: { code: 40034024, err_code: 40034024 },
    })
  }

/** Status and codes of refusals (§2.9). */
export const errorPositions: Positions = {
  refusalStatus: { 500: finals(500), 400: finals(400) },
  errorNumbers: { differ: pairs(true), same: pairs(false) },
}
