import { OptionsError } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, vi } from 'vitest'

import {
  ark,
  button,
  embed,
  explainError,
  InvalidRequestError,
  keyboard,
  markdown,
  markdownTemplate,
  media,
  quote,
  Rest,
  text,
  WindowLimiter,
  type WireMessage,
  type RestOptions,
} from '../src/index.js'
import { ANCHOR, APP_ID, restHarness, C2C, CHANNEL, GROUP, SECRET, sent } from './support/rest-harness.js'

const caught = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}

const press = (id?: string) => button.callback('Go', 'go', id === undefined ? {} : { id })
const rows = (count: number, width: number) =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => press()))

const raw = (label: string) => ({
  keyboard: { content: { rows: [{ buttons: [{ render_data: { label }, action: { type: 1 } }] }] } },
})

/** [what is wrong, message, path, limit] */
const BAD: readonly (readonly [string, unknown, string, number | null])[] = [
  ['nothing', {}, 'content', null],
  ['empty text', { content: '' }, 'content', null],
  ['no object', null, 'message', null],
  ['an array', [], 'message', null],
  ['a number', 5, 'message', null],
  ['unknown field', { content: 'hi', colour: 'red' }, 'colour', null],
  ['text of wrong type', { content: 5 }, 'content', null],
  ['unknown field deep inside', { markdown: { content: 'x', font: 'big' } }, 'markdown.font', null],
  ['empty markdown', { markdown: {} }, 'markdown.content', null],
  ['markdown and text', { content: 'a', markdown: { content: 'b' } }, 'content', null],
  ['markdown and ark', { markdown: { content: 'b' }, ark: { template_id: 23, kv: [] } }, 'ark', null],
  ['template and native', { markdown: { content: 'b', custom_template_id: 't' } }, 'markdown.content', null],
  ['keyboard without either', { keyboard: {} }, 'keyboard', null],
  [
    'keyboard with both',
    { keyboard: { id: 'k', content: { rows: [{ buttons: [press()] }] } } },
    'keyboard',
    null,
  ],
  [
    'too many rows',
    { keyboard: { content: { rows: rows(6, 1).map((buttons) => ({ buttons })) } } },
    'keyboard.content.rows',
    5,
  ],
  [
    'too many buttons',
    { keyboard: { content: { rows: [{ buttons: rows(1, 6)[0] }] } } },
    'keyboard.content.rows[0].buttons',
    5,
  ],
  [
    'no buttons',
    { keyboard: { content: { rows: [{ buttons: [] }] } } },
    'keyboard.content.rows[0].buttons',
    1,
  ],
  ['long label', raw('一二三四五六七八九十一'), 'keyboard.content.rows[0].buttons[0].render_data.label', 10],
  ['empty label', raw(''), 'keyboard.content.rows[0].buttons[0].render_data.label', null],
  [
    'ids that are not unique',
    { keyboard: { content: { rows: [{ buttons: [press('x')] }, { buttons: [press('x')] }] } } },
    'keyboard.content.rows[1].buttons[0].id',
    null,
  ],
  [
    'long modal',
    keyboardWith({ modal: { content: 'x'.repeat(41) } }),
    'keyboard.content.rows[0].buttons[0].action.modal.content',
    40,
  ],
  [
    'long confirmation',
    keyboardWith({ modal: { content: 'x', confirm_text: 'abcde' } }),
    'keyboard.content.rows[0].buttons[0].action.modal.confirm_text',
    4,
  ],
  ['unknown msg_type', { content: 'x', msg_type: 9 }, 'msg_type', null],
  ['unknown button type', keyboardWith({ type: 7 }), 'keyboard.content.rows[0].buttons[0].action.type', null],
  [
    'long typing notice',
    { input_notify: { input_type: 1, input_second: 61 } },
    'input_notify.input_second',
    60,
  ],
  [
    'long callback',
    { content: 'x', action_button: { callback_data: 'x'.repeat(129) } },
    'action_button.callback_data',
    128,
  ],
  ['embed outside of guilds', { embed: { title: 'x' } }, 'embed', null],
  ['image outside of guilds', { image: 'https://a.b/c.png' }, 'image', null],
  ['media without file_info', { media: {} }, 'media.file_info', null],
  ['both anchors', { content: 'x', msg_id: 'a', event_id: 'b' }, 'event_id', null],
  ['wake-up with an anchor', { content: 'x', msg_id: 'a', is_wakeup: true }, 'is_wakeup', null],
  ['text with the type of markdown', { content: 'x', msg_type: 2 }, 'msg_type', null],
  [
    'text and buttons with the type of markdown',
    { content: 'x', keyboard: { id: 'k' }, msg_type: 2 },
    'msg_type',
    null,
  ],
  ['buttons alone with the type of markdown', { keyboard: { id: 'k' }, msg_type: 2 }, 'msg_type', null],
  ['markdown with the type of text', { markdown: { content: 'x' }, msg_type: 0 }, 'msg_type', null],
  ['a caption without its media', { content: 'x', msg_type: 7 }, 'msg_type', null],
  [
    'media with the type of text',
    { content: 'x', media: { file_info: 'QUJD' }, msg_type: 0 },
    'msg_type',
    null,
  ],
  ['negative number', { content: 'x', msg_seq: -1 }, 'msg_seq', 0],
  ['broken ark', { ark: { template_id: 23, kv: [{ value: 'x' }] } }, 'ark.kv[0].key', null],
]

function keyboardWith(action: object): unknown {
  const one = { render_data: { label: 'Go' }, action: { type: 1, ...action } }
  return { keyboard: { content: { rows: [{ buttons: [one] }] } } }
}

it.each(BAD)('%s → a typed error with the path, before any request', async (_, message, path, limit) => {
  const { rest, dispatcher } = restHarness([sent()])
  const error: unknown = await rest.send(C2C, message as WireMessage).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(InvalidRequestError)
  expect(error).toMatchObject({ code: 'invalid_request', path, limit, delivered: 'no' })
  expect((error as Error).message).toContain(path)
  expect(dispatcher.seen).toHaveLength(0)
})

it.each([
  [GROUP, { content: 'x', is_wakeup: true }, 'is_wakeup'],
  [GROUP, { input_notify: { input_type: 1, input_second: 3 } }, 'input_notify'],
  [CHANNEL, { media: { file_info: 'x' } }, 'media'],
  [CHANNEL, { content: 'x', stream: { state: 1, index: 0 } }, 'stream'],
] as const)('%j does not take %j', async (target, message, path) => {
  const { rest, dispatcher } = restHarness([sent()])
  await expect(rest.send(target, message)).rejects.toMatchObject({ path })
  expect(dispatcher.seen).toHaveLength(0)
})

it.each<[string, unknown, RegExp]>([
  ['a promise', Promise.resolve('hi'), /^message: await the promise/],
  ['a promise of an object', Promise.resolve({ content: 'hi' }), /^message: await the promise/],
  ['a list', ['one', 'two'], /^message: give a plain object/],
  ['an error', new Error('no'), /^message: give a plain object/],
  ['bytes', Buffer.from('hi'), /^message: give a plain object/],
  ['a boxed text', Object('hi'), /^message: give a plain object/],
  ['a map', new Map([['content', 'hi']]), /^message: give a plain object/],
])('MT-11 %s in place of a message is told as that', async (_what, given, message) => {
  const { rest, calls } = restHarness([sent()])
  await expect(rest.send(C2C, given as WireMessage)).rejects.toThrow(message)
  expect(calls).toEqual([])
})

it.each([undefined, null, {}, { scene: 'mars', id: 'x' }, { scene: 'toString', id: 'x' }, 'c2c'])(
  '%j is no target',
  async (target) => {
    const { rest, dispatcher } = restHarness([sent()])
    await expect(rest.send(target as never, 'hi')).rejects.toBeInstanceOf(InvalidRequestError)
    await expect(rest.recall(target as never, 'm')).rejects.toBeInstanceOf(InvalidRequestError)
    expect(dispatcher.seen).toHaveLength(0)
  },
)

it('an anchor in the message serves as well as one beside it, but not both', async () => {
  const { rest, calls } = restHarness([sent()])
  await rest.send(C2C, { content: 'x', msg_id: 'm1' })
  expect(calls[0]?.body).toMatchObject({ msg_id: 'm1', msg_seq: 1 })
  await expect(rest.send(C2C, { content: 'x', msg_id: 'm1' }, { anchor: ANCHOR })).rejects.toMatchObject({
    path: 'anchor',
  })
})

it('a request without method and path says how it is written', async () => {
  const { rest } = restHarness([sent()])
  for (const endpoint of [
    '/users/@me',
    'FETCH /x',
    'GET users',
    '',
    'GET /a/../b',
    'GET /a/.',
    'GET /a?b=1',
    'GET /a#b',
  ])
    await expect(rest.request(endpoint as 'GET /users/@me')).rejects.toMatchObject({ path: 'endpoint' })
})

const circular: Record<string, unknown> = { list: [] }
circular['list'] = [{ back: circular }]

it.each([
  ['a BigInt', { id: 5n }, 'body.id'],
  ['a BigInt deep inside', { a: [{}, { b: 1n }] }, 'body.a[1].b'],
  ['a cycle', circular, 'body.list[0].back'],
  ['nothing but a function', () => null, 'body'],
  ['a symbol', Symbol('x'), 'body'],
  [
    'an object that throws',
    {
      toJSON: () => {
        throw new Error('no')
      },
    },
    'body',
  ],
])('%s in a body → a typed error with the path, before any request', async (_, body, path) => {
  const { rest, dispatcher } = restHarness([sent()])
  await expect(rest.request('POST /v3/news', { body })).rejects.toMatchObject({
    code: 'invalid_request',
    path,
    delivered: 'no',
  })
  expect(dispatcher.seen).toHaveLength(0)
})

it.each<[string, object, object, string]>([
  ['a number whose digits are lost', { scene: 'channel', id: 144_115_218_760_174_240 }, {}, 'target.id'],
  ['half a number', { scene: 'c2c', id: 5.5 }, {}, 'target.id'],
  ['no number', { scene: 'c2c', id: Number.NaN }, {}, 'target.id'],
  ['an anchor of another name', C2C, { anchor: { messageId: 'm' } }, 'anchor'],
  ['an id for an anchor', C2C, { anchor: 'm' }, 'anchor'],
  ['no anchor where one is meant', C2C, { anchor: null }, 'anchor'],
  ['an anchor that lost its digits', C2C, { anchor: { msgId: 2 ** 60 } }, 'msg_id'],
])('RS-64 %s → a typed error with the path, before any request', async (_, target, options, path) => {
  const { rest, dispatcher } = restHarness([sent()])
  await expect(rest.send(target as never, 'hi', options)).rejects.toMatchObject({
    code: 'invalid_request',
    path,
    delivered: 'no',
  })
  expect(dispatcher.seen).toHaveLength(0)
})

it('what JSON cannot carry in a message → a typed error with the path, before any request', async () => {
  const { rest, dispatcher } = restHarness([sent()])
  const message = { markdown: { content: 'x', process_msg: { n: 5n } } } as WireMessage
  await expect(rest.send(C2C, message)).rejects.toMatchObject({ path: 'body.markdown.process_msg.n' })
  expect(dispatcher.seen).toHaveLength(0)
})

it.each([
  [{ 'x-note': 'line\nbreak' }, 'headers.x-note'],
  [{ 'x-note': '机器人' }, 'headers.x-note'],
  [{ 'x-note': 5 }, 'headers.x-note'],
  [{ 'x note': 'a' }, 'headers.x note'],
  [{ 'X-Note': 'a' }, 'headers.X-Note'],
  [{ authorization: 'QQBot x' }, 'headers.authorization'],
  [{ 'content-length': '5' }, 'headers.content-length'],
  ['x-note: a', 'headers'],
])('the headers %j → a typed error with the path, before any request', async (headers, path) => {
  const { rest, dispatcher } = restHarness([sent()])
  const given = headers as Record<string, string>
  await expect(rest.request('GET /users/@me', { headers: given })).rejects.toMatchObject({
    code: 'invalid_request',
    path,
  })
  expect(dispatcher.seen).toHaveLength(0)
})

it.each([
  [{ after: {} }, 'query.after'],
  [{ after: null }, 'query.after'],
  [{ limit: Number.NaN }, 'query.limit'],
  [{ after: '\uD800' }, 'query.after'],
  [{ '\uD800': 'x' }, 'query.\uD800'],
])('the query %j → a typed error with the path, before any request', async (query, path) => {
  const { rest, dispatcher } = restHarness([sent()])
  await expect(rest.request('GET /v3/news', { query: query as never })).rejects.toMatchObject({
    code: 'invalid_request',
    path,
  })
  expect(dispatcher.seen).toHaveLength(0)
})

it.each([Number.NaN, 'first', null, {}])('the priority %j → a typed error', async (priority) => {
  const { rest, dispatcher } = restHarness([sent()])
  await expect(rest.request('GET /users/@me', { priority: priority as number })).rejects.toMatchObject({
    code: 'invalid_request',
    path: 'priority',
  })
  expect(dispatcher.seen).toHaveLength(0)
})

it('an invalid request is not repeated, and uses no place in the limit', async () => {
  const clock = new ManualClock()
  const limits = { 'c2c.messages': { requests: 1, windowMs: 1000, per: 'bot' } } as const
  const limiter = new WindowLimiter({ clock, limits, concurrency: 1 })
  const error = Object.assign(new Error('invalid x-note header'), { code: 'UND_ERR_INVALID_ARG' })
  const { rest, calls, settle } = restHarness((_, index) => (index === 0 ? { error, left: false } : sent()), {
    clock,
    limiter,
  })
  await expect(settle(rest.send(C2C, 'hi', { anchor: ANCHOR }))).rejects.toMatchObject({
    code: 'invalid_request',
    path: 'request',
    cause: { code: 'UND_ERR_INVALID_ARG' },
  })
  expect(calls).toHaveLength(1)
  await rest.send(C2C, 'again')
  expect(clock.now()).toBe(0)
})

it('a body set by an interceptor is sent', async () => {
  const { rest, calls } = restHarness([sent()])
  rest.use((call, next) => next({ ...call, body: { content: 'other' } }))
  await rest.send(C2C, 'hi')
  expect(calls[0]?.body).toEqual({ content: 'other' })
})

it('what the caller changes between two attempts does not change the message', async () => {
  const { rest, clock, calls, settle } = restHarness(['refused', sent()])
  const message = { markdown: { content: 'first', params: [] } }
  const sending = rest.send(C2C, message, { anchor: ANCHOR })
  await clock.settle()
  message.markdown.content = 'second'
  await settle(sending)
  expect(calls.map(({ body }) => body)).toMatchObject([
    { markdown: { content: 'first' } },
    { markdown: { content: 'first' } },
  ])
})

describe('builders', () => {
  it('make the shapes of the wire', () => {
    expect({
      ...markdown('# hi'),
      ...keyboard([[button.link('Docs', 'https://a.b')], [press('p')]]),
    }).toEqual({
      markdown: { content: '# hi' },
      keyboard: {
        content: {
          rows: [
            {
              buttons: [
                {
                  render_data: { label: 'Docs', visited_label: 'Docs', style: 1 },
                  action: { type: 0, data: 'https://a.b', permission: { type: 2 } },
                },
              ],
            },
            {
              buttons: [
                {
                  id: 'p',
                  render_data: { label: 'Go', visited_label: 'Go', style: 1 },
                  action: { type: 1, data: 'go', permission: { type: 2 } },
                },
              ],
            },
          ],
        },
      },
    })
    expect(text('hi')).toEqual({ content: 'hi' })
    expect(keyboard('tpl')).toEqual({ keyboard: { id: 'tpl' } })
    expect(media('info')).toEqual({ media: { file_info: 'info' } })
    expect(quote('REFIDX_1')).toEqual({ message_reference: { message_id: 'REFIDX_1' } })
    expect(embed({ title: 't', fields: ['a', 'b'] })).toEqual({
      embed: { title: 't', fields: [{ name: 'a' }, { name: 'b' }] },
    })
    expect(markdownTemplate('t', { a: 'x', b: ['y', 'z'] })).toEqual({
      markdown: {
        custom_template_id: 't',
        params: [
          { key: 'a', values: ['x'] },
          { key: 'b', values: ['y', 'z'] },
        ],
      },
    })
    expect(ark(23, { '#DESC#': 'd', '#LIST#': [{ desc: 'one', link: 'https://a.b' }] })).toEqual({
      ark: {
        template_id: 23,
        kv: [
          { key: '#DESC#', value: 'd' },
          {
            key: '#LIST#',
            obj: [
              {
                obj_kv: [
                  { key: 'desc', value: 'one' },
                  { key: 'link', value: 'https://a.b' },
                ],
              },
            ],
          },
        ],
      },
    })
    expect(button.command('Help', '/help', { enter: true, reply: true }).action).toMatchObject({
      type: 2,
      data: '/help',
      enter: true,
      reply: true,
    })
  })

  it.each([
    ['rows', () => keyboard(rows(6, 1)), 'keyboard.content.rows', 5],
    ['buttons', () => keyboard(rows(1, 6)), 'keyboard.content.rows[0].buttons', 5],
    [
      'labels',
      () => keyboard([[button.link('a label too long', 'https://a.b')]]),
      'keyboard.content.rows[0].buttons[0].render_data.label',
      10,
    ],
    ['markdown', () => markdown(''), 'markdown.content', null],
    ['media', () => media(''), 'media.file_info', null],
    ['quotes', () => quote(''), 'message_reference.message_id', null],
  ] as const)('check %s where they are written', (_, make, path, limit) => {
    expect(caught(make)).toMatchObject({ code: 'invalid_request', path, limit })
  })
})

describe('options', () => {
  it.each([
    [{ appId: undefined }, 'appId'],
    [{ appId: '' }, 'appId'],
    [{ appId: 102_000_001 }, 'appId'],
    [{ secret: 5 }, 'secret'],
    [{ baseUrl: 'mars' }, 'baseUrl'],
    [{ baseUrl: 'ftp://a.b' }, 'baseUrl'],
    [{ tokenUrl: 'sandbox' }, 'tokenUrl'],
    [{ failover: ['x'] }, 'failover.0'],
    [{ proxy: 'somewhere' }, 'proxy'],
    [{ timeout: 0 }, 'timeout'],
    [{ timeout: NaN }, 'timeout'],
    [{ attemptTimeout: -1 }, 'attemptTimeout'],
    [{ concurrency: 1.5 }, 'concurrency'],
    [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts'],
    [{ retry: { attempts: 3 } }, 'retry.attempts'],
    [{ retryTable: { no_answer: { plain: 'maybe' } } }, 'retryTable.no_answer.plain'],
    [{ retryTable: { gone: {} } }, 'retryTable.gone'],
    [{ fallbacks: [{}] }, 'fallbacks.0'],
    [{ limits: { x: 5 } }, 'limits.x'],
    [{ whenLimited: 'panic' }, 'whenLimited'],
    [{ log: 'console' }, 'log'],
    [{ clock: {} }, 'clock'],
    [{ dispatcher: {} }, 'dispatcher'],
    [{ userAgent: '机器人' }, 'userAgent'],
    [{ appid: 'typo' }, 'appid'],
  ])('%j → OptionsError at %s, with a hint', (change, path) => {
    const error = caught(() => new Rest({ appId: APP_ID, secret: SECRET, ...change } as RestOptions))
    expect(error).toBeInstanceOf(OptionsError)
    expect(error).toMatchObject({ path, hint: expect.stringMatching(/\w/) })
    expect(String(error)).not.toContain(SECRET)
  })

  it.each<readonly [Partial<RestOptions>, RegExp]>([
    [{ baseUrl: 'api.sgroup.qq.com' }, /begin it with https:\/\//],
    [{ baseUrl: 'localhost:8080/api' }, /begin it with https:\/\/ or http:\/\//],
    [{ baseUrl: 'sandbx' }, /did you mean "sandbox"/],
    [{ tokenUrl: 'bots.qq.com/app/getAppAccessToken' }, /begin it with https.*received "bots.qq.com/],
    [{ tokenUrl: 'prodution' }, /did you mean "production"/],
    [{ failover: ['legcy'] }, /"failover.0".*did you mean "legacy"/],
    [{ proxy: 'localhost:7890' }, /begins with http:\/\/.*e\.g\. "http:\/\/127/],
    [{ baseUrl: '' }, /"baseUrl".*is the environment variable set/],
  ])('MT-03 an address says what is wrong with it: %j', (change, message) => {
    const error = caught(() => new Rest({ appId: APP_ID, secret: SECRET, ...change }))
    expect(error).toBeInstanceOf(OptionsError)
    expect(String(error)).toMatch(message)
  })

  it.each<readonly [Readonly<Record<string, string>>, string, RegExp]>([
    [{ HTTPS_PROXY: 'localhost:7890' }, 'HTTPS_PROXY', /http:\/\//],
    [{ HTTP_PROXY: '127.0.0.1:7890' }, 'HTTP_PROXY', /http:\/\//],
    [{ http_proxy: 'user:hunter2@proxy:80' }, 'http_proxy', /http:\/\//],
    [{ https_proxy: 'http://proxy:99999' }, 'https_proxy', /http:\/\//],
    [{ NO_PROXY: 'localhost,https://api.sgroup.qq.com' }, 'NO_PROXY', /without http:\/\//],
    [{ no_proxy: 'http://localhost:3000/x' }, 'no_proxy', /without http:\/\//],
  ])('MT-03 a proxy variable is named: %j', (variables, name, advice) => {
    for (const one of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'])
      vi.stubEnv(one, variables[one])
    const error = caught(() => new Rest({ appId: APP_ID, secret: SECRET, proxy: 'env' })) as OptionsError
    vi.unstubAllEnvs()
    expect(error).toMatchObject({ code: 'invalid_options', path: 'proxy' })
    expect(error.message).toContain(`environment variable ${name} `)
    expect(error.advice?.en).toMatch(advice)
    expect(error.advice?.zh).toContain(name)
    expect(`${error.message} ${error.advice?.en}`).not.toContain('hunter2')
  })

  it('a wrong policy is refused by name', () => {
    const error = caught(() => new Rest({ appId: APP_ID, secret: SECRET, retry: { policy: { jitter: 5 } } }))
    expect(String(error)).toMatch(/jitter/)
  })

  it('are complete with appId and secret alone', async () => {
    await new Rest({ appId: APP_ID, secret: SECRET }).close()
  })
})

it.each([Number.NaN, Infinity, 0, -1, '5s', null])(
  'a timeout of %j is refused before any request',
  async (value) => {
    const { rest, dispatcher, clock } = restHarness([sent()])
    const timeout = value as number
    const attempts = [
      rest.send(C2C, 'hi', { timeout }),
      rest.request('GET /users/@me', { timeout }),
      rest.recall(C2C, 'm', { timeout }),
      rest.interactions.ack('i', 0, { timeout }),
    ]
    for (const outcome of await Promise.allSettled(attempts))
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'invalid_request', path: 'timeout' },
      })
    expect(dispatcher.seen).toHaveLength(0)
    expect(clock.pending).toBe(0)
  },
)

describe('an unknown option, before any request', () => {
  const anything = (value: unknown): never => value as never
  const USER = { scene: 'c2c', id: C2C.id } as const
  const BYTES = Buffer.from('x')
  it.each([
    ['send', (rest: Rest) => rest.send(C2C, 'hi', anything({ msgId: 'm' })), 'msgId'],
    ['send', (rest: Rest) => rest.send(C2C, 'hi', anything(null)), 'options'],
    ['send', (rest: Rest) => rest.send(C2C, 'hi', anything({ signal: {} })), 'signal'],
    ['recall', (rest: Rest) => rest.recall(C2C, 'm', anything({ hidetip: true })), 'hidetip'],
    ['ack', (rest: Rest) => rest.interactions.ack('i', 0, anything({ code: 1 })), 'code'],
    ['request', (rest: Rest) => rest.request('GET /users/@me', anything({ parms: {} })), 'parms'],
    ['upload', (rest: Rest) => rest.media.upload(USER, { data: BYTES }, anything({ typ: 1 })), 'typ'],
    ['a call', (rest: Rest) => rest.api.me.get(anything({ timeuot: 1 })), 'timeuot'],
  ])('%s: %#', async (_call, run, path) => {
    const { rest, dispatcher } = restHarness([sent()])
    const error = await (async () => run(rest))().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(error).toMatchObject({ path, delivered: 'no' })
    expect(dispatcher.seen).toEqual([])
  })

  it('a wrong interceptor or place is refused', async () => {
    const { rest } = restHarness([sent()])
    expect(caught(() => rest.use(anything('log')))).toMatchObject({ path: 'interceptor' })
    expect(caught(() => rest.use((call, next) => next(call), anything({ around: 'all' })))).toMatchObject({
      path: 'around',
    })
    expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'sent' })
  })
})

it('an error about input says in both languages what to correct', () => {
  const error = caught(() => keyboard([rows(1, 6)[0] ?? []]))
  expect(error).toMatchObject({
    advice: {
      en: 'Correct keyboard.content.rows[0].buttons (limit: 5); nothing was sent.',
      zh: '请修改 keyboard.content.rows[0].buttons（限制：5）；没有发出任何请求。',
    },
  })
  expect(explainError(error, 'zh')).toContain('下一步: 请修改 keyboard')
})
