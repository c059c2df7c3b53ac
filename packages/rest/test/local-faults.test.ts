import { Agent, MockAgent, type Dispatcher } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { isNetworkError } from '../src/answers/fault-origin.js'
import { Rest, RestError, type RestOptions, type TokenError } from '../src/index.js'
import { APP_ID, restHarness, C2C, SECRET, sent } from './support/rest-harness.js'
import { ScriptedDispatcher, type Reply } from './support/scripted-dispatcher.js'

const explode = (): never => {
  throw new Error('looked at')
}
const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code })
const NETWORK_WORDS = /network|DNS|proxy settings/i

/** A dispatcher that fails as it is told to, for calls and for tokens, and counts. */
const failing = (fail: (handler: Dispatcher.DispatchHandler) => unknown) => {
  const state = { count: 0 }
  const dispatcher = Object.assign(new ScriptedDispatcher(() => 'hang'), {
    dispatch: (_options: unknown, handler: Dispatcher.DispatchHandler) => {
      state.count += 1
      return fail(handler) as boolean
    },
  })
  return { dispatcher, state }
}

const outcomeOf = async (
  run: (rest: Rest) => Promise<unknown>,
  options: Partial<RestOptions>,
): Promise<unknown> => {
  const { rest, settle } = restHarness([], options)
  return settle(run(rest).catch((error: unknown) => error))
}

const KINDS: readonly (readonly [string, (rest: Rest) => Promise<unknown>])[] = [
  ['a send', (rest) => rest.send(C2C, 'hi')],
  ['a reply', (rest) => rest.send(C2C, 'hi', { anchor: { msgId: 'm' } })],
  ['a token', (rest) => rest.access.token()],
  ['the gateway lookup', (rest) => rest.access.gateway()],
]

/** What cannot pass by itself. */
const MISTAKES: readonly (readonly [string, (handler: Dispatcher.DispatchHandler) => unknown])[] = [
  ['a dispatcher that throws a TypeError', () => (undefined as unknown as { x: () => void }).x()],
  [
    'a dispatcher that reports one',
    (handler) =>
      handler.onResponseError?.(null as never, new TypeError('dispatcher.dispatch is not a function')),
  ],
  [
    'an interceptor that is async',
    () => Promise.reject(new TypeError('cannot read properties of undefined')),
  ],
]

/** What may pass, but not for want of a network. */
const FAILURES: readonly (readonly [string, (handler: Dispatcher.DispatchHandler) => unknown])[] = [
  [
    'a hook that throws',
    () => {
      throw new Error('the hook says no')
    },
  ],
  ['a closed dispatcher', (handler) => handler.onResponseError?.(null as never, coded('UND_ERR_DESTROYED'))],
]

describe.each([...MISTAKES, ...FAILURES])('K7 RS-07 %s', (name, fail) => {
  it.each(KINDS)('ends %s at once, without a word of the network', async (_what, run) => {
    const { dispatcher, state } = failing(fail)
    const error = await outcomeOf(run, { dispatcher })
    expect(error).toBeInstanceOf(RestError)
    expect(error).toMatchObject({ delivered: 'no', retry: 'never', facts: null, steps: [] })
    expect((error as RestError).code).not.toBe('not_connected')
    expect((error as RestError).advice?.en).not.toMatch(NETWORK_WORDS)
    expect((error as RestError).advice?.zh).not.toMatch(/网络|DNS/)
    expect((error as RestError).cause).toBeInstanceOf(Error)
    expect(state.count).toBe(1)
  })

  it('says in `access` whether to give up', async () => {
    const { dispatcher } = failing(fail)
    const certain = MISTAKES.some(([mistake]) => mistake === name)
    expect(await outcomeOf((rest) => rest.access.token(), { dispatcher })).toMatchObject({
      access: certain ? 'fatal' : 'unavailable',
    })
  })
})

it('K7 shows where it was thrown, and no secret', async () => {
  const { dispatcher } = failing(() => {
    throw new TypeError(`broken by ${SECRET}`)
  })
  const error = (await outcomeOf((rest) => rest.access.token(), { dispatcher })) as TokenError
  expect(error.message).toContain('[secret]')
  expect((error.cause as Error).stack).toContain('local-faults.test')
  expect(JSON.stringify([error.message, (error.cause as Error).stack])).not.toContain(SECRET)
})

describe('K7 what is of the network', () => {
  it.each([
    ['by its code', coded('ECONNREFUSED')],
    ['by the code of a name that is not found', coded('ENOTFOUND', 'getaddrinfo ENOTFOUND api.bot.qq.com')],
    ['by the code of undici', coded('UND_ERR_CONNECT_TIMEOUT')],
    ['by that of a proxy', coded('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling')],
    ['by that of a certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['by its words', new Error('connect ECONNREFUSED 127.0.0.1:443')],
    ['by its cause', new TypeError('fetch failed', { cause: coded('EAI_AGAIN') })],
    ['by one of several', new AggregateError([coded('ETIMEDOUT'), coded('EHOSTUNREACH')], '')],
  ])('is known %s, and tried again', async (_how, error) => {
    const reply: Reply = { error, left: false }
    const { rest, calls, settle } = restHarness([reply])
    expect(await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))).toMatchObject({
      code: 'not_connected',
      delivered: 'no',
      retry: 'backoff',
    })
    expect(calls.length).toBeGreaterThan(5)
  })

  it.each([
    new Error('the hook says no'),
    new TypeError('x is not a function'),
    coded('UND_ERR_DESTROYED'),
    coded('ERR_INVALID_URL'),
    'a string',
    null,
  ])('is not %s', (error) => {
    expect(isNetworkError(error)).toBe(false)
  })

  it('includes every failure after sending has begun', async () => {
    const { rest, calls, settle } = restHarness([{ error: new TypeError('x'), left: true }])
    const error = await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))
    expect(error).toMatchObject({ code: 'no_answer', delivered: 'unknown' })
    expect(calls).toHaveLength(1)
  })
})

describe('K7 a request that cannot be written', () => {
  it('is a mistake of the caller, for a gateway lookup as well', async () => {
    for (const code of ['UND_ERR_INVALID_ARG', 'ERR_INVALID_CHAR', 'ERR_INVALID_URL']) {
      const { rest, calls, settle } = restHarness([{ error: coded(code, 'invalid header'), left: false }])
      expect(await settle(rest.access.gateway().catch((reason: unknown) => reason))).toMatchObject({
        code: 'invalid_request',
        access: 'fatal',
        delivered: 'no',
      })
      expect(calls).toHaveLength(1)
    }
  })
})

describe('K7 the dispatcher is checked where a client is made', () => {
  afterEach(() => {
    vi.doUnmock('undici')
    vi.resetModules()
    vi.unstubAllEnvs()
  })
  const credentials = { appId: APP_ID, secret: SECRET }

  it.each([
    ['has no dispatch()', EventTarget],
    ['is none at all', undefined],
  ])('and one of a runtime that %s is refused, with advice', async (_how, agent) => {
    vi.resetModules()
    vi.doMock('undici', () => ({
      Agent: agent,
      Client: agent,
      EnvHttpProxyAgent: agent,
      ProxyAgent: agent,
      buildConnector: () => () => {},
      errors: {},
    }))
    const { Rest: OnBun } = await import('../src/rest.js')
    expect(() => new OnBun(credentials)).toThrow(
      expect.objectContaining({
        code: 'invalid_options',
        path: 'dispatcher',
        advice: { en: expect.stringContaining('Node') as string, zh: expect.any(String) as string },
      }) as Error,
    )
  })

  it('an unusable proxy in the environment is reported as such', () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'])
      vi.stubEnv(name, 'no address')
    expect(() => new Rest({ ...credentials, proxy: 'env' })).toThrow(
      expect.objectContaining({ code: 'invalid_options', path: 'proxy' }) as Error,
    )
  })

  it('a closed dispatcher of the caller is reported as closed, not as a network failure', async () => {
    const dispatcher = new Agent()
    await dispatcher.destroy()
    const rest = new Rest({ ...credentials, baseUrl: 'http://127.0.0.1:9', dispatcher })
    await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ retry: 'never', delivered: 'no' })
    await rest.close()
  })

  it('and a mock without an answer says so once', async () => {
    const dispatcher = new MockAgent()
    dispatcher.disableNetConnect()
    const rest = new Rest({ ...credentials, baseUrl: 'http://127.0.0.1:9', dispatcher })
    await expect(rest.access.token()).rejects.toMatchObject({
      retry: 'never',
      message: expect.stringMatching(/mock/i),
    })
    await rest.close()
  })
})

it.each<readonly [string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'broken'],
  ['a proxy that throws', new Proxy(new Error('x'), { get: explode, getPrototypeOf: explode })],
])(
  'BT-33 a dispatcher that fails with %s fails the call, before and after it has left',
  async (_what, error) => {
    for (const left of [false, true]) {
      const { rest, settle } = restHarness([{ error: error as Error, left }])
      await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({ delivered: left ? 'unknown' : 'no' })
    }
  },
)

it('BT-33 an error of a limiter in settle() does not hide the result of a call', async () => {
  const place = { granted: true, settle: explode } as const
  const { rest } = restHarness([sent('m-1'), { status: 400, body: { code: 22006 } }], {
    limiter: { acquire: async () => place, take: () => place },
  })
  expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'sent', id: 'm-1' })
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ errCode: 22006 })
})
