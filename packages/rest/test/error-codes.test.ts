import { errorCodeAt, errorCodes } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import { RestError } from '../src/index.js'
import { restHarness, C2C, failure } from './support/rest-harness.js'

const HAN = /\p{Script=Han}/u
const codes = Object.keys(errorCodes).map(Number)

it('knows the codes of the reference', () => {
  expect(codes.length).toBeGreaterThan(250)
})

describe('every code reaches the error with class and advice in both languages', () => {
  it.each(codes.filter((code) => errorCodes[code]?.class !== 'audit'))('%d', async (code) => {
    const { rest, settle } = restHarness([failure(code)], { retry: { maxAttempts: 1 }, fallbacks: [] })
    const error = await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))
    expect(error).toBeInstanceOf(RestError)
    expect(error).toMatchObject({
      errCode: code,
      httpStatus: 400,
      traceId: 'trace-1',
      delivered: 'no',
      advice: { en: expect.stringMatching(/\w/), zh: expect.stringMatching(HAN) },
    })
    expect((error as RestError).facts?.class).toBe(errorCodeAt(code, 'c2cGroupSend')?.class)
  })

  it.each(codes.filter((code) => errorCodes[code]?.class === 'audit'))(
    '%d is a result, not an error',
    async (code) => {
      const { rest } = restHarness([
        { status: 202, body: { code, message: 'audit', data: { message_audit: { audit_id: 'a-1' } } } },
      ])
      expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'audit', auditId: 'a-1', id: null })
    },
  )
})
