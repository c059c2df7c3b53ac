import type { Me } from '@qqkit/protocol'
import { expect, expectTypeOf, it } from 'vitest'

import type { AuditResult, Rest, RestStep, SendResult } from '../src/index.js'
import { restHarness, C2C } from './support/rest-harness.js'

it('endpoints are typed by their path, and others can be called as well', async () => {
  const { rest, calls } = restHarness([{ status: 200, body: { id: 'me' } }])
  expectTypeOf(rest.request('GET /users/@me')).resolves.toEqualTypeOf<Me>()
  expectTypeOf(rest.request('GET /v3/news')).resolves.toEqualTypeOf<unknown>()
  // @ts-expect-error a field that the endpoint does not take
  await rest.request('POST /users/@me/dms', { body: { recipient: 'x' } })
  await rest.request('POST /v3/news/{id}', {
    params: { id: 5 },
    query: { a: 1, b: undefined, c: 'x y' },
    body: [],
  })
  expect(calls.at(-1)).toMatchObject({ method: 'POST', path: '/v3/news/5?a=1&c=x%20y', body: [] })
})

it('results differ by their kind', () => {
  expectTypeOf<SendResult['kind']>().toEqualTypeOf<'sent' | 'duplicate' | 'audit'>()
  expectTypeOf<Extract<SendResult, { kind: 'audit' }>>().toEqualTypeOf<AuditResult>()
  expectTypeOf<SendResult['steps']>().toEqualTypeOf<readonly RestStep[]>()
})

it('messages take no unknown field', () => {
  const send = (rest: Rest): void => {
    // @ts-expect-error no such field
    void rest.send(C2C, { colour: 'red' })
    // @ts-expect-error both anchors
    void rest.send(C2C, 'hi', { anchor: { msgId: 'a', eventId: 'b' } })
  }
  expect(send).toBeTypeOf('function')
})
