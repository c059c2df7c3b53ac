import { QqkitError } from '@qqkit/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { accessFaultOf } from '../../src/access/access-fault.js'
import { parseGatewayInfo } from '../../src/access/gateway-info.js'

const limits = { total: 1000, remaining: 998, reset_after: 14_400_000, max_concurrency: 1 }
const answer = { url: 'wss://gateway.example/websocket', shards: 2, session_start_limit: limits }

const refusal = (value: unknown): QqkitError => {
  try {
    parseGatewayInfo(value)
  } catch (error) {
    if (QqkitError.is(error)) return error
    throw error
  }
  throw new Error('was accepted')
}

it('takes the documented answer, with fields it does not know', () => {
  expect(parseGatewayInfo({ ...answer, trace_id: 'x' })).toEqual({
    url: 'wss://gateway.example/websocket',
    shards: 2,
    limit: { total: 1000, remaining: 998, resetAfter: 14_400_000, maxConcurrency: 1 },
  })
})

it('takes a ws: URL, which a simulator has', () => {
  expect(parseGatewayInfo({ ...answer, url: 'ws://127.0.0.1:8080/' }).url).toBe('ws://127.0.0.1:8080/')
})

it('GW-20 reads an overdrawn budget as an empty one', () => {
  const value = { ...answer, session_start_limit: { ...limits, remaining: -3 } }
  expect(parseGatewayInfo(value).limit.remaining).toBe(0)
})

describe('GW-19 refuses as unavailable, and names what is wrong', () => {
  const withLimits = (over: Record<string, unknown>): unknown => ({
    ...answer,
    session_start_limit: { ...limits, ...over },
  })
  const { url: _url, ...withoutUrl } = answer
  const { session_start_limit: _limits, ...withoutLimits } = answer
  const { shards: _shards, ...withoutShards } = answer
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['null', null, 'the answer is not an object'],
    ['undefined', undefined, 'the answer is missing'],
    ['an empty object', {}, 'url is missing'],
    ['an array', [], 'url is missing'],
    ['a page of HTML', '<html><body>502 Bad Gateway</body></html>', 'the answer is not an object'],
    ['no url', withoutUrl, 'url is missing'],
    ['an http url', { ...answer, url: 'https://gateway.example/' }, 'url is not a ws: or wss: URL'],
    ['a url that is none', { ...answer, url: 'gateway' }, 'url is not a ws: or wss: URL'],
    ['an empty url', { ...answer, url: '' }, 'url is not a ws: or wss: URL'],
    ['a url of another type', { ...answer, url: 7 }, 'url is not a ws: or wss: URL'],
    ['no limits', withoutLimits, 'session_start_limit is missing'],
    ['limits of null', { ...answer, session_start_limit: null }, 'session_start_limit is not'],
    ['limits as text', { ...answer, session_start_limit: '1000' }, 'session_start_limit is not'],
    ['a limit as text', withLimits({ remaining: '998' }), 'session_start_limit.remaining is not'],
    ['a limit of NaN', withLimits({ remaining: NaN }), 'session_start_limit.remaining is not'],
    ['a limit that is missing', withLimits({ total: undefined }), 'session_start_limit.total is missing'],
    ['a reset before now', withLimits({ reset_after: -1 }), 'session_start_limit.reset_after is not'],
    ['an infinite reset', withLimits({ reset_after: Infinity }), 'session_start_limit.reset_after is not'],
    ['no concurrency', withLimits({ max_concurrency: 0 }), 'session_start_limit.max_concurrency is not'],
    ['half a session', withLimits({ total: 0.5 }), 'session_start_limit.total is not'],
    ['no shards', withoutShards, 'shards is missing'],
    ['0 shards', { ...answer, shards: 0 }, 'shards is not a whole number from 1 up'],
  ]
  for (const [name, value, problem] of cases) {
    it(`GW-19 ${name}`, () => {
      const error = refusal(value)
      expect(error.code).toBe('gateway_unavailable')
      expect(error.message).toContain(problem)
      expect(accessFaultOf(error)).toBe('unavailable')
      expect(error.advice?.en).toBeTruthy()
      expect(error.advice?.zh).toBeTruthy()
    })
  }
})

it('GW-19 does not repeat what arrived', () => {
  expect(refusal({ ...answer, url: 'https://leak.example/?token=AT_0001' }).message).not.toContain('AT_0001')
})

it('GW-19 property: whatever arrives is either whole or refused with the one typed error', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (value) => {
      expect(refusal(value).code).toBe('gateway_unavailable')
    }),
    { numRuns: 300 },
  )
})

it('reads the mark of a failed access call, and takes anything else for a passing fault', () => {
  expect(accessFaultOf(Object.assign(new Error('no'), { access: 'fatal' }))).toBe('fatal')
  expect(accessFaultOf({ access: 'rate_limited' })).toBe('rate_limited')
  for (const error of [new Error('no'), null, undefined, 'text', { access: 'denied' }]) {
    expect(accessFaultOf(error)).toBe('unavailable')
  }
})
