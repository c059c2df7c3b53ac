import { sleep } from '@qqkit/core/internal'
import { describe, expect, it } from 'vitest'

import {
  button,
  fallbackRules,
  keyboard,
  markdown,
  RestError,
  type FallbackRule,
  type MediaSource,
  type WireMessage,
  type RestOptions,
} from '../src/index.js'
import { plainText } from '../src/text/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, failure, GROUP, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const DEAD = [
  [40034005, '回复消息msg_id已过期'],
  [40034031, 'msgid已经过期,不能回复'],
  [304027, ''],
  [304103, '消息ID已过期，不能回复'],
  [40034128, '被动回复时间或次数超限'],
  [40034026, ''],
] as const
const expired = failure(40034005, '回复消息msg_id已过期')
const UNCERTAIN: readonly Reply[] = [
  'hang',
  'reset',
  failure(0, '', 500),
  failure(0, '', 502),
  failure(0, '', 504),
]

const caught = async (promise: Promise<unknown>): Promise<RestError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!RestError.is(error)) throw new Error(`expected a RestError, got ${String(error)}`)
  return error
}

describe.each([C2C, GROUP, CHANNEL])('in $scene', (target) => {
  it.each(DEAD)('RS-01 %d %s → the same content without the anchor, once', async (code, message) => {
    const { rest, calls, records } = restHarness([failure(code, message), sent('m2')])
    const result = await rest.send(target, { content: 'late' }, { anchor: ANCHOR })
    expect(result).toMatchObject({
      kind: 'sent',
      id: 'm2',
      mode: 'proactive',
      steps: [{ kind: 'fallback', name: 'proactive', errCode: code }],
    })
    expect(calls).toHaveLength(2)
    expect(calls[1]?.body).toMatchObject({ content: 'late' })
    expect(Object.keys(calls[1]?.body as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^msg_(?:id|seq)$|^event_id$/)]),
    )
    expect(records).toContainEqual(
      expect.objectContaining({ event: 'rest.fallback', level: 'warn', name: 'proactive', errCode: code }),
    )
  })

  it.each(['msgid已经过期,不能回复', '消息ID已过期，不能回复', '回复消息msg_id已过期'])(
    'RS-01 the text %s does the same where no code is given',
    async (message) => {
      const { rest } = restHarness([{ status: 400, body: { message } }, sent()])
      expect(await rest.send(target, 'late', { anchor: ANCHOR })).toMatchObject({ mode: 'proactive' })
    },
  )
})

it('RS-01 an expired event falls back as well', async () => {
  const { rest, calls } = restHarness([failure(40034026), sent()])
  expect(await rest.send(GROUP, 'late', { anchor: { eventId: 'e1' } })).toMatchObject({ mode: 'proactive' })
  expect(calls.map(({ body }) => body)).toEqual([
    { content: 'late', msg_type: 0, event_id: 'e1', msg_seq: 1 },
    { content: 'late', msg_type: 0 },
  ])
})

it('RS-02 a second failure is thrown, with the first as cause', async () => {
  const { rest, calls } = restHarness([expired, failure(40034006, 'bad words')])
  const error = await caught(rest.send(C2C, 'late', { anchor: ANCHOR }))
  expect(error).toMatchObject({ errCode: 40034006, delivered: 'no', steps: [{ name: 'proactive' }] })
  expect(error.cause).toMatchObject({ errCode: 40034005 })
  expect(calls).toHaveLength(2)
})

it('RS-02 a dead-anchor refusal without an anchor does not loop', async () => {
  const { rest, calls } = restHarness([expired])
  expect(await caught(rest.send(C2C, 'late', { anchor: ANCHOR }))).toMatchObject({ errCode: 40034005 })
  expect(calls).toHaveLength(2)
})

it.each([40034102, 40034105, 304046, 304048])(
  'a refusal of proactive messages says so (%d)',
  async (code) => {
    const { rest } = restHarness([expired, failure(code)])
    const error = await caught(rest.send(C2C, 'late', { anchor: ANCHOR }))
    expect(error).toMatchObject({ code: 'proactive_refused', errCode: code, delivered: 'no' })
    expect(error.advice?.zh).toMatch(/\p{Script=Han}/u)
    expect(error.cause).toMatchObject({ errCode: 40034005 })
  },
)

describe.each(UNCERTAIN)('after %j', (uncertain) => {
  it.each(DEAD)('RS-03 no fallback, whatever the repeat answers (%d)', async (code, message) => {
    const { rest, calls, settle } = restHarness([uncertain, failure(code, message)])
    const error = await caught(settle(rest.send(C2C, 'late', { anchor: ANCHOR })))
    expect(error).toMatchObject({ errCode: code, delivered: 'unknown', steps: [{ kind: 'retry' }] })
    expect(calls).toHaveLength(2)
  })

  it('RS-03 a fallback that ends so is not repeated', async () => {
    const { rest, calls, settle } = restHarness([expired, uncertain])
    const error = await caught(settle(rest.send(C2C, 'late', { anchor: ANCHOR })))
    expect(error).toMatchObject({ delivered: 'unknown', steps: [{ name: 'proactive' }] })
    expect(error.cause).toMatchObject({ errCode: 40034005 })
    expect(calls).toHaveLength(2)
  })
})

it.each([failure(50055001, 'send failed, retry later'), failure(11242, 'token check failed')])(
  'RS-03 an attempt that %j may have executed all the same opens no fallback either',
  async (said) => {
    const { rest, calls, settle } = restHarness([said, expired, sent('second')])
    const error = await caught(settle(rest.send(C2C, 'late', { anchor: ANCHOR })))
    expect(error).toMatchObject({
      errCode: 40034005,
      delivered: 'unknown',
      steps: [{ kind: 'retry', delivered: 'no' }],
    })
    expect(calls).toHaveLength(2)
  },
)

it.each(['refused', { status: 429 }, failure(11244, 'token expired', 401)] as const)(
  'RS-03 an attempt that %j kept from being executed opens it',
  async (said) => {
    const { rest, settle } = restHarness([said, expired, sent('second')])
    expect(await settle(rest.send(C2C, 'late', { anchor: ANCHOR }))).toMatchObject({ mode: 'proactive' })
  },
)

it('RS-03 a fallback that was certainly not sent may be repeated', async () => {
  const { rest, calls, settle } = restHarness([expired, 'refused', sent()])
  expect(await settle(rest.send(C2C, 'late', { anchor: ANCHOR }))).toMatchObject({ mode: 'proactive' })
  expect(calls).toHaveLength(3)
})

it.each([40034024, 304026, 40034025, 40034027, 304028])(
  'RS-03 a wrong anchor does not fall back (%d)',
  async (code) => {
    const { rest, calls } = restHarness([failure(code), sent()])
    expect(await caught(rest.send(C2C, 'hi', { anchor: ANCHOR }))).toMatchObject({
      code: 'anchor_refused',
      errCode: code,
    })
    expect(calls).toHaveLength(1)
  },
)

it('RS-03 a replayed delivery does not fall back: the earlier process may have done so already', async () => {
  const { rest, calls } = restHarness([expired, sent()])
  const error = await caught(rest.send(C2C, 'late', { anchor: ANCHOR, replayed: true }))
  expect(error).toMatchObject({ errCode: 40034005, delivered: 'unknown' })
  expect(calls).toHaveLength(1)
})

it.each(['refused', failure(40034006), { status: 401 }] as const)(
  'RS-03 what %j says of a replayed delivery says nothing about the earlier process',
  async (reply) => {
    const { rest, settle } = restHarness([reply])
    const error = await caught(settle(rest.send(C2C, 'late', { anchor: ANCHOR, replayed: true })))
    expect(error).toMatchObject({ delivered: 'unknown' })
  },
)

it('RS-15 a replayed delivery falls back where the number stays', async () => {
  const { rest, calls } = restHarness([failure(50056), failure(40054005, '消息被去重')])
  const message = { markdown: { content: '# hi' } }
  expect(await rest.send(C2C, message, { anchor: ANCHOR, replayed: true })).toMatchObject({
    kind: 'duplicate',
    steps: [{ name: 'plain_text' }],
  })
  expect(calls[1]?.body).toMatchObject({ content: 'hi', msg_seq: 1 })
})

it.each([
  ['quota', failure(304049, 'daily')],
  ['limited', { status: 429 }],
  ['unauthorized', { status: 401 }],
  ['refused', failure(40034006)],
] as const)('RS-03 %s after an attempt that may have landed takes nothing back', async (situation, reply) => {
  const { rest, settle } = restHarness([failure(50055001, 'send failed, retry later'), reply])
  const error = await caught(settle(rest.send(C2C, 'hi', { anchor: ANCHOR })))
  expect(error).toMatchObject({ situation, delivered: 'unknown' })
})

it('RS-15 the keyboard goes with the markdown: text carries none', async () => {
  const { rest, calls } = restHarness([failure(50056), sent()])
  const message = { ...markdown('# Menu'), ...keyboard([[button.callback('Go', 'go')]]) }
  expect(await rest.send(C2C, message)).toMatchObject({ steps: [{ name: 'plain_text' }] })
  expect(calls[1]?.body).toEqual({ msg_type: 0, content: 'Menu' })
})

it('RS-15 an address whose bytes were sent already is not tried again', async () => {
  const change = async (source: MediaSource): Promise<unknown> => {
    const rule = fallbackRules.find(({ name }) => name === 'media_bytes')
    const error = await caught(restHarness([failure(850026)]).rest.send(C2C, 'hi'))
    const context = { target: C2C, error, signal: new AbortController().signal }
    return rule?.change({ file: { type: 'image', source } }, context)
  }
  const url = 'https://example.com/a.png'
  expect(await change(url)).toEqual({ file: { type: 'image', source: { url, download: true } } })
  expect(await change({ url })).toEqual({ file: { type: 'image', source: { url, download: true } } })
  expect(await change({ url, download: true })).toBeNull()
  expect(await change({ path: 'a.png' })).toBeNull()
})

it('RS-04 the message of the caller is not modified', async () => {
  const { rest } = restHarness([expired, failure(50056), sent()])
  const message = Object.freeze({
    markdown: Object.freeze({ content: '# hi' }),
    message_reference: Object.freeze({ message_id: ANCHOR.msgId }),
  })
  const before = JSON.stringify(message)
  expect(await rest.send(CHANNEL, message, { anchor: ANCHOR })).toMatchObject({ kind: 'sent' })
  expect(JSON.stringify(message)).toBe(before)
})

it.each([C2C, CHANNEL])('RS-04 nor is one that replies to nothing, to %j', async (target) => {
  const { rest, calls } = restHarness([sent()])
  const message = Object.freeze({ content: 'hi', msg_type: 0, msg_seq: 3 } as const)
  await rest.send(target, message)
  expect(message).toEqual({ content: 'hi', msg_type: 0, msg_seq: 3 })
  expect(calls[0]?.body).toEqual(target === C2C ? { content: 'hi', msg_type: 0 } : { content: 'hi' })
})

it('RS-04 a quote of the dead anchor stays, but cannot take the message down', async () => {
  const { rest, calls } = restHarness([expired, sent()])
  const reference = { message_id: ANCHOR.msgId }
  await rest.send(CHANNEL, { content: 'late', message_reference: reference }, { anchor: ANCHOR })
  expect(calls[1]?.body).toEqual({
    content: 'late',
    message_reference: { ...reference, ignore_get_message_error: true },
  })
})

it('RS-04 a quote of another message stays as it is', async () => {
  const { rest, calls } = restHarness([expired, sent()])
  const reference = { message_id: 'REFIDX_1' }
  await rest.send(C2C, { content: 'x', message_reference: reference }, { anchor: ANCHOR })
  expect(calls[1]?.body).toMatchObject({ message_reference: reference })
  expect(calls[1]?.body).not.toHaveProperty('message_reference.ignore_get_message_error')
})

it.each([
  { input_notify: { input_type: 1, input_second: 5 } },
  { content: 'x', stream: { state: 1, index: 0 } },
] as const)('RS-04 %j means nothing without its anchor and is not sent', async (message) => {
  const { rest, calls } = restHarness([expired, sent()])
  await caught(rest.send(C2C, message, { anchor: ANCHOR }))
  expect(calls).toHaveLength(1)
})

it.each([
  failure(50056, '不允许发送原生 markdown'),
  failure(40034012),
  { status: 400, body: { message: '不允许发送原生 markdown' } },
] as const)(
  'RS-15 native markdown refused by %j → its plain text, under the same number, once',
  async (refusal) => {
    const { rest, calls } = restHarness([refusal, sent()])
    const message = { markdown: { content: '# Title\n\n**bold** [link](https://a.b)' } }
    const result = await rest.send(C2C, message, { anchor: ANCHOR })
    expect(result).toMatchObject({ mode: 'passive', steps: [{ kind: 'fallback', name: 'plain_text' }] })
    expect(calls[1]?.body).toEqual({
      msg_type: 0,
      content: 'Title\n\nbold link',
      msg_id: ANCHOR.msgId,
      msg_seq: 1,
    })
  },
)

it('RS-15 both steps can follow each other, each once', async () => {
  const { rest, calls } = restHarness([failure(50056), expired, sent()])
  const result = await rest.send(C2C, { markdown: { content: '*hi*' } }, { anchor: ANCHOR })
  expect(result.steps).toMatchObject([{ name: 'plain_text' }, { name: 'proactive' }])
  expect(calls[2]?.body).toEqual({ msg_type: 0, content: 'hi' })
})

it('RS-15 a template has no text to fall back to', async () => {
  const { rest, calls } = restHarness([failure(50056), sent()])
  await caught(rest.send(C2C, { markdown: { custom_template_id: 't' } }))
  expect(calls).toHaveLength(1)
})

it('the chain can be replaced, and switched off', async () => {
  const off = restHarness([expired, sent()], { fallbacks: [] })
  await caught(off.rest.send(C2C, 'late', { anchor: ANCHOR }))
  expect(off.calls).toHaveLength(1)

  const [proactive] = fallbackRules
  const polite = restHarness([expired, sent()], {
    fallbacks: [
      {
        name: 'with_apology',
        when: 'anchorDead',
        losesKey: true,
        change: async (message, context) => {
          const changed = await proactive?.change(message, context)
          return changed ? { ...changed, content: `Sorry, late: ${message.content}` } : null
        },
      },
    ],
  })
  const result = await polite.rest.send(C2C, 'hi', { anchor: ANCHOR })
  expect(result.steps).toMatchObject([{ name: 'with_apology' }])
  expect(polite.calls[1]?.body).toEqual({ msg_type: 0, content: 'Sorry, late: hi' })
})

const withRule = (change: FallbackRule['change']): Partial<RestOptions> => ({
  fallbacks: [{ name: 'own', when: 'anchorDead', losesKey: true, change }],
})

it('a custom rule may be asynchronous, and receives the context', async () => {
  const told: unknown[] = []
  const { rest, clock, calls, settle } = restHarness(
    [expired, sent()],
    withRule(async (message, context) => {
      told.push(context)
      await sleep(clock, 100, context.signal)
      return { content: `${message.content}, sorry` }
    }),
  )
  const result = await settle(rest.send(C2C, 'late', { anchor: ANCHOR }))
  expect(result).toMatchObject({ mode: 'proactive', steps: [{ name: 'own' }] })
  expect(told).toMatchObject([{ target: C2C, error: { errCode: 40034005 }, signal: { aborted: false } }])
  expect(calls[1]?.body).toMatchObject({ content: 'late, sorry' })
})

it.each([
  [
    'throws',
    () => {
      throw new TypeError('broken rule')
    },
  ],
  ['rejects', async () => Promise.reject(new TypeError('broken rule'))],
  ['never ends', () => new Promise<null>(() => {})],
] as const)('a rule that %s leaves the refusal as it is, and is told', async (_, change) => {
  const { rest, clock, calls, records, settle } = restHarness([expired, sent()], withRule(change))
  const error = await caught(settle(rest.send(C2C, 'late', { anchor: ANCHOR })))
  expect(error).toMatchObject({ errCode: 40034005, delivered: 'no' })
  expect(records).toContainEqual(
    expect.objectContaining({ event: 'rest.fallback_failed', level: 'warn', name: 'own' }),
  )
  expect(calls).toHaveLength(1)
  expect(clock.now()).toBeLessThanOrEqual(60_000)
  expect(clock.pending).toBe(0)
})

it.each([true, false])('the anchor is no matter of the rule: it goes with the key (%s)', async (losesKey) => {
  const rule = (message: WireMessage) => ({ ...(losesKey ? message : {}), content: 'changed' })
  const { rest, calls } = restHarness([expired, sent()], {
    fallbacks: [{ name: 'own', when: 'anchorDead', losesKey, change: rule }],
  })
  expect(await rest.send(C2C, 'late', { anchor: ANCHOR })).toMatchObject({
    mode: losesKey ? 'proactive' : 'passive',
  })
  expect(calls[1]?.body).toEqual({
    content: 'changed',
    msg_type: 0,
    ...(!losesKey && { msg_id: ANCHOR.msgId, msg_seq: 1 }),
  })
})

it('RS-13 a caller who leaves during a fallback leaves at once', async () => {
  const { rest, clock, calls } = restHarness(
    [expired, sent()],
    withRule(() => new Promise<null>(() => {})),
  )
  const controller = new AbortController()
  const sending = rest.send(C2C, 'late', { anchor: ANCHOR, signal: controller.signal })
  await clock.settle()
  controller.abort('gone')
  await expect(sending).rejects.toBe('gone')
  expect(clock.pending).toBe(0)
  expect(calls).toHaveLength(1)
})

it('is the chain that the documentation shows', () => {
  expect(fallbackRules.map(({ name, when, losesKey }) => [name, when, losesKey])).toEqual([
    ['proactive', 'anchorDead', true],
    ['plain_text', 'markdownRefused', false],
    ['media_bytes', 'mediaNotFetchable', false],
  ])
})

it.each([
  ['**a** and *b*, __c__ ~~d~~', 'a and b, c d'],
  ['# One\n## Two', 'One\nTwo'],
  ['> quoted', 'quoted'],
  ['![cat #208px #320px](https://x.y/cat.png)', 'cat'],
  ['```js\ncode()\n```', 'code()'],
  ['`inline` 2 * 3 * 4 snake_case_name', 'inline 2 * 3 * 4 snake_case_name'],
  ['a\n\n***\n\nb', 'a\n\n\n\nb'],
  ['<qqbot-cmd-input text="/help" show="Help" />', '/help'],
  ['<qqbot-cmd-enter text="%2F%E5%B8%AE%E5%8A%A9" />', '/帮助'],
  ['<qqbot-cmd-enter text="100%" />', '100%'],
  [
    String.raw`\*no emphasis\* and \[no link\](x) \# 1 &lt; 2 &amp;&amp; &#96;no code&#96;`,
    '*no emphasis* and [no link](x) # 1 < 2 && `no code`',
  ],
  ['&lt;@42> &lt;qqbot-at-everyone /> &lt;b>', '<\u200B@42> <\u200Bqqbot-at-everyone /> <b>'],
  ['<@42> hi', '<@42> hi'],
])('the plain text of %j is %j', (markdown, plain) => {
  expect(plainText(markdown)).toBe(plain)
})
