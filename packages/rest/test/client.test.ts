import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import type { LogRecord } from '@qqkit/core'
import { fromLevel } from '@qqkit/core/internal'
import { expect, it } from 'vitest'

import {
  explainError,
  RestError,
  type Interceptor,
  type InterceptorNext,
  type RestCall,
} from '../src/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, failure, sent } from './support/rest-harness.js'

const SECOND = 1000
const audit = {
  status: 202,
  body: { code: 304023, message: 'waiting', data: { message_audit: { audit_id: 'a-1' } } },
}

const heldBack = async (made = restHarness([audit])) => {
  const result = await made.rest.send(CHANNEL, 'hi')
  if (result.kind !== 'audit') throw new Error('expected an audit')
  return { ...made, result }
}

it.each([
  ['MESSAGE_AUDIT_PASS', { audit_id: 'a-1', message_id: 'm-1' }, { kind: 'passed', messageId: 'm-1' }],
  ['MESSAGE_AUDIT_REJECT', { audit_id: 'a-1' }, { kind: 'rejected' }],
])('RS-21 audited() settles on %s', async (t, d, verdict) => {
  const { rest, clock, result } = await heldBack()
  const verdicts = Promise.all([result.audited(), result.audited({ timeout: SECOND })])
  rest.observe({ t: 'MESSAGE_CREATE', d: { audit_id: 'a-1' } })
  rest.observe({ t, d: { audit_id: 'other' } })
  rest.observe({ t, d: null })
  rest.observe({ t })
  rest.observe({ t, d })
  expect(await verdicts).toEqual([verdict, verdict])
  expect(clock.pending).toBe(0)
})

it('RS-21 it settles when the verdict came before the answer', async () => {
  const made = restHarness([audit])
  made.rest.observe({ t: 'MESSAGE_AUDIT_REJECT', d: { audit_id: 'a-1' } })
  const { result } = await heldBack(made)
  expect(await result.audited()).toEqual({ kind: 'rejected' })
})

it('RS-21 it settles on the timeout, and can be asked again', async () => {
  const { rest, clock, result, settle } = await heldBack()
  expect(await settle(result.audited({ timeout: 5 * SECOND }))).toEqual({ kind: 'pending' })
  expect(clock.now()).toBe(5 * SECOND)
  rest.observe({ t: 'MESSAGE_AUDIT_PASS', d: { audit_id: 'a-1' } })
  expect(await result.audited()).toEqual({ kind: 'passed', messageId: null })
})

it('RS-21 RS-13 it can be aborted', async () => {
  const { clock, result } = await heldBack()
  const controller = new AbortController()
  const waiting = result.audited({ signal: controller.signal })
  controller.abort('bye')
  await expect(waiting).rejects.toBe('bye')
  expect(clock.pending).toBe(0)
})

it('RS-21 closing ends the wait for a verdict, and leaves no timer', async () => {
  const { rest, clock, result, settle } = await heldBack()
  const waiting = result.audited()
  await settle(rest.close())
  expect(clock.now()).toBe(0)
  expect(await waiting).toEqual({ kind: 'pending' })
  expect(await result.audited()).toEqual({ kind: 'pending' })
  expect(clock.pending).toBe(0)
})

it('switches to the other host when no connection can be made, and stays there', async () => {
  const { rest, calls, settle } = restHarness(
    (request) => (request.origin === 'https://api.bot.qq.com' ? 'refused' : sent()),
    { baseUrl: 'production', tokenUrl: 'https://platform.test/app/getAppAccessToken', failover: true },
  )
  expect(await settle(rest.send(C2C, 'hi'))).toMatchObject({ steps: [{ situation: 'not_connected' }] })
  await rest.send(C2C, 'again')
  expect(calls.map(({ origin }) => origin)).toEqual([
    'https://api.bot.qq.com',
    'https://api.sgroup.qq.com',
    'https://api.sgroup.qq.com',
  ])
})

it('switches to the token address of the other host as well', async () => {
  const { rest, dispatcher, settle } = restHarness([], { baseUrl: 'production', failover: true })
  dispatcher.script = ({ origin, path }) => {
    if (origin === 'https://api.bot.qq.com') return 'refused'
    return path.endsWith('Token') ? { status: 200, body: { access_token: 'AT_1', expires_in: 7200 } } : sent()
  }
  expect(await settle(rest.send(C2C, 'hi'))).toMatchObject({ kind: 'sent' })
  expect(dispatcher.seen.map(({ origin, path }) => origin + path)).toEqual([
    'https://api.bot.qq.com/app/getAppAccessToken',
    'https://bots.qq.com/app/getAppAccessToken',
    `https://api.bot.qq.com/v2/users/${C2C.id}/messages`,
    `https://api.sgroup.qq.com/v2/users/${C2C.id}/messages`,
  ])
})

it('requests tokens from the given URL only', async () => {
  const { rest, dispatcher, settle } = restHarness([], { tokenUrl: 'https://a.b/token?x=1', failover: true })
  dispatcher.script = () => 'refused'
  await settle(rest.send(C2C, 'hi').catch(() => null))
  expect(new Set(dispatcher.seen.map(({ origin, path }) => origin + path))).toEqual(
    new Set(['https://a.b/token?x=1']),
  )
})

it('never asks another host for a token after a request that may have arrived', async () => {
  const { rest, dispatcher, settle } = restHarness([], { failover: ['https://other.test'] })
  dispatcher.script = () => 'reset'
  await settle(rest.send(C2C, 'hi').catch(() => null))
  expect(new Set(dispatcher.seen.map(({ origin }) => origin))).toEqual(new Set(['https://platform.test']))
})

it('never turns to another host after a request that may have arrived', async () => {
  const { rest, calls, settle } = restHarness(['reset', sent()], { failover: ['https://other.test'] })
  await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))
  expect(new Set(calls.map(({ origin }) => origin))).toEqual(new Set(['https://platform.test']))
})

it.each([
  [{}, 'https://api.bot.qq.com', 'https://api.bot.qq.com/app/getAppAccessToken'],
  [{ baseUrl: 'legacy' }, 'https://api.sgroup.qq.com', 'https://bots.qq.com/app/getAppAccessToken'],
  [{ baseUrl: 'sandbox' }, 'https://sandbox.api.sgroup.qq.com', 'https://bots.qq.com/app/getAppAccessToken'],
  [
    { baseUrl: 'sandbox', tokenUrl: 'production' },
    'https://sandbox.api.sgroup.qq.com',
    'https://api.bot.qq.com/app/getAppAccessToken',
  ],
  [{ baseUrl: 'https://a.b/prefix/' }, 'https://a.b/prefix', 'https://a.b/prefix/app/getAppAccessToken'],
])('hosts by name or URL: %j', async (options, base, tokenUrl) => {
  const { rest, dispatcher } = restHarness([sent()], { baseUrl: 'production', ...options })
  dispatcher.script = (request) =>
    request.path.endsWith('Token') ? { status: 200, body: { access_token: 'AT_1', expires_in: 1 } } : sent()
  await rest.request('GET /users/@me')
  expect(dispatcher.seen.map(({ origin, path }) => origin + path)).toEqual([tokenUrl, `${base}/users/@me`])
})

it('interceptors run around the call or around each attempt, the first one outermost', async () => {
  const { rest, settle } = restHarness(['refused', sent()])
  const log: string[] = []
  for (const [name, around] of [
    ['a', 'call'],
    ['b', 'call'],
    ['c', 'attempt'],
  ] as const)
    rest.use(
      async (call, next) => {
        log.push(name)
        return next(call)
      },
      { around },
    )
  await settle(rest.send(C2C, 'hi'))
  expect(log).toEqual(['a', 'b', 'c', 'c'])
})

it('an interceptor can change the call, or answer itself', async () => {
  const { rest, calls } = restHarness([sent()])
  rest.use((call, next) => next({ ...call, headers: { ...call.headers, 'x-request': '1' } }))
  await rest.send(C2C, 'hi')
  expect(calls[0]?.headers).toMatchObject({ 'x-request': '1' })
  rest.use(async () => ({ status: 200, body: { id: 'made up' }, traceId: null, steps: [] }))
  expect(await rest.send(C2C, 'hi')).toMatchObject({ id: 'made up' })
  expect(calls).toHaveLength(1)
})

it('an error of an interceptor rejects the call', async () => {
  const { rest } = restHarness([sent()])
  rest.use(() => {
    throw new TypeError('at once')
  })
  await expect(rest.send(C2C, 'hi')).rejects.toThrow('at once')
})

it.each<[name: string, stage: Interceptor, delivered: string, calls: number]>([
  [
    'no return behind an answer',
    (async (call: RestCall, next: InterceptorNext) => void (await next(call))) as never,
    'yes',
    1,
  ],
  [
    'no return and no await',
    ((call: RestCall, next: InterceptorNext) => void next(call)) as never,
    'unknown',
    1,
  ],
  ['nothing at all', (() => {}) as never, 'no', 0],
  ['null', (async () => null) as never, 'no', 0],
  [
    'a body in place of an answer',
    (async (call: RestCall, next: InterceptorNext) => (await next(call)).body) as never,
    'yes',
    1,
  ],
])('RS-55 a stage that returns %s is told as one', async (_name, stage, delivered, made) => {
  for (const around of ['call', 'attempt'] as const) {
    const { rest, calls, settle } = restHarness([sent()])
    rest.use(stage, { around })
    await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({
      code: 'stage_without_answer',
      delivered,
    })
    await settle(Promise.resolve())
    expect(calls).toHaveLength(made)
  }
})

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a path', '/gateway'],
  ['half a call', { method: 'GET', route: '/gateway' }],
])('RS-55 a stage that passes on %s is told so, with advice in both languages', async (_name, changed) => {
  for (const around of ['call', 'attempt'] as const) {
    const { rest, calls, settle } = restHarness([sent()])
    rest.use(async (_call, next) => next(changed as never), { around })
    await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({
      code: 'stage_without_call',
      delivered: 'no',
      advice: { en: expect.stringContaining('next(call)'), zh: expect.stringContaining('next(call)') },
    })
    expect(calls).toHaveLength(0)
  }
})

it('RS-55 an interceptor may call next() twice, the second time without a call', async () => {
  const { rest, calls } = restHarness([sent()])
  rest.use(async (call, next) => {
    await next(call)
    return next(call)
  })
  await rest.send(C2C, 'hi')
  expect(calls).toHaveLength(2)
  rest.use(async (call, next) => {
    await next(call)
    return next(undefined as never)
  })
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ code: 'stage_without_call', delivered: 'yes' })
  const other = restHarness([sent()])
  other.rest.use(async (call, next) => {
    void next(undefined as never)
    return next(call)
  })
  expect(await other.rest.send(C2C, 'hi')).toMatchObject({ kind: 'sent' })
})

it('RS-55 an interceptor that swallows a refusal and returns nothing: not delivered', async () => {
  const { rest } = restHarness([failure(40034006)])
  rest.use(
    (async (call: RestCall, next: InterceptorNext) => void (await next(call).catch(() => {}))) as never,
  )
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ code: 'stage_without_answer', delivered: 'no' })
})

it('RS-55 a next() that an interceptor does not await fails without an unhandled rejection', async () => {
  const { rest, settle } = restHarness([failure(40034006)])
  rest.use(((call: RestCall, next: InterceptorNext) => void next(call)) as never)
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ code: 'stage_without_answer' })
  await settle(Promise.resolve())
})

it('RS-55 an answer made by an interceptor may omit fields', async () => {
  const { rest } = restHarness([failure(40034006)])
  rest.use((async () => ({ status: 200, body: { id: 'made up' } })) as never)
  expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'sent', id: 'made up', traceId: null, steps: [] })
})

it('tells each attempt and each call with its time, as records and on the diagnostics channel', async () => {
  const seen: unknown[] = []
  const listen = (record: unknown): void => {
    seen.push(record)
  }
  subscribe('qqkit:rest', listen)
  const { rest, records, settle } = restHarness([{ status: 429 }, sent()])
  await settle(rest.send(C2C, 'hi'))
  unsubscribe('qqkit:rest', listen)
  expect(seen).toEqual(records)
  expect(records.map(({ event }) => event)).toEqual([
    'rest.token',
    'rest.attempt',
    'rest.retry',
    'rest.attempt',
    'rest.call',
  ])
  expect(records.at(-1)).toMatchObject({
    level: 'debug',
    route: '/v2/users/{user_openid}/messages',
    ms: 3000,
    attempts: 2,
    code: null,
    delivered: 'yes',
  })
})

it('tells subscribers of the channel what the level of a log drops', async () => {
  const seen: LogRecord[] = []
  const written: LogRecord[] = []
  const listen = (record: unknown): void => {
    seen.push(record as LogRecord)
  }
  const log = fromLevel('info', (record) => written.push(record))
  const { rest, settle } = restHarness([failure(40034005), sent()], { log })
  await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))
  subscribe('qqkit:rest', listen)
  await settle(rest.send(C2C, 'hi'))
  unsubscribe('qqkit:rest', listen)
  expect(written.map(({ event }) => event)).toEqual(['rest.fallback'])
  expect(seen.map(({ event }) => event)).toEqual(['rest.attempt', 'rest.call'])
})

it.each([
  ['refused', false, { code: 'not_connected', delivered: 'no', attempts: 13 }],
  [failure(40034006), false, { code: 'content_refused', delivered: 'no', attempts: 1 }],
  ['reset', false, { code: 'no_answer', delivered: 'unknown', attempts: 1 }],
  ['hang', true, { code: 'aborted', delivered: null, attempts: null }],
] as const)('tells a call that ended by %j as well', async (reply, abort, told) => {
  const { rest, clock, records, settle } = restHarness([reply])
  const controller = new AbortController()
  const call = rest.send(C2C, 'hi', { signal: controller.signal }).catch(() => null)
  await clock.settle()
  if (abort) controller.abort()
  await settle(call)
  expect(records.filter(({ event }) => event === 'rest.call')).toEqual([
    {
      level: 'debug',
      event: 'rest.call',
      method: 'POST',
      route: expect.any(String),
      ms: clock.now(),
      ...told,
    },
  ])
})

const failed = async (reply: Parameters<typeof restHarness>[0], options = {}): Promise<RestError> => {
  const { rest, settle } = restHarness(reply, options)
  const error = await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }).catch((reason: unknown) => reason))
  if (!RestError.is(error)) throw new Error('expected a RestError')
  return error
}

it('explains an error in both languages', async () => {
  const error = await failed([failure(40034005, '回复消息msg_id已过期'), failure(40034105)])
  expect(explainError(error)).toMatchInlineSnapshot(`
    "POST /v2/users/{user_openid}/messages: 40034105 no (HTTP 400)
      Meaning: proactive message not permitted
      Delivery: not delivered
      Before that: sent again as proactive
      Trace id: trace-1
      First failure: POST /v2/users/{user_openid}/messages: 40034005 回复消息msg_id已过期 (HTTP 400)
      Next step: Reply to a message instead, or ask the group owner or user to allow proactive messages."
  `)
  expect(explainError(error, 'zh')).toMatchInlineSnapshot(`
    "POST /v2/users/{user_openid}/messages: 40034105 no (HTTP 400)
      含义: 没有主动消息权限
      送达情况: 未送达
      此前经过: 改为发送 proactive
      trace id: trace-1
      最初的错误: POST /v2/users/{user_openid}/messages: 40034005 回复消息msg_id已过期 (HTTP 400)
      下一步: 请改为被动回复，或请群主 / 用户开启主动消息。"
  `)
})

it.each([
  ['接口访问源IP不在白名单 203.0.113.7', '203.0.113.7'],
  ['ip(203.0.113.7) via 10.0.0.2', '203.0.113.7'],
  ['10.0.0.2 asked for 203.0.113.7:443', '203.0.113.7'],
  ['version 1.2.3.4.5', null],
  ['300.1.1.1', null],
  ['172.20.1.1 and 192.168.1.1 and 127.0.0.1', null],
  ['no', null],
])('ST-01 explains which address to put on the allow list when %s names it', async (said, ip) => {
  const refused = await failed([failure(11298, said, 401)])
  const { rest, dispatcher } = restHarness([])
  dispatcher.script = () => failure(11298, said, 401)
  const withoutToken = await rest.access.token().catch((reason: unknown) => reason)
  for (const error of [refused, withoutToken]) {
    expect(explainError(error)).toContain(
      ip === null ? 'Add the public IPv4 address of this machine' : `Put ${ip} on the IP allow list`,
    )
    expect(explainError(error, 'zh')).toContain(
      ip === null ? '本机的公网 IPv4 地址' : `IP 白名单中加入 ${ip}`,
    )
  }
  expect(refused.advice?.zh).toContain(ip ?? '公网')
})

it.each([40034012, 50056])('explains which permission is missing (%d)', async (code) => {
  const error = await failed([failure(code)])
  expect(explainError(error)).toContain('The permission for native markdown is missing')
  expect(explainError(error, 'zh')).toContain('缺少“原生 markdown”权限')
})

it('explains anything that can be thrown', () => {
  expect(explainError(new Error('plain'))).toBe('plain')
  expect(explainError('text')).toBe('text')
  expect(explainError(undefined)).toBe('undefined')
})
