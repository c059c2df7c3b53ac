import { expect, it } from 'vitest'

import { ANCHOR, restHarness, C2C } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const NOTICE = { input_notify: { input_type: 1, input_second: 60 } } as const

const answer = (status: number, body: object = {}): Reply => ({ status, body })

it.each([
  ['50059 beside 500', answer(500, { code: 50059, err_code: 50059, message: 'input type err' })],
  ['22009', answer(400, { code: 22009, message: 'msg limit exceed' })],
  ['40034128', answer(400, { code: 40034128 })],
  ['an anchor that expired', answer(400, { code: 40034005 })],
  ['a number that was used', answer(400, { code: 40054005 })],
  ['429', answer(429)],
  ['500', answer(500)],
  ['503', answer(503)],
])('BT-17 a typing notice is tried once, and takes no other way: %s', async (_what, refusal) => {
  for (const anchor of [ANCHOR, undefined]) {
    const { rest, calls, settle } = restHarness([refusal])
    await expect(settle(rest.send(C2C, NOTICE, { anchor }))).rejects.toMatchObject({ name: 'RestError' })
    expect(calls).toHaveLength(1)
  }
})
