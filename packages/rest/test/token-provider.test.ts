import type { SharedTokens } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { TokenError } from '../src/index.js'
import { readTokenAnswer } from '../src/token/token-endpoint.js'
import { TokenProvider } from '../src/token/token-provider.js'
import { restHarness, C2C, failure, sent } from './support/rest-harness.js'

const SECOND = 1000

interface Answer {
  readonly token: string
  readonly lifetime: number
}

const provider = (answers: readonly (Answer | Error)[]) => {
  const clock = new ManualClock()
  const asked: number[] = []
  const warnings: unknown[] = []
  const tokens = new TokenProvider({
    clock,
    endpoint: {
      fetch: async () => {
        const answer = answers[Math.min(asked.push(clock.now()) - 1, answers.length - 1)]
        if (!answer || answer instanceof Error) throw answer
        return answer
      },
    },
    log: (record) => record.level === 'warn' && warnings.push(record),
  })
  return { clock, tokens, asked, warnings }
}

const two = [
  { token: 'a', lifetime: 7200 * SECOND },
  { token: 'b', lifetime: 7200 * SECOND },
]

it('RS-10 requests one token for a hundred waiting calls', async () => {
  const { tokens, asked } = provider(two)
  const grants = await Promise.all(Array.from({ length: 100 }, () => tokens.get()))
  expect(asked).toHaveLength(1)
  expect(new Set(grants.map(({ token }) => token))).toEqual(new Set(['a']))
})

it('RS-10 a failed request fails each waiter once, and the next call asks again', async () => {
  const { tokens, asked } = provider([new Error('down'), ...two.slice(1)])
  const results = await Promise.allSettled([tokens.get(), tokens.get()])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await tokens.get()).toMatchObject({ token: 'b' })
  expect(asked).toHaveLength(2)
})

it('spaces its requests while failures continue', async () => {
  const { clock, tokens, asked } = provider([new Error('down')])
  for (let i = 0; i < 6; i += 1) {
    const attempt = tokens.get().catch(() => null)
    await clock.advance(10 * SECOND)
    await attempt
  }
  const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0))
  expect(asked[1]).toBe(10 * SECOND)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * SECOND)
})

it('RS-10 renews in the background in the last minute, while calls use the old token', async () => {
  const { clock, tokens, asked } = provider(two)
  await tokens.get()
  await clock.advance(7149 * SECOND)
  expect(tokens.current()?.token).toBe('a')
  expect(asked).toHaveLength(1)
  await clock.advance(1 * SECOND)
  expect(tokens.current()?.token).toBe('a')
  await clock.settle()
  expect(asked).toHaveLength(2)
  expect(tokens.current()?.token).toBe('b')
})

it('RS-11 renews at a slow pace when the same token is returned again, and sets no timer', async () => {
  const { clock, tokens, asked } = provider([{ token: 'same', lifetime: 40 * SECOND }])
  await tokens.get()
  for (let i = 0; i < 300; i += 1) {
    await clock.advance(SECOND)
    tokens.current()
    await clock.settle()
  }
  expect(asked.length).toBeLessThanOrEqual(31)
  expect(clock.pending).toBe(0)
})

it('RS-10 waits for a new token when the old one is about to end', async () => {
  const { clock, tokens } = provider(two)
  await tokens.get()
  await clock.advance(7196 * SECOND)
  expect(tokens.current()).toBeUndefined()
  expect(await tokens.get()).toMatchObject({ token: 'b' })
})

it('RS-09 a late refusal of an old token does not throw away the newer one', async () => {
  const { clock, tokens, asked } = provider(two)
  const old = await tokens.get()
  tokens.invalidate(old.generation)
  expect(await tokens.get()).toMatchObject({ token: 'b' })
  // At once, and when the pace of renewals no longer keeps anyone from asking.
  for (const later of [0, 30 * SECOND, 600 * SECOND]) {
    await clock.advance(later)
    tokens.invalidate(old.generation)
    expect(tokens.current()).toMatchObject({ token: 'b' })
  }
  expect(asked).toHaveLength(2)
})

it('RS-10 a failed renewal is logged once and does not affect the token in use', async () => {
  const { clock, tokens, asked, warnings } = provider([...two.slice(0, 1), new Error('down')])
  await tokens.get()
  await clock.advance(7150 * SECOND)
  expect(tokens.current()?.token).toBe('a')
  await clock.settle()
  expect(warnings).toHaveLength(1)
  // However many calls go on with it, asking keeps its pace.
  for (let i = 0; i < 9; i += 1) {
    await clock.advance(SECOND)
    expect(tokens.current()?.token).toBe('a')
  }
  expect(asked).toHaveLength(2)
  await clock.advance(SECOND)
  expect(tokens.current()?.token).toBe('a')
  await clock.settle()
  expect(asked).toHaveLength(3)
})

it('RS-13 a caller who leaves while the token is fetched leaves at once, with the reason', async () => {
  const clock = new ManualClock()
  const tokens = new TokenProvider({ clock, endpoint: { fetch: () => new Promise(() => {}) }, log: () => {} })
  const controller = new AbortController()
  const waiting = tokens.get(controller.signal)
  controller.abort('bye')
  await expect(waiting).rejects.toBe('bye')
})

const read = (body: unknown, status = 200) =>
  readTokenAnswer({ status, headers: {}, body: Buffer.from(JSON.stringify(body)) }, 0, 'tst-secret-0001')

it.each([
  ['7200', 7200 * SECOND],
  [7125, 7125 * SECOND],
  ['0', 30 * SECOND],
  [-5, 30 * SECOND],
  [undefined, 300 * SECOND],
  ['soon', 300 * SECOND],
  ['', 300 * SECOND],
  [null, 300 * SECOND],
  [1e15, 7200 * SECOND],
])('RS-11 reads expires_in %j as %d ms', (expires, lifetime) => {
  expect(read({ access_token: 'AT_1', expires_in: expires })).toEqual({ token: 'AT_1', lifetime })
})

const refusal = (body: unknown, status = 200): TokenError => {
  try {
    read(body, status)
  } catch (error) {
    if (error instanceof TokenError) return error
  }
  throw new Error('expected a TokenError')
}

it.each([
  [100007, 'appid invalid', 200, 'fatal'],
  [100016, 'invalid appid or secret', 200, 'fatal'],
  [10004, '', 200, 'fatal'],
  [11298, 'not in white list', 401, 'fatal'],
  [100001, 'Too many requests', 200, 'rate_limited'],
  [100017, '频率限制', 200, 'rate_limited'],
  [0, '频率限制', 200, 'rate_limited'],
  [0, '', 429, 'rate_limited'],
  [0, '', 500, 'unavailable'],
  [999, 'odd', 200, 'unavailable'],
] as const)('ST-01 RS-11 reads code %d %s (HTTP %d) as %s', (code, message, status, access) => {
  const error = refusal({ code, message }, status)
  expect(error).toMatchObject({ access, code: `token_${access}`, delivered: 'no', httpStatus: status })
  expect(error.advice?.en).toMatch(/\w/)
  expect(error.advice?.zh).toMatch(/\p{Script=Han}/u)
  expect(error.retryAfter).toBe(access === 'rate_limited' ? 60 * SECOND : null)
})

describe.each([200, 400, 401, 404, 429, 500, 503])('ST-06 the token endpoint with HTTP %d', (status) => {
  const named = (code: number) => [
    { code },
    { err_code: code },
    { code, err_code: code },
    { code, err_code: 40113003 },
    { code: 999, err_code: code },
    { biz_code: code },
  ]

  it.each(named(100002))('%j: a mistake of the caller, which no repeat changes', (body) => {
    const error = refusal({ ...body, message: 'internal err' }, status)
    expect(error).toMatchObject({ access: 'fatal', errCode: 100002, retry: 'never', situation: 'refused' })
    expect(error.advice?.en).toMatch(/appId as text.*JSON/)
    expect(error.advice?.zh).toMatch(/字符串.*JSON/)
  })

  it.each(named(100017))('%j: asked too often', (body) => {
    const error = refusal({ ...body, message: '接口调用超过频率限制' }, status)
    expect(error).toMatchObject({ access: 'rate_limited', errCode: 100017, retryAfter: 60 * SECOND })
    expect(error.advice?.en).toContain('Wait a minute')
  })

  it.each(named(100007))('%j: this bot is refused', (body) => {
    expect(refusal(body, status)).toMatchObject({ access: 'fatal', errCode: 100007 })
  })

  it.each([{}, { message: 'internal err' }, { code: 999 }, { code: 50001 }, { code: 40034005 }])(
    '%j: nothing that would be final',
    (body) => {
      const access =
        status === 429 && !('code' in body && body.code === 40034005) ? 'rate_limited' : 'unavailable'
      expect(refusal(body, status)).toMatchObject({ access })
    },
  )
})

it('ST-06 RS-24 a refusal of the token endpoint shows both numbers', () => {
  const error = refusal({ code: 100007, err_code: 40113003, message: 'appid invalid', trace_id: 't-1' }, 400)
  expect(error.numbers).toEqual({ code: 100007, errCode: 40113003 })
  expect(error.message).toContain('100007 (err_code 40113003) appid invalid (HTTP 400)')
  expect(error.traceId).toBe('t-1')
})

it.each([301, 404, 405])('MT-03 an address without a token endpoint is reported as such (%i)', (status) => {
  for (const body of [{}, { message: 'not found' }, { code: 11200, message: 'no page' }])
    expect(refusal(body, status)).toMatchObject({
      access: 'unavailable',
      advice: {
        en: expect.stringMatching(/tokenUrl.*getAppAccessToken/) as string,
        zh: expect.stringContaining('tokenUrl') as string,
      },
    })
  expect(refusal({ code: 100016, message: 'invalid appid or secret' }, 404).advice?.en).not.toContain(
    'tokenUrl',
  )
})

it('ST-01 asks nothing for a minute after a refusal as too frequent', async () => {
  const limited = refusal({ code: 100001, message: 'Too many requests' })
  const { clock, tokens, asked } = provider([limited, ...two])
  await expect(tokens.get()).rejects.toMatchObject({ access: 'rate_limited' })
  await clock.advance(20 * SECOND)
  await expect(tokens.get()).rejects.toMatchObject({ access: 'rate_limited', retryAfter: 40 * SECOND })
  expect(asked).toHaveLength(1)
  await clock.advance(40 * SECOND)
  expect(await tokens.get()).toMatchObject({ token: 'a' })
})

it('RS-11 an unexpected body is reported as such and shows no secret', () => {
  for (const body of [null, [], 'x', {}, { access_token: 5 }, { access_token: 'with space' }])
    expect(refusal(body)).toMatchObject({ access: 'unavailable' })
  expect(refusal({ code: 1, message: 'bad tst-secret-0001' }).message).not.toContain('tst-secret-0001')
})

it('ST-01 the access of a client says at once that the secret is wrong, and makes no call', async () => {
  const { rest, calls } = restHarness([sent()])
  expect(await rest.access.token()).toBe('AT_0001')
  const wrong = restHarness(() => sent())
  wrong.dispatcher.script = () => failure(100016, 'invalid appid or secret', 200)
  await expect(wrong.rest.access.token()).rejects.toMatchObject({ access: 'fatal', errCode: 100016 })
  await expect(wrong.rest.send(C2C, 'hi')).rejects.toMatchObject({ code: 'token_fatal', delivered: 'no' })
  expect(wrong.calls).toHaveLength(0)
  expect(calls).toHaveLength(0)
})

it.each([['refused'], ['reset'], ['hang'], [{ status: 503, raw: '<html>' }]] as const)(
  'ST-01 the access of a client marks %j as passing',
  async (reply) => {
    const { rest, dispatcher, settle } = restHarness(() => sent())
    dispatcher.script = () => reply
    await expect(settle(rest.access.token())).rejects.toMatchObject({ access: 'unavailable' })
  },
)

it('requests a fresh token after the last one was refused', async () => {
  const { rest } = restHarness([sent()])
  expect(await rest.access.token()).toBe('AT_0001')
  expect(await rest.access.token()).toBe('AT_0001')
  expect(await rest.access.token({ fresh: true })).toBe('AT_0002')
})

it.each([
  ['277403', 277_403 * SECOND],
  ['0', SECOND],
  ['7', 7 * SECOND],
])('RS-08 Retry-After %s of the token endpoint is a pause of %d ms', (header, pause) => {
  const reply = { status: 429, headers: { 'retry-after': header }, body: null }
  let thrown: unknown
  try {
    readTokenAnswer(reply, 0, 'tst-secret-0001')
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ access: 'rate_limited', retryAfter: pause })
})

it('RS-08 after an odd Retry-After of the token endpoint the bot is back within an hour', async () => {
  const { rest, clock, dispatcher } = restHarness([sent()])
  const grant = dispatcher.script
  dispatcher.script = () => ({ status: 429, headers: { 'retry-after': '277403' } })
  const told = { code: 'token_rate_limited', retryAfter: 277_403 * SECOND }
  await expect(rest.access.token()).rejects.toMatchObject(told)
  dispatcher.script = grant
  await clock.advance(3599 * SECOND)
  await expect(rest.access.token()).rejects.toMatchObject({ ...told, retryAfter: 273_804 * SECOND })
  await clock.advance(SECOND)
  expect(await rest.access.token()).toBe('AT_0001')
})

it('RS-09 a platform that refuses every token is asked for new ones at a pace', async () => {
  const { rest, clock, dispatcher, settle } = restHarness([{ status: 401 }])
  const asked = (): number => dispatcher.seen.filter(({ path }) => path.endsWith('Token')).length
  for (let i = 0; i < 20; i += 1) await settle(rest.send(C2C, 'hi').catch(() => null))
  expect(clock.now()).toBe(0)
  expect(asked()).toBe(2)
  for (let i = 0; i < 100; i += 1) {
    await clock.advance(SECOND)
    await settle(rest.send(C2C, 'hi').catch(() => null))
  }
  expect(asked()).toBeLessThanOrEqual(15)
})

it('RS-09 RS-11 a refused token that is given out again is not asked for again at once', async () => {
  const { clock, tokens, asked } = provider([{ token: 'same', lifetime: 7200 * SECOND }])
  for (let i = 0; i < 10; i += 1) tokens.invalidate((await tokens.get()).generation)
  expect(asked).toHaveLength(2)
  await clock.advance(10 * SECOND)
  tokens.invalidate((await tokens.get()).generation)
  await tokens.get()
  expect(asked).toHaveLength(3)
})

it.each([{ status: 500 }, { status: 503 }, { status: 429 }, 'reset', 'refused'] as const)(
  'ST-03 the gateway address is asked for once when %j answers: the gateway has a ladder of its own',
  async (reply) => {
    const { rest, calls, clock, settle } = restHarness([reply])
    await expect(settle(rest.access.gateway())).rejects.toMatchObject({ delivered: expect.any(String) })
    expect(calls).toHaveLength(1)
    expect(clock.now()).toBe(0)
  },
)

it('ST-03 RS-09 a refused token is still renewed for it, once', async () => {
  const { rest, calls } = restHarness([{ status: 401 }, { status: 200, body: { url: 'wss://x' } }])
  expect(await rest.access.gateway()).toEqual({ url: 'wss://x' })
  expect(calls).toHaveLength(2)
})

it('RS-62 asks for shared tokens, but neither for one that was refused nor for one that is about to end', async () => {
  const clock = new ManualClock()
  const exceptions: (readonly string[])[] = []
  const shared: SharedTokens = {
    get: async ({ ask, except, signal }) => {
      exceptions.push(except)
      return ask(signal)
    },
  }
  const names = ['a', 'b', 'c']
  const tokens = new TokenProvider({
    clock,
    shared,
    endpoint: { fetch: async () => ({ token: names[exceptions.length - 1]!, lifetime: 7200 * SECOND }) },
    log: () => {},
  })
  await tokens.get()
  expect(await tokens.fresh()).toMatchObject({ token: 'b' })
  await clock.advance(7195 * SECOND)
  expect(await tokens.get()).toMatchObject({ token: 'c' })
  expect(exceptions).toEqual([[], ['a'], ['b', 'a']])
})

it('RS-62 a client asks for its token through the option tokens', async () => {
  const asked: string[] = []
  const tokens: SharedTokens = {
    get: async ({ ask, signal }) => {
      const { token } = await ask(signal)
      asked.push(token)
      return { token: 'shared', lifetime: 60 * SECOND }
    },
  }
  const { rest } = restHarness([], { tokens })
  expect(await rest.access.token()).toBe('shared')
  expect(asked).toHaveLength(1)
})
