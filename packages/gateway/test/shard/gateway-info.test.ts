import { QqkitError } from '@qqkit/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { accessFaultOf } from '../../src/machine/errors.js'
import { parseGatewayInfo } from '../../src/shard/gateway-lookup.js'

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
    info: {
      url: 'wss://gateway.example/websocket',
      shards: 2,
      limit: { total: 1000, remaining: 998, resetAfter: 14_400_000, maxConcurrency: 1 },
    },
    doubt: null,
    counted: true,
  })
})

it('takes a ws: URL, which a simulator has', () => {
  expect(parseGatewayInfo({ ...answer, url: 'ws://127.0.0.1:8080/' }).info.url).toBe('ws://127.0.0.1:8080/')
})

it('GW-20 reads an overdrawn budget as an empty one', () => {
  const value = { ...answer, session_start_limit: { ...limits, remaining: -3 } }
  expect(parseGatewayInfo(value)).toMatchObject({ info: { limit: { remaining: 0 } }, doubt: null })
})

describe('GW-19 refuses as unavailable, and names what is wrong', () => {
  const { url: _url, ...withoutUrl } = answer
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
    ['no url and nothing else right', { shards: -1, session_start_limit: null }, 'url is missing'],
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

describe('GW-32 takes a good url alone, carefully, and names what is missing', () => {
  const withLimits = (over: Record<string, unknown>): unknown => ({
    ...answer,
    session_start_limit: { ...limits, ...over },
  })
  const { session_start_limit: _limits, ...withoutLimits } = answer
  const { shards: _shards, ...withoutShards } = answer
  const deep = { total: { total: null }, remaining: [null], reset_after: {}, max_concurrency: [[1]] }
  const cases: readonly (readonly [string, unknown, string])[] = [
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
    ['0 shards', { ...answer, shards: 0 }, 'shards is not a whole number from 1 to'],
    ['shards of text', { ...answer, shards: '2' }, 'shards is not'],
    ['shards below 0', { ...answer, shards: -2 }, 'shards is not'],
    ['shards of NaN', { ...answer, shards: NaN }, 'shards is not'],
    ['shards of null', { ...answer, shards: null }, 'shards is not'],
    [
      'more shards than memory',
      { ...answer, shards: 200_000 },
      'shards is not a whole number from 1 to 1000',
    ],
    ['shards beyond counting', { ...answer, shards: 1e300 }, 'shards is not'],
    ['limits of lists', { ...answer, session_start_limit: [] }, 'session_start_limit.total is missing'],
    ['limits of nested nulls', { ...answer, session_start_limit: deep }, 'session_start_limit.total is not'],
    ['a rest beyond counting', withLimits({ remaining: 1e300 }), 'session_start_limit.remaining is not'],
    [
      'concurrency below 0',
      withLimits({ max_concurrency: -1 }),
      'session_start_limit.max_concurrency is not',
    ],
    [
      'concurrency of text',
      withLimits({ max_concurrency: '1' }),
      'session_start_limit.max_concurrency is not',
    ],
    ['a total below 0', withLimits({ total: -5 }), 'session_start_limit.total is not'],
    ['nothing but a url', { url: answer.url }, 'shards is missing'],
  ]
  for (const [name, value, problem] of cases) {
    it(`GW-32 ${name}`, () => {
      const { info, doubt } = parseGatewayInfo(value)
      expect(info.url).toBe(answer.url)
      expect([1, 2]).toContain(info.shards)
      expect(info.limit.maxConcurrency).toBe(1)
      expect(info.limit.remaining).toBeGreaterThan(0)
      for (const number of Object.values(info.limit))
        expect(Number.isSafeInteger(number) && number >= 0).toBe(true)
      expect(doubt?.message).toContain(problem)
      expect(doubt && accessFaultOf(doubt)).toBe('unavailable')
    })
  }

  it('GW-32 believes the count where it is whole, and no more than one identify per 5 s', () => {
    const value = withLimits({ remaining: 0, reset_after: 7000, total: null, max_concurrency: 16 })
    expect(parseGatewayInfo(value)).toMatchObject({
      info: { limit: { total: 1000, remaining: 0, resetAfter: 7000, maxConcurrency: 1 } },
      counted: true,
    })
    expect(parseGatewayInfo(withLimits({ remaining: '0' }))).toMatchObject({ counted: false })
  })

  it('GW-32 limits that are whole hold although the shards do not', () => {
    const value = { ...(withLimits({ max_concurrency: 16 }) as object), shards: 0 }
    expect(parseGatewayInfo(value)).toMatchObject({ info: { shards: 1, limit: { maxConcurrency: 16 } } })
  })
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
