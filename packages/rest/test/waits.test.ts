import { expect, it } from 'vitest'

import { TokenError } from '../src/index.js'
import { ANCHOR, restHarness, C2C, failure, sent, type RestHarness } from './support/rest-harness.js'

const SECOND = 1000
it.each([
  ['7', 7 * SECOND],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9 * SECOND],
  ['nonsense', 3 * SECOND],
  ['30', 30 * SECOND],
])('RS-08 after a 429 with Retry-After %s the next attempt comes after %d ms', async (header, wait) => {
  const { rest, clock, calls, settle } = restHarness([
    { status: 429, headers: { 'retry-after': header } },
    sent(),
  ])
  await settle(rest.send(C2C, 'hi'))
  expect(clock.now()).toBe(wait)
  expect(calls).toHaveLength(2)
})

it('RS-08 after a 429 without Retry-After it comes after 3 s', async () => {
  const { rest, clock, settle } = restHarness([{ status: 429 }, sent()])
  const result = await settle(rest.send(C2C, 'hi'))
  expect(clock.now()).toBe(3 * SECOND)
  expect(result.steps).toEqual([
    { kind: 'retry', situation: 'limited', errCode: null, delivered: 'no', delay: 3 * SECOND },
  ])
})

it.each([{}, { 'retry-after': '5' }, { 'retry-after': '277403' }, { 'retry-after': '0' }])(
  'RS-08 an endless 429 with %j ends inside the budget, with what the platform said',
  async (headers) => {
    const { rest, clock, settle } = restHarness([{ status: 429, headers }])
    await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({
      code: 'rate_limited',
      situation: 'limited',
      delivered: 'no',
      httpStatus: 429,
    })
    expect(clock.now()).toBeLessThanOrEqual(60 * SECOND)
  },
)

it('RS-08 a wait that would not fit into the budget is not begun', async () => {
  const { rest, clock, settle } = restHarness([{ status: 429, headers: { 'retry-after': '20' } }, sent()])
  await expect(settle(rest.send(C2C, 'hi', { timeout: 15 * SECOND }))).rejects.toMatchObject({
    retryAfter: 20 * SECOND,
  })
  expect(clock.now()).toBe(0)
})

it('RS-46 a Retry-After beyond the cap ends the call at once, with an error that says when', async () => {
  const { rest, clock, calls, settle } = restHarness([
    { status: 429, headers: { 'retry-after': '120' } },
    sent(),
  ])
  const reply = () => settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))
  await expect(reply()).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfter: 120 * SECOND,
    message: expect.stringContaining('120 s'),
  })
  expect(clock.now()).toBe(0)
  // Nobody asks earlier than told, whichever call it is.
  await clock.advance(31 * SECOND)
  await expect(reply()).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 89 * SECOND })
  expect(calls).toHaveLength(1)
  await clock.advance(89 * SECOND)
  expect(await reply()).toMatchObject({ kind: 'sent' })
})

it('waits longer from repeat to repeat, lengthened by jitter', async () => {
  const plain = restHarness([failure(0, '', 500)])
  const reply = ({ rest }: RestHarness) => rest.send(C2C, 'hi', { anchor: ANCHOR }).catch(() => null)
  await plain.settle(reply(plain))
  expect(plain.clock.now()).toBe(300 + 1000 + 3000 + 8000)
  const jittered = restHarness([failure(0, '', 500)], { random: () => 0.5 })
  await jittered.settle(reply(jittered))
  expect(jittered.clock.now()).toBeCloseTo(12_300 * 1.1)
})

it('waits as its policy says', async () => {
  const { rest, clock, calls, settle } = restHarness([failure(0, '', 500)], {
    retry: { maxAttempts: 3, policy: { httpLadder: [50, 70] } },
  })
  await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }).catch(() => null))
  expect(clock.now()).toBe(120)
  expect(calls).toHaveLength(3)
})

it('an attempt that is not answered ends in time, and the whole call as well', async () => {
  const { rest, clock, calls, settle } = restHarness(['hang'])
  await expect(settle(rest.send(C2C, 'hi', { anchor: ANCHOR, timeout: 25 * SECOND }))).rejects.toMatchObject({
    code: 'timeout',
    delivered: 'unknown',
    steps: [{ kind: 'retry' }, { kind: 'retry' }],
  })
  expect(calls).toHaveLength(3)
  expect(clock.now()).toBe(25 * SECOND)
  await clock.settle()
  expect(clock.pending).toBe(0)
})

it('the deadline of a call covers the wait for a token', async () => {
  const { rest, dispatcher, clock, settle } = restHarness([sent()])
  dispatcher.script = () => 'hang'
  await expect(settle(rest.send(C2C, 'hi', { timeout: 3 * SECOND }))).rejects.toMatchObject({
    delivered: 'no',
  })
  expect(clock.now()).toBeLessThan(5 * SECOND)
})

it('the deadline ends an interceptor that ignores the signal', async () => {
  const { rest, settle } = restHarness([sent()])
  rest.use(() => new Promise(() => {}))
  await expect(settle(rest.send(C2C, 'hi', { timeout: SECOND }))).rejects.toMatchObject({
    code: 'deadline',
    delivered: 'unknown',
  })
})

it('RS-09 a refused token is renewed once and the call repeated once', async () => {
  const { rest, calls, settle } = restHarness([failure(11244, 'token expired', 401), sent()])
  expect(await settle(rest.send(C2C, 'hi'))).toMatchObject({
    steps: [{ situation: 'unauthorized', delay: 0 }],
  })
  expect(calls.map(({ headers }) => headers['authorization'])).toEqual(['QQBot AT_0001', 'QQBot AT_0002'])
})

it('RS-09 a second 401 is an error with advice', async () => {
  const { rest, calls, settle } = restHarness([{ status: 401 }])
  await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({
    code: 'unauthorized',
    httpStatus: 401,
    advice: { en: expect.stringContaining('secret') },
  })
  expect(calls).toHaveLength(2)
})

it('RS-09 late refusals of the old token cause no second renewal', async () => {
  const { rest, calls, dispatcher, settle } = restHarness((request) =>
    request.headers['authorization'] === 'QQBot AT_0001' ? { status: 401 } : sent(),
  )
  await settle(Promise.all(Array.from({ length: 50 }, () => rest.send(C2C, 'hi', { anchor: ANCHOR }))))
  expect(calls).toHaveLength(100)
  expect(dispatcher.seen.filter(({ path }) => path.endsWith('Token'))).toHaveLength(2)
})

it('RS-08 with whenLimited "reject" a limited token endpoint rejects at once', async () => {
  const { rest, dispatcher, clock, settle } = restHarness([sent()], { whenLimited: 'reject' })
  dispatcher.script = () => failure(100001, 'Too many requests', 200)
  await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({
    code: 'token_rate_limited',
    retry: 'never',
    retryAfter: 60 * SECOND,
  })
  expect(clock.now()).toBe(0)
  expect(dispatcher.seen).toHaveLength(1)
})

it('RS-08 a pause of the token endpoint that does not fit into the budget is not begun', async () => {
  const { rest, dispatcher, clock, settle } = restHarness([sent()])
  const grant = dispatcher.script
  dispatcher.script = () => failure(100001, 'Too many requests', 200)
  await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({ retryAfter: 60 * SECOND })
  expect(clock.now()).toBe(0)
  dispatcher.script = grant
  expect(await settle(rest.send(C2C, 'hi', { timeout: 90 * SECOND }))).toMatchObject({ kind: 'sent' })
  expect(clock.now()).toBe(60 * SECOND)
})

it('the retry table holds for a token that cannot be had as well', async () => {
  const { rest, dispatcher, settle } = restHarness([sent()], { retryTable: { no_token: { plain: 'never' } } })
  dispatcher.script = () => 'refused'
  await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({ code: 'token_unavailable' })
  expect(dispatcher.seen).toHaveLength(1)
})

it('ST-01 a refused secret stays a TokenError, whatever came before', async () => {
  const { rest, dispatcher, settle } = restHarness([sent()])
  dispatcher.script = (_, index) =>
    index === 0 ? 'refused' : failure(100016, 'invalid appid or secret', 200)
  const error = await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))
  expect(error).toBeInstanceOf(TokenError)
  expect(error).toMatchObject({
    name: 'TokenError',
    code: 'token_fatal',
    access: 'fatal',
    errCode: 100016,
    steps: [{ kind: 'retry', situation: 'no_token' }],
  })
})

it('ST-01 RS-03 without a token for the repeat, an attempt before it that may have arrived is not forgotten', async () => {
  const { rest, dispatcher, settle } = restHarness([sent()])
  await rest.access.token()
  const answers = ['reset', { status: 401 }] as const
  let attempts = 0
  dispatcher.script = ({ path }) =>
    path.endsWith('Token')
      ? failure(100016, 'invalid appid or secret', 200)
      : (answers[attempts++] ?? 'refused')
  const error = await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }).catch((reason: unknown) => reason))
  expect(error).toBeInstanceOf(TokenError)
  expect(error).toMatchObject({ code: 'token_fatal', delivered: 'unknown' })
})
